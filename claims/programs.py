"""The incentive programmes as a partner chooses among them, and what choosing one fills into the wizard (R001, R012)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from claims.enums import ACTIVITIES_OF, Activity, programs_for
from customers.enums import SolutionArea
from kit.texts import Text
from partners.models import ProgramCode

POE_OF_PRE_SALES = _("Proof of execution that shows, for each product, how you influenced the customer's selection.")
EARNS = _("Claims made with an MPN location that is enrolled in {program}.")


@dataclass(frozen=True, slots=True)
class Program:
    """What the rules make of one programme, in words. ``activities`` are what its claims are for; the first is filled
    into the wizard. Its name and summary are kept by staff: ``partners.programs``.
    """

    code: ProgramCode
    solution_area: SolutionArea
    activities: tuple[Activity, ...]
    choose_when: Text
    earns: Text
    evidence: Text
    held_for: Text

    @property
    def activity(self) -> Activity:
        """The activity that earns under this programme."""
        return self.activities[0]


PROGRAMS = {
    program.code.value: program
    for program in (
        Program(
            ProgramCode.OSA_SELL,
            SolutionArea.BUSINESS_APPLICATIONS,
            (Activity.PRE_SALES, Activity.REVENUE),
            _(
                "You influenced the customer's selection of an eligible product, and want to apply for pre-sale incentives."
            ),
            _(
                "Claims made with an MPN location that is enrolled in {program}. Revenue association earns no incentive."
            ),
            POE_OF_PRE_SALES,
            _("A product and its subscriptions. One partner holds each subscription."),
        ),
        Program(
            ProgramCode.OSU_M365,
            SolutionArea.MICROSOFT_365,
            (Activity.USAGE,),
            _(
                "You drive the customer's adoption and usage of an eligible workload, and want to apply for usage incentives."
            ),
            EARNS,
            _("Proof of execution that shows, for each workload, what you do to drive adoption and usage."),
            _("A workload of the customer's tenant. One partner holds each workload."),
        ),
        Program(
            ProgramCode.OSU_BA,
            SolutionArea.BUSINESS_APPLICATIONS,
            (Activity.USAGE,),
            _(
                "You drive the customer's adoption and usage of an eligible product, and want to apply for usage incentives."
            ),
            EARNS,
            _("Proof of execution that shows, for each product, what you do to drive adoption and usage."),
            _("A product and its subscriptions. One partner holds each subscription."),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Prefill:
    """What a wizard begins with: a solution area and activities, chosen but not yet answered."""

    program: ProgramCode
    solution_area: SolutionArea
    activities: tuple[Activity, ...]

    @property
    def typed(self) -> dict[str, dict[str, list[str]]]:
        """The same as the wizard keeps it: as typed, so that every check still lies ahead."""
        chosen = [activity.value for activity in self.activities]
        return {"solution-area": {"solution_area": [self.solution_area.value]}, "activity": {"activities": chosen}}

    @property
    def query(self) -> dict[str, list[str]]:
        """The parameters of the address that begins a wizard like this."""
        return {"program": [self.program.value], "activity": [activity.value for activity in self.activities]}

    @property
    def address(self) -> str:
        """Where a wizard like this begins."""
        return reverse("association-new", query=self.query)


def prefill_for(program: str, activities: Sequence[str] = ()) -> Prefill | None:
    """What the wizard begins with when it is started from a programme (R012); None for an unknown one.

    ``activities`` ask for others than the programme's own, such as Revenue association under OSA Sell, or Pre-sales
    with Usage. They count only when they can be held together (R066) and belong to the programme.
    """
    chosen = PROGRAMS.get(program)
    if chosen is None:
        return None
    wanted = tuple(activity for activity in ACTIVITIES_OF[chosen.solution_area] if activity in activities)
    fits = (
        len(wanted) == len(set(activities)) > 0
        and (Activity.REVENUE not in wanted or len(wanted) == 1)
        and chosen.code in programs_for(chosen.solution_area, [each.value for each in wanted])
    )
    return Prefill(chosen.code, chosen.solution_area, wanted if fits else (chosen.activity,))
