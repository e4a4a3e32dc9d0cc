"""Guidance on proof of execution and on the programs, in words that the help pages and the claim guide share."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from claims.enums import Activity
from kit.texts import Text
from partners.models import ProgramCode
from partners.programs import program_names


@dataclass(frozen=True, slots=True)
class PoeRule:
    """One thing that proof of execution must show, with wording that does and wording that does not (R142)."""

    title: Text
    meaning: Text
    good: Text
    bad: Text
    why: Text


RULES = (
    PoeRule(
        _("The customer acknowledged the work"),
        _(
            "A signature of the customer, or another acknowledgment that can be traced to a person there: a countersigned order, "
            "or a confirmation by e-mail."
        ),
        _("Signed for Contoso by Ana Torres, Head of IT, on March 3, 2026."),
        _("A proposal on your letterhead, signed by your company only."),
        _("Nothing shows that the customer agreed."),
    ),
    PoeRule(
        _("Each product is tied to the work"),
        _(
            "Every product or workload of the claim is named where its work is described. A list of products in the heading of "
            "the document does not connect them with anything."
        ),
        _("Exchange Online: we migrate 420 mailboxes and set up retention for three departments."),
        _("Products: Exchange Online, Intune. Scope: consulting services."),
        _("The work could be for any product."),
    ),
    PoeRule(
        _("The activities drive revenue or usage growth"),
        _(
            "Say in so many words what you do to win the customer for the product, or to make more people use it, and what "
            "came or should come of it."
        ),
        _("Twelve training sessions for sales staff; weekly active users grew from 80 to 310."),
        _("General support as required."),
        _("Nobody can tell whether usage grows."),
    ),
    PoeRule(
        _("Both names are clearly visible"),
        _("The name of your company, as it is enrolled, and the name of the customer stand in the document itself."),
        _("Agreement between Fabrikam Consulting and Contoso Ltd., domain contoso.example."),
        _("Agreement between «the supplier» and «the client»."),
        _("The file name says who is meant, the document does not."),
    ),
    PoeRule(
        _("The dates are clear"),
        _(
            "Milestones have dates, and so do both signatures. The acknowledgment is not older than 12 months when you submit."
        ),
        _("Pilot: April 15. Roll-out: June 1 to June 30. Signed March 3 and March 5, 2026."),
        _("Start: as soon as possible. Signatures without a date."),
        _("The work cannot be placed in time."),
    ),
)

KINDS = (
    (
        _("Statement of Work"),
        _("Describes a project: the work, its milestones, and the signatures of both sides. Fits best."),
    ),
    (
        _("Master Agreement"),
        _("Sets the terms for all work. Add the order or schedule that names the products and dates."),
    ),
    (
        _("Purchase Order"),
        _("Shows what the customer ordered. It must name the products and the work, not only an amount."),
    ),
    (
        _("Our template"),
        _("Asks for everything in the right order. It comes prefilled from your claim, as a PDF or for Word."),
    ),
)

# Keys are the codes that come with the portal; staff can add others, which have no remedy here.
REMEDIES = {
    "poe_missing": _("Check that you attached the document of this customer, and not an invoice or a presentation."),
    "acknowledgment_missing": _("Have the customer sign, or attach its confirmation by e-mail as a second document."),
    "dates_missing": _(
        "Date the milestones and both signatures. Ask for a fresh signature when the old one is too old."
    ),
    "service_unclear": _("Write two or three sentences on what you do and what changes through it."),
    "product_missing": _("Name the product in each activity line, or remove it from the claim by editing."),
    "names_missing": _("Write both company names into the document, as they stand in the claim."),
    "poe_unreadable": _("Save it as a PDF without a password. Scan at 200 dpi or more."),
    "partner_requested": _("File a new claim with the right location or activity."),
    "another_partner_selected": _("Fresher and more explicit proof can support a dispute or a later claim."),
    "no_response": _("Answer in time; you are reminded by e-mail."),
}

CHECKLISTS = {
    Activity.PRE_SALES: (
        _(
            "The document says how you influenced the customer's choice: demonstration, assessment, proof of concept, proposal."
        ),
        _("It names each product that the customer selected."),
        _("It shows when that happened, and that it was before the purchase."),
        _("The customer acknowledged your part in the decision."),
    ),
    Activity.USAGE: (
        _("The document says what you do for adoption and usage: deployment, training, change management, monitoring."),
        _("For each product or workload it names the activities and what they lead to."),
        _("It shows work that goes on or was completed in the last 12 months."),
        _("If you use the template, part 4 is filled in."),
        _("The customer acknowledged the work."),
    ),
    Activity.REVENUE: (
        _("Nothing to attach: a revenue association needs no proof of execution."),
        _("Have the name of the Dynamics solution seller and of your solution at hand. Both are optional."),
    ),
}


@dataclass(frozen=True, slots=True)
class ProgramGuide:
    """One incentive program in short: whom it is for, what counts, what it asks for."""

    program: ProgramCode
    slug: str
    area: Text
    activity: Text
    purpose: Text
    counts: tuple[Text, ...]
    asks: tuple[Text, ...]

    @property
    def needs(self) -> list[str]:
        """What a claim under this program asks for, with its name and the wait for new subscriptions filled in (R094)."""
        return [each.format(hours=settings.SUBSCRIPTION_WAIT_HOURS, program=self.label) for each in self.asks]

    @property
    def label(self) -> str:
        """The program's name, as staff keep it."""
        return program_names()[self.program]


