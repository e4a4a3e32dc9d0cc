"""A row behind every door of the desk: claims, a case, a second look, of a partner from which a lead is barred."""

from django.contrib import admin
from django.urls import URLPattern, reverse

from claims.enums import ClaimAction
from claims.models import Claim
from review.models import Bar, Note, SecondLook
from tests.factories import (
    NOW,
    LeadFactory,
    OrganizationFactory,
    ReviewerFactory,
    TenantFactory,
    WorkloadFactory,
)
from tests.review.arbitration.rivals import holding, running, under_review
from tests.review.leads.happened import event


class Scene:
    """A partner with a claim in a case, a decision to look at, a note, a mail and an association; and a lead who is barred from it."""

    def __init__(self):
        self.organization = OrganizationFactory(name="Zanzibar Partners")
        self.tenant, product = TenantFactory(display_name="Contoso"), WorkloadFactory(name="INTUNE", code="INTUNE")
        self.held = holding(self.tenant, product, organization=self.organization, name="Zanzibar held")
        self.rival = under_review(self.tenant, product, name="Open to all")
        (self.case,) = running()
        self.claim = under_review(TenantFactory(), WorkloadFactory(), organization=self.organization, name="Zanzibar")
        # Who starts a review has the claim; here nobody has.
        Claim.objects.update(reviewer=None, reviewer_active_at=None)
        self.claim.refresh_from_db()
        self.rival.refresh_from_db()
        decision = event(self.claim, ClaimAction.REJECT, NOW, by=ReviewerFactory(), reasons=["no_signature"])
        self.look = SecondLook.objects.create(
            claim=self.claim, decision=decision, first_reviewer=decision.actor, drawn_at=NOW
        )
        Note.objects.create(claim=self.claim, author=decision.actor, text="Zanzibar note", written_at=NOW)
        self.lead = LeadFactory()
        Bar.objects.create(reviewer=self.lead, organization=self.organization, reason="Worked there", set_at=NOW)

    def keys(self):
        return {
            "claim_id": self.claim.pk, "document_id": self.claim.documents.get().pk, "page": 1, "kind": "product",
            "case_id": self.case.pk, "party_id": self.case.parties.get(claim=self.held).pk, "look_id": self.look.pk,
            "code": "claim-approved", "number": 0,
            "decision_id": 1, "saved_id": 1,
        }  # fmt: skip

    def address(self, route):
        """The address of a route of the desk, with keys of what is here."""
        keys = self.keys()
        return reverse(f"admin:{route.name}", kwargs={name: keys[name] for name in route.pattern.converters})


def routes():
    """All routes of the desk's own pages."""
    found = [route for route in admin.site.get_urls() if isinstance(route, URLPattern) and route.name]
    return [route for route in found if route.name.startswith("review-")]


def doors():
    """Those that lead to a claim, a case or a second look."""
    return [route for route in routes() if {"claim_id", "case_id", "look_id"} & route.pattern.converters.keys()]
