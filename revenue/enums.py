"""Words of the Sales summary."""

from django.db import models


class PerformanceArea(models.TextChoices):
    """The two areas of the Sales summary, named as PartnerSource names them (R193)."""

    ERP = "erp", "AX/D365 Rev Rec"  # unread
    CRM = "crm", "CRM/D365 Rev Rec"  # unread

    @property
    def kind(self) -> str:
        """The plain word for it: «ERP» or «CRM»."""
        return self.name
