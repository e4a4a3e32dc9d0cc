"""The proof of execution template as a Word document: the same parts as the PDF, with fields to click into."""

import io

from django.utils.translation import gettext
from docx import Document
from docx.document import Document as WordDocument

from claims.models import Claim
from claims.papers import word
from claims.papers.poe_form import TITLE, PoeForm, ProductPart, poe_form


def poe_template_docx(claim: Claim | None) -> bytes:
    """The template for Word, prefilled from ``claim`` or blank (R117, R141).

    Headings, tables with repeated header rows and content controls with names make it work with screen readers. Raises
    RuleViolation for a revenue association. Changes nothing.
    """
    form = poe_form(claim)
    document = Document()
    word.dress(document, title=f"{TITLE}: {form.reference}", left=str(TITLE), reference=form.reference)
    document.add_heading(str(TITLE), level=0)
    document.add_paragraph(form.reference, style="Subtitle")
    document.add_paragraph(form.subtitle)
    document.add_paragraph(
        gettext(
            "Complete every part, have both sides sign part 2, and attach the document to the claim. A Statement of Work, "
            "a Master Agreement or a Purchase Order can take its place if it shows the same."
        )
    )
    _partner_and_customer(document, form)
    _acknowledgment(document, form)
    _activities(document, form)
    if form.with_usage:
        _usage(document, form)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _partner_and_customer(document: WordDocument, form: PoeForm) -> None:
    document.add_heading(gettext("1. Partner and customer"), level=1)
    word.entry_table(document, [(each.name, each.label, each.value) for each in form.partner])


def _acknowledgment(document: WordDocument, form: PoeForm) -> None:
    document.add_heading(gettext("2. Customer acknowledgment"), level=1)
    document.add_paragraph(str(form.acknowledgment_text))
    word.entry_table(document, [(each.name, each.label, each.value) for each in form.acknowledgment])
    if form.with_disclosure:
        document.add_heading(gettext("Public sector disclosure"), level=2)
        document.add_paragraph(str(form.disclosure))
        line = document.add_paragraph()
        word.add_tick(line, name="public_sector", label=gettext("The public sector disclosure applies"))
        applies = gettext(
            "The customer belongs to the public sector of the United States or Puerto Rico, and this disclosure applies."
        )
        line.add_run(f" {applies}")


def _activities(document: WordDocument, form: PoeForm) -> None:
    document.add_heading(gettext("3. Activities and supporting documents"), level=1)
    document.add_paragraph(
        gettext(
            "Say what was or will be done for each product or workload, and name the activities that drive {growth}. "
            "State results in figures where you can."
        ).format(growth=form.growth)
    )
    for product in form.products:
        _product(document, product)
    document.add_heading(gettext("Milestones"), level=2)
    word.blank_table(
        document,
        [gettext("No."), gettext("Milestone"), gettext("Product or workload"), gettext("Date")],
        [[str(n), f"milestone_{n}", f"milestone_{n}_product", f"milestone_{n}_date"] for n in form.milestones],
    )
    document.add_heading(gettext("Supporting documents"), level=2)
    word.blank_table(
        document,
        [gettext("No."), gettext("Document attached to the claim"), gettext("What it shows"), gettext("Date")],
        [[str(n), f"document_{n}", f"document_{n}_shows", f"document_{n}_date"] for n in form.documents],
    )


def _product(document: WordDocument, product: ProductPart) -> None:
    document.add_heading(product.label, level=2)
    for subscription in product.subscriptions:
        document.add_paragraph(gettext("Subscription {subscription}").format(subscription=subscription))
    if product.is_open:
        name = document.add_paragraph(gettext("Name:") + " ")
        word.add_field(name, name=f"product_{product.number}", label=product.label)
    activities = document.add_paragraph()
    word.add_field(
        activities,
        name=f"activities_{product.number}",
        label=gettext("Activities for {product}").format(product=product.label),
        prompt=gettext("Describe the activities, their dates and their results"),
    )


def _usage(document: WordDocument, form: PoeForm) -> None:
    document.add_heading(gettext("4. Usage: products and workloads for each type of activity"), level=1)
    document.add_paragraph(gettext("Tick what you did, or will do, for which product or workload."))
    table = word.add_table(document, [gettext("Type of activity"), *(product.label for product in form.products)])
    for code, label in form.activity_types:
        cells = table.add_row().cells
        cells[0].paragraphs[0].add_run(str(label))
        for cell, product in zip(cells[1:], form.products, strict=True):
            word.add_tick(cell.paragraphs[0], name=f"usage_{code}_{product.number}", label=f"{label}: {product.label}")
