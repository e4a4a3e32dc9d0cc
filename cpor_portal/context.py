"""What the frame of every page needs of the installation."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kit.texts import Text

DEMO_SIGN_INS: list[dict[str, Text]] = [
    {"email": "ola.demmo@fabrikam.example", "role": _("Incentive admin of Fabrikam Consulting")},
    {"email": "user@fabrikam.example", "role": _("Incentive user of Fabrikam Consulting")},
    {"email": "viewer@fabrikam.example", "role": _("Member of Fabrikam Consulting without an incentive role")},
    {"email": "admin@northwind.example", "role": _("Incentive admin of the rival Northwind Partners")},
    {"email": "reviewer@microsoft.example", "role": _("Microsoft reviewer")},
    {"email": "reviewer2@microsoft.example", "role": _("Microsoft reviewer")},
    {"email": "lead@microsoft.example", "role": _("Lead of the Microsoft reviewers")},
    {"email": "auditor@microsoft.example", "role": _("Auditor: reads everything, changes nothing")},
    {"email": "catalog@microsoft.example", "role": _("Catalog manager: products, customers, partners")},
]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Template context: whether this is the demo, its sign-ins (None in production), and who must use two-step sign-in."""
    required = settings.STAFF_MFA_REQUIRED and getattr(getattr(request, "user", None), "is_staff", False)
    return {
        "demo": settings.DEMO,
        "demo_sign_ins": DEMO_SIGN_INS if settings.DEMO else None,
        "two_steps_required": required,
    }
