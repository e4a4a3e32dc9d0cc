"""Who acts on a claim."""

from dataclasses import dataclass

from accounts.models import User
from claims.enums import ActorKind
from partners.models import PartnerOrganization


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts. ``name`` is kept in history; partners read «Microsoft» for every reviewer (Q50)."""

    kind: ActorKind
    name: str
    user: User | None = None
    organization: PartnerOrganization | None = None

    @classmethod
    def partner(cls, user: User, organization: PartnerOrganization) -> "Actor":
        """A person of the partner's organisation."""
        return cls(ActorKind.PARTNER, user.get_full_name(), user, organization)

    @classmethod
    def reviewer(cls, user: User) -> "Actor":
        """A Microsoft reviewer."""
        return cls(ActorKind.REVIEWER, user.get_full_name(), user)

    @classmethod
    def customer(cls, name: str) -> "Actor":
        """The customer, through the link in its mail."""
        return cls(ActorKind.CUSTOMER, name)

    @classmethod
    def system(cls) -> "Actor":
        """A clock that ran out."""
        return cls(ActorKind.SYSTEM, "Microsoft")
