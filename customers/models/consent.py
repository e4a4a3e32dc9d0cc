"""What a customer was asked, what it answered, and by which links it can answer."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.countries import country_name
from customers.enums import ConsentStep, DenialReason, Language, SolutionArea


class ConsentRequest(models.Model):
    """The customer's copy of an approved association: who asks, for what, until when it may opt out.

    It keeps its own words, so that the page shows what the mail said; ``partner`` tells only whose people get no copy of
    it. ``reference`` is opaque here (the claim id).
    Consent needs no action; denying is possible at any time (R182). One that only informs (``asks`` is false: revenue
    association, R181) was never mailed. ``opt_out_until`` is empty while the days do not run: before the message has
    left, and while it could not be delivered.
    """

    reference = models.CharField(max_length=40, unique=True)
    solution_area = models.CharField(max_length=30, choices=SolutionArea)
    tenant_id = models.UUIDField()
    domain = models.CharField(max_length=253)
    customer_name = models.CharField(max_length=120)
    customer_email = models.EmailField()
    partner = models.ForeignKey("partners.PartnerOrganization", on_delete=models.PROTECT, null=True, related_name="+")
    partner_name = models.CharField(max_length=200)
    partner_contact_name = models.CharField(max_length=120)
    partner_contact_email = models.EmailField()
    language = models.CharField(max_length=10, choices=Language, default=Language.ENGLISH)
    asks = models.BooleanField(default=True, help_text=_("Whether the customer was asked; otherwise it is only shown."))
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True, help_text=_("When the newest message left."))
    delivered_at = models.DateTimeField(null=True, blank=True, help_text=_("When a provider reported its arrival."))
    undeliverable_at = models.DateTimeField(null=True, blank=True)
    undeliverable_reason = models.CharField(max_length=300, blank=True)
    wrong_person_at = models.DateTimeField(
        null=True, blank=True, help_text=_("The reader said that it is not the one.")
    )
    opt_out_until = models.DateTimeField(null=True, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True, help_text=_("Explicit consent; nobody has to give it."))
    denied_at = models.DateTimeField(null=True, blank=True)
    denial_reasons = ArrayField(models.CharField(max_length=20, choices=DenialReason), default=list, blank=True)
    comment = models.TextField(max_length=2000, blank=True)
    share_comment = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text=_("The association ended for another reason."))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(denied_at__isnull=True) | Q(denial_reasons__len__gt=0),
                name="consent_denial_has_reason",
                violation_error_message=_("A denial names at least one reason."),
            ),
            models.CheckConstraint(
                condition=Q(denied_at=None) | Q(withdrawn_at=None),
                name="consent_ends_once",
                violation_error_message=_("An association that was denied has ended already."),
            ),
            models.CheckConstraint(
                condition=Q(asks=True) | Q(opt_out_until=None, consented_at=None, denied_at=None),
                name="consent_answer_needs_question",
                violation_error_message=_("Nobody was asked, so there is no answer."),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-asked_at"], name="consent_of_tenant"),
            models.Index(
                fields=["undeliverable_at"],
                condition=Q(undeliverable_at__isnull=False, denied_at=None, withdrawn_at=None),
                name="consent_undeliverable",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Consent request {reference}").format(reference=self.reference)

    @property
    def stands(self) -> bool:
        """Whether the association still exists: neither denied nor ended otherwise."""
        return self.denied_at is None and self.withdrawn_at is None

    def window_is_open(self, now: datetime) -> bool:
        """Whether the seven days still run, or have not begun."""
        return self.opt_out_until is None or now < self.opt_out_until

    def stop_window(self, now: datetime) -> None:
        """Stop the days if they still run, so that they begin anew with the next message. Saves nothing.

        Days that have passed already stay passed: the customer can deny at any time all the same (R182).
        """
        if self.window_is_open(now):
            self.opt_out_until = None


class ConsentItem(models.Model):
    """One product/workload or subscription of a request, in the words of the mail (R185, R186).

    ``country`` is printed behind ``text``, in the language of whoever reads it. ``key`` is opaque here: the asker's name for
    it. It is empty for what was asked before items could be denied alone.
    """

    class End(models.TextChoices):
        """Why it is no longer part of the association, while the rest is."""

        DENIED = "denied", _("Denied")
        ENDED = "ended", _("Ended")

    consent = models.ForeignKey(ConsentRequest, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=400)
    country = models.CharField(max_length=2, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=10, choices=End, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consent", "key"],
                condition=~Q(key=""),
                name="consent_item_once",
                violation_error_message=_("This is already part of the request."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="consent_item_end_has_reason",
                violation_error_message=_("An item that ended says why."),
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """What mails and pages print, in the language that is spoken: «PRODUCT, ID, Country»."""
        return ", ".join(part for part in (self.text, country_name(self.country)) if part)


class ConsentLink(models.Model):
    """The key that one message carries: only the SHA-256 of its token is stored (R182, Q36).

    ``reference_number`` is printed in the message; typed in at /verify/ it proves that the portal sent the message. A
    corrected address gets a link of its own, and the earlier ones keep working until they are revoked.
    """

    consent = models.ForeignKey(ConsentRequest, on_delete=models.CASCADE, related_name="links")
    token_digest = models.CharField(max_length=64, unique=True)
    reference_number = models.CharField(max_length=20, unique=True)
    sent_to = models.EmailField()
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Link {self.reference_number} of {self.consent}"


class ConsentEvent(models.Model):
    """One line of the customer's record: what it was told and what it did. Append-only: a trigger refuses the rest."""

    consent = models.ForeignKey(ConsentRequest, on_delete=models.PROTECT, related_name="events")
    step = models.CharField(max_length=20, choices=ConsentStep)
    at = models.DateTimeField()
    by = models.CharField(
        max_length=254, blank=True, help_text=_("The address that acted; empty for the portal itself.")
    )
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.consent}"


class AccessCode(models.Model):
    """A one-time code that opens the consent center, sent to an address that had the message. Only its digest is stored."""

    link = models.ForeignKey(ConsentLink, on_delete=models.CASCADE, related_name="codes")
    email = models.EmailField()
    code_digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["link", "-created_at"], name="access_code_of_link")]

    def __str__(self) -> str:
        return gettext("Code for {email}").format(email=self.email)
