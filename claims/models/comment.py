"""What partner and reviewer say to each other on a claim."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext

from claims.enums import ActorKind
from claims.models.claim import Claim


class Comment(models.Model):
    """One comment of the thread on the claim page (R118, R123)."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="comments")
    author_kind = models.CharField(max_length=20, choices=ActorKind)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(max_length=4000)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return gettext("Comment {number} on claim {claim}").format(number=self.pk, claim=self.claim_id)

    @property
    def author_name(self) -> str:
        """The name a partner sees: reviewers are «Microsoft» (Q50)."""
        if self.author_kind == ActorKind.PARTNER and self.author:
            return self.author.get_full_name()
        return str(ActorKind(self.author_kind).label)

    @property
    def author_initials(self) -> str:
        """Letters of the avatar."""
        return self.author.initials if self.author_kind == ActorKind.PARTNER and self.author else "MS"
