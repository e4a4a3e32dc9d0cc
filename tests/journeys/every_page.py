"""One address for every route of the portal that shows a page, over rows of every kind; and the routes that show none."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from claims.enums import ClaimStatus
from claims.models import Claim, ClaimDraft, Comment
from claims.saved_views import save_view
from customers.models import ConsentLink, ConsentRequest
from notifications.models import OutgoingEmail
from partners.models import Membership, Role
from partners.organization.inviting import invite
from tests.claims.journey import BA, Journey
from tests.customers.asking import ask, enter_center, items, token_of
from tests.factories import ClaimFactory, DocumentFactory, MembershipFactory, TenantFactory, put_on_tenant
from tests.notifications.test_notices import tell
from tests.revenue.samples import associate, crm, line, some_import, subscription_of

# Acts, files and answers to machines. A GET of an act is refused or leads to a page of the list.
WITHOUT_A_PAGE = {
    None, "healthz", "readyz", "metrics", "calendar-feed", "claim-guide", "poe-template", "poe-template-docx", "claim-template",
    "claim-template-docx", "claim-document", "claims-export-file", "sales-export", "notices_read", "notices_bell",
    "notice_open", "notice_mark", "claim-comment", "claim-checklist", "claim-upload", "claim-document-note",
    "claim-document-remove", "claim-edit", "claim-edit-cancel", "claim-view-delete", "association-new-cancel",
    "association-draft-delete", "association-resume", "organization-invitation-resend", "mfa_download_recovery_codes",
    "claim-fixes", "claim-fixes-hand-in", "consent_record_file", "consent_center_close",
}  # fmt: skip
# Of the sign-in package; reached only in the middle of its own steps, which tests/accounts and test_two_step walk.
ONLY_UNDERWAY = {
    "account_signup", "account_reauthenticate", "account_email_verification_sent", "account_set_password",
    "account_confirm_login_code", "account_confirm_email", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "account_reset_password_done", "account_inactive", "mfa_authenticate",
    "mfa_reauthenticate", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
}  # fmt: skip


def route_names() -> set[str | None]:
    """The names of all routes but the admin's and the demo's."""

    def walk(patterns: list[Any]) -> Iterator[str | None]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                if str(pattern.pattern) not in {"admin/", "demo/"}:
                    yield from walk(pattern.url_patterns)
            elif isinstance(pattern, URLPattern):
                yield pattern.name

    return set(walk(get_resolver().url_patterns))


def open_addresses() -> list[tuple[str, str]]:
    """Pages for people who are not signed in, by route name."""
    ask()
    token = token_of(OutgoingEmail.objects.get(kind__contains="consent"))
    number = ConsentLink.objects.get().reference_number
    return [
        ("account_login", reverse("account_login")),
        ("account_reset_password", reverse("account_reset_password")),
        ("about-cpor", reverse("about-cpor")),
        ("consent_privacy", reverse("consent_privacy")),
        ("consent", reverse("consent", args=[token])),
        ("consent_survey", reverse("consent_survey", args=[token])),
        ("consent_enter", reverse("consent_enter", args=[token])),
        ("consent_code", reverse("consent_code", args=[token])),
        ("consent_handed_over", reverse("consent_handed_over")),
        ("verify", f"{reverse('verify')}?number={number}"),
        ("join", reverse("join", args=["x" * 43])),
        ("join", _invitation_link()),
        ("not found", "/no/such/place/"),
        ("unknown link", f"/consent/{'x' * 43}/"),
    ]


def center_addresses(client: Client) -> list[tuple[str, str]]:
    """Pages of the consent center, by route name, over associations of every state; ``client`` comes in by a code."""
    now, tenant = timezone.now(), TenantFactory(admin_emails=["boss@contoso.example"], domain="contoso.example")
    asked = {
        state: ask(state, tenant=tenant, now=now, items=items("AIP", "EXO"), partner_name=f"Partner of {state}")
        for state in ("waiting", "running", "passed", "lost", "wrong", "denied", "ended")
    }
    changes: dict[str, dict[str, Any]] = {
        "running": {"opt_out_until": now + timedelta(days=5), "consented_at": now},
        "passed": {"opt_out_until": now - timedelta(days=5)},
        "lost": {"undeliverable_at": now},
        "wrong": {"wrong_person_at": now},
        "denied": {"denied_at": now, "denial_reasons": ["other"], "comment": "Why?"},
        "ended": {"withdrawn_at": now},
    }
    for state, values in changes.items():
        ConsentRequest.objects.filter(reference=state).update(**values)
    assert enter_center(client, asked["waiting"]).status_code == 200
    plain = ("consent_center", "consent_record", "consent_deny_all")
    acts = {
        "consent_confirm": "waiting", "consent_deny": "waiting", "consent_restore": "denied", "consent_wrong_person": "waiting",
    }  # fmt: skip
    pages = [(name, reverse(name)) for name in plain]
    return pages + [(name, reverse(name, args=[asked[state].pk])) for name, state in acts.items()]


def _invitation_link() -> str:
    admin = MembershipFactory()
    invite(
        "nell@elsewhere.example",
        full_name="Nell New",
        role=Role.INCENTIVE_USER,
        locations=[],
        by=admin,
        now=timezone.now(),
    )
    text = OutgoingEmail.objects.get(to=["nell@elsewhere.example"]).text
    return text[text.index("/join/") :].split()[0].rstrip(".>)")


def partner_addresses(scene: Any) -> list[tuple[str, str]]:
    """Pages for a signed-in Incentive Admin, by route name, over claims in every state."""
    membership = Membership.objects.select_related("organization", "user").get(user=scene.partner)
    claims = {status: _claim(membership, status) for status in ClaimStatus}
    colleague = MembershipFactory(organization=membership.organization, role=Role.INCENTIVE_USER)
    invitation = invite(
        "una@fabrikam.example",
        full_name="Una User",
        role=Role.INCENTIVE_USER,
        locations=[],
        by=membership,
        now=timezone.now(),
    )
    tell(membership.user, count=3, now=timezone.now())
    save_view(membership, name="Approved ones", query="status=approved", now=timezone.now())
    _revenue(membership)
    plain = (
        "home", "notices", "notification-settings", "organization", "organization-people", "organization-invitations",
        "organization-invite", "organization-changes", "overview", "coop", "enrollments", "programs", "program-advisor",
        "associations", "claims-export", "claim-views", "association-new", "calendar-address", "sales-summary",
        "sales-details", "resources", "poe-guidance", "incentive-guides", "account_change_password", "account_logout",
        "mfa_index", "mfa_activate_totp",
    )  # fmt: skip
    pages = [(name, reverse(name)) for name in plain]
    pages += [
        (name, reverse(name, args=[colleague.pk])) for name in ("organization-person", "organization-person-remove")
    ]
    pages += [("organization-invitation-revoke", reverse("organization-invitation-revoke", args=[invitation.pk]))]
    pages += [("claim", claim.get_absolute_url()) for claim in claims.values()]
    dialogs = {
        "claim-submit": ClaimStatus.EDITING, "claim-discard": ClaimStatus.EDITING, "claim-withdraw": ClaimStatus.SUBMITTED,
        "claim-dispute": ClaimStatus.REJECTED, "claim-disassociate": ClaimStatus.APPROVED,
        "claim-refresh": ClaimStatus.APPROVED, "claim-contact": ClaimStatus.APPROVED, "claim-history": ClaimStatus.ACTION_REQUIRED,
    }  # fmt: skip
    pages += [(name, reverse(name, args=[claims[status].pk])) for name, status in dialogs.items()]
    pages += _steps_of_a_new_association(membership, scene)
    pages += _steps_of_an_edit(membership, claims[ClaimStatus.ACTION_REQUIRED])
    return pages


def _claim(membership: Membership, status: ClaimStatus) -> Claim:
    now = timezone.now()
    moments = {
        ClaimStatus.ACTION_REQUIRED: {"action_due_at": now + timedelta(days=12)},
        ClaimStatus.UNDER_REVIEW: {"review_due_on": now.date() + timedelta(days=3)},
        ClaimStatus.APPROVED: {"customer_trouble": "undeliverable", "customer_trouble_at": now},
    }.get(status, {})
    claim: Claim = ClaimFactory(
        organization=membership.organization, created_by=membership.user, status=status, decided_at=now, submitted_at=now,
        created_at=now - timedelta(days=9), last_activity_at=now, name=f"A claim that is {status.label}", **moments,
    )  # fmt: skip
    DocumentFactory(claim=claim, note="Signed on page 3", first_submission=1 if status != ClaimStatus.EDITING else None)
    Comment.objects.create(
        claim=claim, author_kind="partner", author=membership.user, text="See page 3.\nIt is signed.", written_at=now
    )
    return claim


def _revenue(membership: Membership) -> None:
    some_import()
    product = crm("DYNAMICS 365 FOR SALES")
    held = subscription_of(product)
    associate(membership.organization, product=product, tenant=held.tenant, subscription=held)
    for month in ("2025-09", "2026-09"):
        line(month, product=product, subscription=held, amount="1200.50", enhancement="99", seats=12)


def _steps_of_a_new_association(membership: Membership, scene: Any) -> list[tuple[str, str]]:
    journey = Journey(Client(), membership)
    put_on_tenant(scene.crm, journey.tenant)
    for _ in range(2):
        subscription_of(scene.crm, journey.tenant)
    journey.to_products(area=BA)
    journey.post(products=[scene.crm.pk])
    draft = ClaimDraft.objects.get(owner=membership.user, claim=None)
    slugs = ("solution-area", "activity", "customer", "products", "subscriptions")
    assert journey.step() == slugs[-1]
    return [("association-new-step", reverse("association-new-step", args=[draft.pk, slug])) for slug in slugs]


def _steps_of_an_edit(membership: Membership, claim: Claim) -> list[tuple[str, str]]:
    client = Client()
    client.force_login(membership.user)
    answer = client.post(reverse("claim-edit", args=[claim.pk]))
    assert answer.status_code == 302
    steps = ("customer", "products", "contacts")
    return [("claim-edit-step", reverse("claim-edit-step", args=[claim.pk, slug])) for slug in steps]
