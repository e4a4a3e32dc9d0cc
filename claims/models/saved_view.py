"""A named combination of filters on the table of claims."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from partners.models import PartnerOrganization


class SavedView(models.Model):
    """Filters and order of the table of claims that one person keeps under a name.

    ``query`` is the query string of the table, as ``claims.filters`` writes it. Belongs to a person within one
    organisation: who moves to another company leaves it behind.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    organization = models.ForeignKey(PartnerOrganization, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "owner",
                "organization",
                Lower("name"),
                name="saved_view_name_once",
                violation_error_message=_("You already have a saved view with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name
