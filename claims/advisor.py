"""Three questions that tell which activity and which programme a claim belongs to, before it is begun."""

from dataclasses import dataclass

from django.db import models
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.enums import Activity, programs_for
from claims.programs import PROGRAMS, Prefill
from customers.enums import SolutionArea
from kit.texts import Text
from partners.models import ProgramCode


class Family(models.TextChoices):
    """Which products the partner works with."""

    DYNAMICS = "dynamics", "Dynamics 365"  # unread
    MICROSOFT_365 = "microsoft_365", "Microsoft 365"  # unread
    POWER_BI = "power_bi", "Power BI"  # unread
    OTHER = "other", _("Something else, such as Azure or Windows")


class Work(models.TextChoices):
    """What the partner did for the customer."""

    SELECTION = "selection", _("We influenced which product the customer chose")
    USAGE = "usage", _("We drive adoption and usage")
    BOTH = "both", _("Both of these")


class Wish(models.TextChoices):
    """What the partner wants of the association."""

    INCENTIVES = "incentives", _("Earn incentives")
    RECOGNITION = "recognition", _("Have our revenue recognized, without incentives")


@dataclass(frozen=True, slots=True)
class Advice:
    """What to claim and how. Without ``prefill`` there is nothing to claim in this portal; ``headline`` says why."""

    headline: str
    notes: tuple[Text, ...] = ()
    prefill: Prefill | None = None
    programs: tuple[ProgramCode, ...] = ()
    evidence: tuple[Text, ...] = ()

    @property
    def activity_label(self) -> str:
        """«Pre-sales / Usage», as on the claim page."""
        return " / ".join(str(each.label) for each in self.prefill.activities) if self.prefill else ""


ONLY_USAGE = _("A Microsoft 365 claim is for Usage. Make it once you drive adoption and usage of the workload.")
NO_M365_REVENUE = _(
    "Revenue association exists only under OSA Sell, for Dynamics 365. A claim for Usage makes you the partner of record; "
    "it earns only with a location that is enrolled."
)
EXCLUDES = _(
    "Revenue association excludes Pre-sales and Usage. Do not choose it if you also want to earn incentives here."
)
NO_EVIDENCE = _("No proof of execution. The customer is not asked for consent either.")


def advise(*, family: Family, work: Work, wish: Wish) -> Advice:
    """Which activity and programme fit the three answers, what proof is needed, and what to know first (R060-R067, R190).

    Power BI stays with the Digital Partner of Record (R002). Microsoft 365 knows only Usage (R063), Dynamics 365 all
    three activities; without a wish for incentives it is Revenue association, which stands alone (R066, R067).
    """
    if family == Family.POWER_BI:
        return Advice(
            gettext("Power BI is not claimed in this portal. It stays with the Digital Partner of Record (DPOR).")
        )
    if family == Family.OTHER:
        return Advice(gettext("Only Dynamics 365 products and Microsoft 365 workloads can be claimed in this portal."))
    if family == Family.MICROSOFT_365:
        notes: tuple[Text, ...] = (ONLY_USAGE,) if work == Work.SELECTION else ()
        notes += (NO_M365_REVENUE,) if wish == Wish.RECOGNITION else ()
        return _claim(SolutionArea.MICROSOFT_365, (Activity.USAGE,), notes)
    if wish == Wish.RECOGNITION:
        return _claim(SolutionArea.BUSINESS_APPLICATIONS, (Activity.REVENUE,), (EXCLUDES,))
    activities = {
        Work.SELECTION: (Activity.PRE_SALES,),
        Work.USAGE: (Activity.USAGE,),
        Work.BOTH: (Activity.PRE_SALES, Activity.USAGE),
    }[work]
    return _claim(SolutionArea.BUSINESS_APPLICATIONS, activities, ())


def _claim(area: SolutionArea, activities: tuple[Activity, ...], notes: tuple[Text, ...]) -> Advice:
    programs = tuple(programs_for(area, [activity.value for activity in activities]))
    revenue = Activity.REVENUE in activities
    return Advice(
        headline=gettext("Claim under {area}: {activities}").format(
            area=area.label, activities=get_text_list([each.label for each in activities], gettext("and"))
        ),
        notes=notes,
        prefill=Prefill(programs[0], area, activities),
        programs=programs,
        evidence=(NO_EVIDENCE,) if revenue else tuple(PROGRAMS[program.value].evidence for program in programs),
    )
