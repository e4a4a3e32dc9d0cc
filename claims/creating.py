"""Creating a claim from the wizard's answers, and changing one (R103, R130-R132)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from accounts.models import User
from claims.actors import Actor
from claims.content import ClaimContent
from claims.enums import LIVE, Activity, ClaimAction, LineVerdict
from claims.history import record_event
from claims.lifecycle import touch
from claims.models import Claim, ClaimLine, LineSubscription
from claims.problems import MAX_PRODUCTS
from claims.signals import products_changed
from kit.errors import RuleViolation


@transaction.atomic
def create_claim(content: ClaimContent, *, actor: Actor, user: User, now: datetime) -> Claim:
    """Create the claim in status Editing with its lines, and write the first row of history (R103).

    ``content`` is what the wizard has checked; the number of products is checked again (R080). Sends nothing.
    """
    _require_products(content)
    if actor.organization is None:
        raise RuleViolation(gettext("Only a partner creates a claim."))
    claim = Claim.objects.create(
        organization=actor.organization,
        created_by=user,
        solution_area=content.solution_area,
        activities=content.activities,
        tenant=content.tenant,
        customer_domain=content.domain,
        agreed_by=user,
        agreed_at=content.agreed_at,
        guide_version=settings.GUIDE_VERSION,
        created_at=now,
        last_activity_at=now,
        last_actor_name=actor.name,
        **_columns(content),
    )
    _write_lines(claim, content)
    record_event(claim, ClaimAction.CREATE, actor=actor, now=now, to_status=claim.status)
    return claim


@transaction.atomic
def change_claim(claim: Claim, content: ClaimContent, *, actor: Actor, now: datetime) -> bool:
    """Change location, products, subscriptions and contacts of an editable claim (R130-R132); the difference goes to history.

    Solution area, activity and customer stay. Returns whether anything differed. Raises RuleViolation when the claim is
    not editable, StaleRecord when someone was faster, IntegrityError when a product is held by another own live claim.
    """
    if not claim.is_editable:
        raise RuleViolation(
            gettext("This claim can be edited only before submission, or when a reviewer asks for more.")
        )
    _require_products(content)
    before = printed_content(claim)
    touch(claim, changes=_columns(content))
    accepted = _accepted_products(claim)
    claim.lines.all().delete()
    _write_lines(claim, content)
    _keep_accepted(claim, accepted)
    products_changed.send(sender=Claim, claim=claim, now=now)
    claim.refresh_from_db()
    after = printed_content(claim)
    changes = [
        {"label": label, "old": before[label], "new": after[label]} for label in after if before[label] != after[label]
    ]
    if changes:
        record_event(claim, ClaimAction.EDIT, actor=actor, now=now, data={"changes": changes})
    return bool(changes)


def _require_products(content: ClaimContent) -> None:
    if not 1 <= len(content.products) <= MAX_PRODUCTS:
        raise RuleViolation(gettext("Select one to four products/workloads."))


def _columns(content: ClaimContent) -> dict[str, Any]:
    contacts = content.contacts
    return {
        "location": content.location,
        "name": contacts.claim_name,
        "customer_contact_name": contacts.customer_name,
        "customer_contact_email": contacts.customer_email,
        "customer_contact_title": contacts.customer_title,
        "partner_contact_name": contacts.partner_name,
        "partner_contact_email": contacts.partner_email,
        "seller_name": contacts.seller_name,
        "isv_solution": contacts.isv_solution,
    }


def _write_lines(claim: Claim, content: ClaimContent) -> None:
    live = claim.status in LIVE
    incentive = Activity.REVENUE not in content.activities
    for product in content.products:
        line = ClaimLine.objects.create(
            claim=claim,
            product=product,
            organization_id=claim.organization_id,
            tenant_id=claim.tenant_id,
            by_subscription=not product.is_workload,
            incentive=incentive,
            live=live,
        )
        for subscription in content.subscriptions.get(product.pk, []):
            LineSubscription.objects.create(
                line=line,
                subscription=subscription,
                organization_id=claim.organization_id,
                incentive=incentive,
                live=live,
            )


def _accepted_products(claim: Claim) -> dict[int, set[int]]:
    """What a reviewer accepted in an earlier round, with its subscriptions."""
    lines = claim.lines.filter(verdict=LineVerdict.ACCEPTED).prefetch_related("subscriptions")
    return {line.product_id: {chosen.subscription_id for chosen in line.subscriptions.all()} for line in lines}


def _keep_accepted(claim: Claim, accepted: dict[int, set[int]]) -> None:
    """An edit rewrites the lines; what was accepted stays so unless its subscriptions changed."""
    for line in claim.lines.filter(product__in=accepted).prefetch_related("subscriptions"):
        if {chosen.subscription_id for chosen in line.subscriptions.all()} == accepted[line.product_id]:
            line.verdict = LineVerdict.ACCEPTED
            line.save(update_fields=["verdict"])


def printed_content(claim: Claim) -> dict[str, str | list[str]]:
    """The changeable parts of a claim as the history prints them, a list where there may be several (R130).

    The names of the parts are English, since they are kept; they are translated where they are told.
    """
    lines = claim.lines.select_related("product").prefetch_related("subscriptions__subscription")
    products = []
    for line in lines:
        ids = ", ".join(entry.subscription.shown_id for entry in line.subscriptions.all())
        products.append(f"{line.product.label} ({ids})" if ids else line.product.label)
    return {
        gettext_noop("Claim name"): claim.name,
        gettext_noop("Location"): str(claim.location),
        gettext_noop("Product(s)"): products,
        gettext_noop("Customer contact"): (
            f"{claim.customer_contact_name}, {claim.customer_contact_title} ({claim.customer_contact_email})"
        ),
        gettext_noop("Partner contact"): f"{claim.partner_contact_name} ({claim.partner_contact_email})",
        gettext_noop("Dynamics solution seller name"): claim.seller_name,
        gettext_noop("ISV product or solution name"): claim.isv_solution,
    }
