"""Partner organisations with their MPN locations, enrolments and people, and Microsoft's reviewers."""

from dataclasses import dataclass

from demo.sample_data.special import ENROLLED_MPN, FABRIKAM, INACTIVE_MPN, NORTHWIND, NOT_ENROLLED_MPN
from partners.models import ProgramCode, Role

SELL, M365, BA = ProgramCode.OSA_SELL, ProgramCode.OSU_M365, ProgramCode.OSU_BA
ADMIN, USER, MEMBER = Role.INCENTIVE_ADMIN, Role.INCENTIVE_USER, Role.MEMBER
ALL = (SELL, M365, BA)


@dataclass(frozen=True, slots=True)
class Place:
    """One MPN location and the programmes it is enrolled in."""

    city: str
    country: str
    mpn_id: int
    programs: tuple[ProgramCode, ...] = ALL
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a partner; ``local`` is the part of the address before the @."""

    name: str
    local: str
    role: Role


@dataclass(frozen=True, slots=True)
class Partner:
    """One partner organisation. ``share`` says how large a part of all claims it files."""

    name: str
    domain: str
    share: int
    places: tuple[Place, ...]
    people: tuple[Person, ...]


PARTNERS = (
    Partner(
        FABRIKAM,
        "fabrikam.example",
        140,
        (
            Place("Toronto", "CA", ENROLLED_MPN),
            Place("Bezons", "FR", 504203, (SELL, M365)),
            Place("Seattle", "US", 588410, (BA, M365)),
            Place("Munich", "DE", NOT_ENROLLED_MPN, ()),
            Place("Lyon", "FR", INACTIVE_MPN, (M365,), is_active=False),
        ),
        (
            Person("Ola Demmo", "ola.demmo", ADMIN),
            Person("Kim Akers", "user", USER),
            Person("Dan Park", "viewer", MEMBER),
        ),
    ),
    Partner(
        NORTHWIND,
        "northwind.example",
        52,
        (
            Place("Chicago", "US", 571130),
            Place("Dublin", "IE", 571944, (M365, BA)),
            Place("Austin", "US", 560218, (SELL,), is_active=False),
        ),
        (
            Person("Nina Lund", "admin", ADMIN),
            Person("Eric Gruber", "eric.gruber", USER),
            Person("Ann Beebe", "ann.beebe", MEMBER),
        ),
    ),
    Partner(
        "Contoso Services",
        "contoso.example",
        38,
        (
            Place("London", "GB", 533021),
            Place("Leeds", "GB", 533840, (M365,)),
            Place("Reading", "GB", 532007, (), is_active=False),
        ),
        (
            Person("Amy Strande", "amy.strande", ADMIN),
            Person("Wendy Kahn", "wendy.kahn", USER),
            Person("Luis Bonifaz", "luis.bonifaz", USER),
        ),
    ),
    Partner(
        "Adventure Works Consulting",
        "adventure-works.example",
        34,
        (Place("Denver", "US", 547766), Place("Vancouver", "CA", 548112, (SELL, BA))),
        (Person("Frank Martinez", "frank.martinez", ADMIN), Person("Britta Simon", "britta.simon", USER)),
    ),
    Partner(
        "Tailspin Technology",
        "tailspin.example",
        31,
        (
            Place("Sydney", "AU", 519904),
            Place("Auckland", "NZ", 519377, (M365,)),
            Place("Perth", "AU", 518650, (SELL, BA), is_active=False),
        ),
        (Person("Holly Dickson", "holly.dickson", ADMIN), Person("Ty Carlson", "ty.carlson", USER)),
    ),
    Partner(
        "Wingtip Systems",
        "wingtip.example",
        28,
        (Place("Amsterdam", "NL", 526315, (M365, BA)), Place("Antwerp", "BE", 526871)),
        (
            Person("Marc Faeber", "marc.faeber", ADMIN),
            Person("Sanne Visser", "sanne.visser", USER),
            Person("Jeroen Cool", "jeroen.cool", MEMBER),
        ),
    ),
    Partner(
        "Proseware Partners",
        "proseware.example",
        26,
        (Place("Stockholm", "SE", 539402), Place("Copenhagen", "DK", 539977, (SELL, M365))),
        (Person("Elin Nordahl", "elin.nordahl", ADMIN), Person("Anders Riis", "anders.riis", USER)),
    ),
    Partner(
        "Litware Solutions",
        "litware.example",
        24,
        (
            Place("Zurich", "CH", 552118),
            Place("Vienna", "AT", 552603, (M365, BA)),
            Place("Berlin", "DE", 551090, (SELL,)),
        ),
        (Person("Ulrike Hecker", "ulrike.hecker", ADMIN), Person("Beat Bucher", "beat.bucher", USER)),
    ),
    Partner(
        "A. Datum Advisory",
        "adatum.example",
        20,
        (Place("Hyderabad", "IN", 580045), Place("Singapore", "SG", 580729, (SELL, BA))),
        (Person("Prashanth Desai", "prashanth.desai", ADMIN), Person("Mei Tan", "mei.tan", USER)),
    ),
    Partner(
        "Tailwind Digital",
        "tailwind.example",
        14,
        (Place("Lisbon", "PT", 597214, (M365,)), Place("Porto", "PT", 597850, (), is_active=False)),
        (Person("Rui Teixeira", "rui.teixeira", ADMIN), Person("Ines Prado", "ines.prado", USER)),
    ),
)

# People whom Fabrikam invited and who have not joined yet.
INVITED = (Person("Molly Dempsey", "molly.dempsey", USER), Person("Allie Bellew", "allie.bellew", MEMBER))

REVIEWERS = (
    Person("Robin Counts", "reviewer", MEMBER),
    Person("Jamie Reding", "reviewer2", MEMBER),
    Person("Lori Penor", "lead", MEMBER),
)
OTHER_STAFF = (Person("Audrey Trail", "auditor", MEMBER), Person("Kit Catalog", "catalog", MEMBER))
