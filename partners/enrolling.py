"""Enrolments of MPN locations in incentive programmes: kept by the organisation's Incentive Admins (Q34)."""

from django.utils.translation import gettext

from kit.errors import RuleViolation
from partners.models import Enrollment, Location, Membership, ProgramCode, Role
from partners.programs import require_open


def may_manage_enrollments(membership: Membership) -> bool:
    """Only an Incentive Admin manages enrolments (Q34)."""
    return membership.role == Role.INCENTIVE_ADMIN


def enroll(location: Location, *, program: str, membership: Membership) -> None:
    """Enrol a location in a programme; twice is fine.

    Raises RuleViolation when the person may not, the location is inactive, or staff closed the programme for new
    enrolments.
    """
    _require_admin(location, membership)
    if not location.is_active:
        raise RuleViolation(gettext("{location} is not active and cannot be enrolled.").format(location=location))
    chosen = ProgramCode(program)
    if not location.enrollments.filter(program=chosen).exists():
        require_open(chosen)
        Enrollment.objects.get_or_create(location=location, program=chosen)


def leave_program(location: Location, *, program: str, membership: Membership) -> None:
    """End a location's enrolment; claims stay, but cannot earn there. Raises RuleViolation when the person may not."""
    _require_admin(location, membership)
    Enrollment.objects.filter(location=location, program=ProgramCode(program)).delete()


def _require_admin(location: Location, membership: Membership) -> None:
    if not may_manage_enrollments(membership) or location.organization_id != membership.organization_id:
        raise RuleViolation(gettext("Only an Incentive Admin of your company can change enrollments."))
