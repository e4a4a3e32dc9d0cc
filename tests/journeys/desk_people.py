"""What the journeys of the desk share: a claim that was really filed, and what both sides do with it in a browser."""

import re

from playwright.sync_api import expect

from claims.actors import Actor
from claims.deciding import start_review
from claims.submitting import submit
from partners.models import Location
from tests.factories import ClaimFactory, DocumentFactory, WorkloadFactory, partner_actor, put_on_tenant
from tests.journeys.conftest import ASSOCIATIONS

PARTNER = "ola.demmo@fabrikam.example"
CUSTOMER = "joseph@microsoft.example"


def exchange(scene):
    """One more workload on the customer's tenant."""
    product = WorkloadFactory(name="EXCHANGE ONLINE", code="EXO")
    put_on_tenant(product, scene.tenant)
    return product


def handed_in(*, now, **fields):
    """A claim with a document that was submitted by the rule, so that everything follows from it: cases, mails, history."""
    claim = ClaimFactory(**fields)
    DocumentFactory(claim=claim)
    submit(claim, actor=partner_actor(claim), now=now)
    return claim


def filed_claim(scene, *, now, products, name="M365 for CompanyX"):
    """A claim of the scene's partner whose review has begun."""
    claim = handed_in(
        now=now,
        name=name,
        organization=scene.organization,
        created_by=scene.partner,
        location=Location.objects.get(mpn_id=563676),
        tenant=scene.tenant,
        products=products,
        customer_contact_email=CUSTOMER,
    )
    start_review(claim, actor=Actor.reviewer(scene.reviewer), now=now)
    return claim


def open_at_desk(person, claim, *, email):
    """Sign in at the desk and open the claim."""
    person.sign_in(email)
    person.open(f"/admin/claims/{claim.pk}/")
    expect(person.page.get_by_role("heading", level=1)).to_have_text(f"{claim.name} ({claim.pk})")


def open_as_partner(person, claim, *, email=PARTNER):
    """Sign in at the partner and open the claim."""
    person.sign_in(email)
    person.open(f"{ASSOCIATIONS}{claim.pk}/")
    expect(person.page.get_by_role("heading", level=1)).to_have_text(f"{claim.name} ({claim.pk})")


def choose(page, decision):
    """Choose one of the three decisions for the claim as a whole."""
    page.get_by_role("radio", name=re.compile(f"^{decision}")).check()


def judge(page, product, verdict):
    """Say what was found of one product; its part of the form is returned."""
    part = page.get_by_role("group", name=re.compile(f"^{re.escape(product.label)}"))
    part.get_by_label(verdict, exact=True).check()
    return part


def submit_again(person):
    """Submit on the claim's page and in the question that follows."""
    page = person.page
    page.get_by_role("button", name="Submit claim", exact=True).click()
    person.sees("Ready to submit your claim?")
    asked = page.get_by_role("dialog") if person.runs_scripts else page
    asked.get_by_role("button", name="Submit claim", exact=True).click()
    expect(page.locator(".page-header")).to_contain_text("Under review")


def shown_to_partner(page):
    """Everything that the partner's page says, as text."""
    return page.locator("body").inner_text()
