"""Rows for tests: small, valid, and different from each other."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from factory.django import DjangoModelFactory

from accounts.models import User
from claims.actors import Actor
from claims.enums import LIVE, Activity, ClaimStatus
from claims.models import Claim, ClaimLine, Document, LineSubscription
from customers.consent.clock import note_sent
from customers.enums import SolutionArea, SubscriptionStatus
from customers.models import CatalogueSku, ConsentLink, Product, Subscription, Tenant, TenantDomain, TenantSku
from partners.models import Enrollment, Location, Membership, PartnerOrganization, Role
from review.groups import AUDITORS, CATALOGUE, LEADS, REVIEWERS, write_groups

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


def small_pdf(text: str = "Statement of Work") -> bytes:
    """A valid PDF of one page that says ``text``."""
    content = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def pdf_upload(name: str = "Statement of Work.pdf", text: str = "Statement of Work") -> SimpleUploadedFile:
    """The same as an upload of a browser."""
    return SimpleUploadedFile(name, small_pdf(text), content_type="application/pdf")


@cache
def hashed_password() -> str:
    """PASSWORD hashed once for all: hashing is slow by design."""
    return make_password(PASSWORD)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@partner{n}.example")
    full_name = factory.Sequence(lambda n: f"Ola Demmo{n}")
    password = factory.LazyFunction(hashed_password)


class StaffFactory(UserFactory):
    """Microsoft staff without a group, who may do nothing yet."""

    email = factory.Sequence(lambda n: f"reviewer{n}@microsoft.example")
    full_name = factory.Sequence(lambda n: f"Robin Reviewer{n}")
    is_staff = True


class ReviewerFactory(StaffFactory):
    """A reviewer, who decides on claims."""

    group = factory.PostGeneration(
        lambda person, create, extracted, **kw: _join(person, create, extracted or REVIEWERS)
    )


class LeadFactory(StaffFactory):
    """A lead, who also assigns claims and sees the leads' page."""

    group = factory.PostGeneration(lambda person, create, extracted, **kw: _join(person, create, LEADS))


class AuditorFactory(StaffFactory):
    """An auditor, who reads everything and changes nothing."""

    group = factory.PostGeneration(lambda person, create, extracted, **kw: _join(person, create, AUDITORS))


class CatalogueManagerFactory(StaffFactory):
    """Keeps products, customers and partners; decides nothing."""

    group = factory.PostGeneration(lambda person, create, extracted, **kw: _join(person, create, CATALOGUE))


def _join(person: User, create: bool, name: str) -> None:
    if not create:
        return
    if not Group.objects.filter(name=name).exists() or not Group.objects.get(name=name).permissions.exists():
        write_groups()  # a test with real transactions empties every table when it ends
    person.groups.add(Group.objects.get(name=name))


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = PartnerOrganization

    name = factory.Sequence(lambda n: f"Partner {n}")


class LocationFactory(DjangoModelFactory):
    class Meta:
        model = Location

    organization = factory.SubFactory(OrganizationFactory)
    mpn_id = factory.Sequence(lambda n: 500_000 + n)
    city = "Toronto"
    country = "CA"


class EnrollmentFactory(DjangoModelFactory):
    class Meta:
        model = Enrollment

    location = factory.SubFactory(LocationFactory)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organization = factory.SubFactory(OrganizationFactory)
    role = Role.INCENTIVE_ADMIN


class TenantFactory(DjangoModelFactory):
    """A customer with one verified domain, ``customerN.example``, and one administrator."""

    class Meta:
        model = Tenant
        skip_postgeneration_save = True

    tenant_id = factory.LazyFunction(uuid.uuid4)
    display_name = factory.Sequence(lambda n: f"Customer {n}")
    country = "US"
    admin_emails = factory.Sequence(lambda n: [f"admin@customer{n}.example"])
    imported_at = NOW

    @factory.post_generation
    def domain(self: Any, create: bool, extracted: str | None, **kwargs: Any) -> None:
        if create:
            name = extracted or self.admin_emails[0].split("@")[1] if self.admin_emails else f"{self.tenant_id}.example"
            TenantDomain.objects.create(tenant=self, name=name, is_default=True)


class WorkloadFactory(DjangoModelFactory):
    """A Microsoft 365 workload."""

    class Meta:
        model = Product

    solution_area = SolutionArea.MICROSOFT_365
    name = factory.Sequence(lambda n: f"WORKLOAD {n}")
    code = factory.Sequence(lambda n: f"WL{n}")


class ProductFactory(DjangoModelFactory):
    """A Dynamics 365 product with one SKU of its own."""

    class Meta:
        model = Product
        skip_postgeneration_save = True

    solution_area = SolutionArea.BUSINESS_APPLICATIONS
    name = factory.Sequence(lambda n: f"DYNAMICS 365 PRODUCT {n}")

    @factory.post_generation
    def sku(self: Any, create: bool, extracted: CatalogueSku | None, **kwargs: Any) -> None:
        if create:
            self.skus.add(extracted or SkuFactory(is_dynamics=True, name=self.name))


class SkuFactory(DjangoModelFactory):
    class Meta:
        model = CatalogueSku

    sku_id = factory.LazyFunction(uuid.uuid4)
    part_number = factory.Sequence(lambda n: f"SKU_{n}")
    name = factory.Sequence(lambda n: f"Sku {n}")