PROGRAMS = {
    ProgramCode.OSA_SELL: ProgramGuide(
        ProgramCode.OSA_SELL,
        "osa-sell",
        _("Business Applications"),
        _("Pre-sales, or Revenue association"),
        _("Rewards partners who influence a customer's decision for Dynamics 365, whoever sells it in the end."),
        (
            _("Demonstrations, assessments and proofs of concept before the customer decides."),
            _("Proposals and advice that lead to the selection of an eligible product."),
            _("With Revenue association: your part in the sale is recognized, and no incentive is paid."),
        ),
        (
            _("An MPN location that is enrolled in {program}."),
            _(
                "The customer's subscription, activated at least {hours} hours ago and not bought through a Cloud Solution Provider."
            ),
            _("Proof of execution and the customer's consent. Neither is asked for with Revenue association."),
        ),
    ),
    ProgramCode.OSU_M365: ProgramGuide(
        ProgramCode.OSU_M365,
        "osu-microsoft-365",
        "Microsoft 365",
        _("Usage"),
        _("Rewards partners who bring the workloads of Microsoft 365 that a customer owns into daily use."),
        (
            _("Deployment and configuration of a workload, such as Exchange Online or Intune."),
            _("Training, adoption campaigns and change management for its users."),
            _("Watching usage and acting on it."),
        ),
        (
            _("An MPN location that is enrolled in {program}."),
            _("Workloads that the customer's tenant has. The association is held for tenant and workload."),
            _("Proof of execution and the customer's consent."),
        ),
    ),
    ProgramCode.OSU_BA: ProgramGuide(
        ProgramCode.OSU_BA,
        "osu-business-applications",
        _("Business Applications"),
        _("Usage"),
        _("Rewards partners who drive adoption and usage of Dynamics 365 after the purchase."),
        (
            _("Implementation, data migration and integration of a Dynamics 365 product."),
            _("Training and support that make more of the licensed people work with it."),
            _("Improving the solution so that it is used more, or for more."),
        ),
        (
            _("An MPN location that is enrolled in {program}."),
            _(
                "The customer's subscription, activated at least {hours} hours ago and not bought through a Cloud Solution Provider."
            ),
            _("Proof of execution and the customer's consent."),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Site:
    """Another site of Microsoft, and what a partner finds there (R200)."""

    name: Text
    address: str
    purpose: Text


SITES = (
    Site(
        _("Microsoft Partner Network"),
        "https://mspartner.microsoft.com",
        _("Membership in the program, products, licensing, training, events, and support."),
    ),
    Site(
        _("Partner Incentives MPN Portal"),
        "https://partner.microsoft.com/membership/partner-incentives",
        _("The incentive programs with their full guides, rates and terms."),
    ),
    Site(
        "Partner Center",  # unread
        "https://partnercenter.microsoft.com/partner/home",
        _("Your company's account: locations, people, enrollment, payout and tax profiles."),
    ),
    Site(
        _("Partner Incentives Reporting"),
        "https://partnerincentives.microsoft.com",
        _("Reports on earnings and payments."),
    ),
)
