"""What the queue says of a claim besides its own row, as conditions of the database: a page asks them in its one query."""

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower

from claims.enums import IN_REVIEW, ClaimStatus
from claims.models import Claim, ClaimLine, LineSubscription
from customers.enums import ACTIVE_SUBSCRIPTION
from customers.free_mail import FREE_MAIL
from review.models import CaseParty


def in_open_case() -> Exists:
    """Condition on claims: it is compared with another partner's in an open case (R163, R170)."""
    return Exists(CaseParty.objects.filter(claim=OuterRef("pk"), is_open=True))


def was_denied_before() -> Exists:
    """Condition on claims: the customer denied this partner one of the products before (Q39)."""
    lines = ClaimLine.objects.filter(claim=OuterRef("pk"))
    denied = ClaimLine.objects.filter(
        ~Q(claim=OuterRef("claim")),
        claim__status=ClaimStatus.CONSENT_DENIED,
        organization=OuterRef("organization"),
        tenant=OuterRef("tenant"),
        product=OuterRef("product"),
    )
    return Exists(lines.filter(Exists(denied)))


def denied_before(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Only claims of which ``was_denied_before`` holds. Few customers ever denied anything, so theirs alone are looked at."""
    customers = Claim.objects.filter(status=ClaimStatus.CONSENT_DENIED).values("tenant")
    return claims.filter(was_denied_before(), tenant__in=customers)


def has_stale_subscription() -> Exists:
    """Condition on claims: a chosen subscription is no longer active, or was bought through a CSP (R096)."""
    active = Q(
        subscription__gone_at=None, subscription__provisioned=True, subscription__status__in=sorted(ACTIVE_SUBSCRIPTION)
    )
    elsewhere = Q(subscription__owner_tenant_id__isnull=False) & ~Q(
        subscription__owner_tenant_id=F("subscription__tenant__tenant_id")
    )
    return Exists(LineSubscription.objects.filter(~active | elsewhere, line__claim=OuterRef("pk")))


def uses_free_mail(claim: Claim) -> bool:
    """Whether the customer's contact has an address of a free mail service (Q47)."""
    return claim.customer_contact_email.rsplit("@", 1)[-1].lower() in FREE_MAIL


def with_free_mail(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Only claims whose customer contact has an address of a free mail service (Q47)."""
    last_part = Func(
        F("customer_contact_email"), Value("@"), Value(-1), function="SPLIT_PART", output_field=TextField()
    )
    return claims.alias(mail_domain=Lower(last_part)).filter(mail_domain__in=sorted(FREE_MAIL))


def in_conflict(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Only claims in review that are in an open case (R170). The cases are few, so theirs alone are looked at."""
    parties = CaseParty.objects.filter(is_open=True)
    return claims.filter(pk__in=parties.values("claim"), status__in=sorted(IN_REVIEW))