class SubscriptionFactory(DjangoModelFactory):
    """A purchased, active subscription, activated thirty days ago. Pass ``product`` to make it one of that product."""

    class Meta:
        model = Subscription

    class Params:
        product = None

    tenant = factory.SubFactory(TenantFactory)
    subscription_id = factory.LazyFunction(uuid.uuid4)
    commerce_subscription_id = factory.LazyFunction(uuid.uuid4)
    sku_id = factory.LazyAttribute(lambda o: o.product.skus.get().sku_id if o.product else uuid.uuid4())
    sku_part_number = "SKU"
    status = SubscriptionStatus.ENABLED
    activated_at = NOW - timedelta(days=30)
    total_licenses = 10


def put_on_tenant(product: Product, tenant: Tenant) -> None:
    """List a SKU of the product among the tenant's SKUs."""
    sku = product.skus.first()
    if sku is None:
        sku = SkuFactory()
        product.skus.add(sku)
    TenantSku.objects.create(
        tenant=tenant,
        sku_id=sku.sku_id,
        part_number=sku.part_number,
        capability_status="Enabled",
        enabled_units=10,
    )


class ClaimFactory(DjangoModelFactory):
    """A Microsoft 365 claim for one workload, in Editing. ``products`` sets its lines, ``subscriptions`` theirs.

    It writes rows directly, without history: for tests that need a claim to stand somewhere, not to have come there.
    """

    class Meta:
        model = Claim
        skip_postgeneration_save = True

    organization = factory.SubFactory(OrganizationFactory)
    location = factory.LazyAttribute(lambda o: LocationFactory(organization=o.organization))
    created_by = factory.LazyAttribute(lambda o: MembershipFactory(organization=o.organization).user)
    agreed_by = factory.SelfAttribute("created_by")
    name = factory.Sequence(lambda n: f"M365 for CompanyX {n}")
    solution_area = SolutionArea.MICROSOFT_365
    activities = factory.LazyFunction(lambda: [Activity.USAGE])
    tenant = factory.SubFactory(TenantFactory)
    customer_domain = factory.LazyAttribute(lambda o: o.tenant.domains.first().name)
    customer_contact_name = "Joseph Jones"
    customer_contact_email = factory.LazyAttribute(lambda o: f"joseph@{o.customer_domain}")
    customer_contact_title = "IT manager"
    partner_contact_name = "Pat Partner"
    partner_contact_email = factory.Sequence(lambda n: f"contact@partner{n}.example")
    agreed_at = created_at = last_activity_at = NOW - timedelta(days=1)
    guide_version = "FY20"
    last_actor_name = factory.LazyAttribute(lambda o: o.created_by.get_full_name())
    status = ClaimStatus.EDITING
    decided_at = opt_out_until = None
    dispute_until = factory.LazyAttribute(
        lambda o: o.decided_at + timedelta(days=30) if o.status == ClaimStatus.REJECTED and o.decided_at else None
    )
    in_effect_at = factory.LazyAttribute(
        lambda o: o.decided_at if o.status == ClaimStatus.APPROVED and o.opt_out_until is None else None
    )

    @factory.post_generation
    def products(self: Any, create: bool, extracted: list[Product] | None, **kwargs: Any) -> None:
        if not create:
            return
        for product in extracted if extracted is not None else [WorkloadFactory()]:
            ClaimLine.objects.create(
                claim=self,
                product=product,
                organization=self.organization,
                tenant=self.tenant,
                by_subscription=not product.is_workload,
                incentive=not self.is_revenue,
                live=self.status in LIVE,
            )

    @factory.post_generation
    def subscriptions(self: Any, create: bool, extracted: list[Subscription] | None, **kwargs: Any) -> None:
        for subscription in (extracted or []) if create else []:
            line = self.lines.get(product__skus__sku_id=subscription.sku_id)
            LineSubscription.objects.create(
                line=line,
                subscription=subscription,
                organization=self.organization,
                incentive=line.incentive,
                live=line.live,
            )


class DocumentFactory(DjangoModelFactory):
    """A small real PDF, stored."""

    class Meta:
        model = Document

    class Params:
        text = factory.Sequence(lambda n: f"Statement of Work {n}")

    claim = factory.SubFactory(ClaimFactory)
    name = "Statement of Work.pdf"
    kind = "pdf"
    uploaded_by = factory.SelfAttribute("claim.created_by")
    uploaded_at = NOW - timedelta(hours=1)
    file = factory.LazyAttribute(lambda o: ContentFile(small_pdf(o.text), name="sow.pdf"))
    size = factory.LazyAttribute(lambda o: len(small_pdf(o.text)))
    sha256 = factory.LazyAttribute(lambda o: hashlib.sha256(small_pdf(o.text)).hexdigest())


def submitted_claim(**fields: Any) -> Claim:
    """A claim with a document, as it waits for its review."""
    claim = ClaimFactory(status=ClaimStatus.SUBMITTED, submitted_at=NOW, submissions=1, **fields)
    DocumentFactory(claim=claim, first_submission=1)
    return claim


def claim_under_review(**fields: Any) -> Claim:
    """A claim with a document, under review."""
    claim = ClaimFactory(
        status=ClaimStatus.UNDER_REVIEW, submitted_at=NOW, review_started_at=NOW, submissions=1, **fields
    )
    DocumentFactory(claim=claim, first_submission=1)
    return claim


def notify_customer(claim: Claim, *, now: datetime = NOW) -> Claim:
    """The consent mail of an approved claim has left: the days to opt out begin."""
    note_sent(ConsentLink.objects.filter(consent__reference=str(claim.pk)).latest("pk"), now=now)
    claim.refresh_from_db()
    return claim


def partner_actor(claim: Claim) -> Actor:
    """The creator of the claim as the one who acts."""
    return Actor.partner(claim.created_by, claim.organization)


def reviewer_actor() -> Actor:
    """Some reviewer as the one who acts."""
    return Actor.reviewer(ReviewerFactory())
