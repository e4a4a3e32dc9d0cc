"""Proof of execution documents: little real PDF and XLSX files, made in about a millisecond each.

The PDFs use the fonts every reader has, so that nothing needs to be embedded; their text can be searched and copied.
"""

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import xlsxwriter

_WIDTH, _HEIGHT, _MARGIN = 595, 842, 60
_LINE = 15


@dataclass(frozen=True, slots=True)
class Facts:
    """What a proof of execution names (R142). ``number`` makes each document different from all others."""

    number: str
    partner: str
    partner_contact: str
    customer: str
    customer_contact: str
    customer_title: str
    domain: str
    tenant_id: str
    products: Sequence[str]
    signed_on: date


@dataclass(frozen=True, slots=True)
class Paper:
    """One kind of document: what is printed on it, and the name under which people save it."""

    title: str
    filename: str
    opening: str
    activity: str
    closing: str


PAPERS = (
    Paper(
        "Statement of Work",
        "Statement of Work {customer}.pdf",
        "{partner} (the Contractor) carries out the work described here for {customer} (the Customer).",
        "Design, configuration and roll-out of {product}, with training of key users and handover to operations.",
        "Work is accepted in writing within ten days after each milestone.",
    ),
    Paper(
        "Master Services Agreement",
        "MSA {partner} - {customer}.pdf",
        "This agreement governs all services that {partner} provides to {customer} during its term of 24 months.",
        "Advisory, implementation and support services for {product}.",
        "Services are ordered by separate work orders, which refer to this agreement.",
    ),
    Paper(
        "Purchase Order",
        "PO {number}.pdf",
        "{customer} orders the services below from {partner}.",
        "Implementation and adoption services for {product}, as offered.",
        "Please quote the order number on every invoice.",
    ),
    Paper(
        "Proof of Execution",
        "CPOR proof of execution {customer}.pdf",
        "Partner: {partner}. Customer: {customer}. The customer's acknowledgment stands at the end.",
        "Deployment and usage growth of {product}: workshops, pilot group, roll-out in waves, monthly review.",
        "The customer confirms that the partner carried out the activities named above.",
    ),
    Paper(
        "Project Charter",
        "Project charter {customer}.pdf",
        "{customer} starts a project with {partner} to bring the products below into daily use.",
        "Work package: {product}. Goal: 80 % of licensed users active after six months.",
        "The steering group meets every four weeks.",
    ),
    Paper(
        "Managed Services Contract",
        "Managed services {customer}.pdf",
        "{partner} operates the cloud services of {customer} named below, and reports on their use every month.",
        "Operation, release management and user support of {product}.",
        "Service hours are Monday to Friday, 8:00 to 18:00.",
    ),
    Paper(
        "Adoption Plan",
        "Adoption plan {customer}.pdf",
        "How {partner} helps the people of {customer} to work with what their company has bought.",
        "Champions network, learning paths and office hours for {product}.",
        "Progress is measured by active users in 28 days.",
    ),
    Paper(
        "Order Confirmation",
        "Order confirmation {number}.pdf",
        "{partner} thanks {customer} for its order and confirms the services below.",
        "Selection, proof of concept and introduction of {product}.",
        "The order becomes binding with the customer's signature.",
    ),
    Paper(
        "Change Request",
        "Change request {number}.pdf",
        "Addition to the statement of work between {partner} and {customer}.",
        "Extension of scope: migration of existing data to {product} and additional environments.",
        "All other terms stay as agreed.",
    ),
    Paper(
        "Migration Report",
        "Migration report {customer}.pdf",
        "{partner} reports on the migration that it carried out for {customer}.",
        "{product}: pilot completed, roll-out in progress, open points listed in the appendix.",
        "The customer acknowledges the state described here.",
    ),
    Paper(
        "Service Level Agreement",
        "SLA {customer} {number}.pdf",
        "Service levels that {partner} keeps towards {customer}.",
        "Response within two hours and monthly service review for {product}.",
        "Reviewed every year by both parties.",
    ),
    Paper(
        "Letter of Engagement",
        "Engagement letter {customer}.pdf",
        "{customer} engages {partner} as its partner of record for the products below.",
        "Pre-sales advice, demonstration and solution design for {product}.",
        "This letter may be shown to Microsoft.",
    ),
)


def paper_name(paper: Paper, facts: Facts) -> str:
    """The file name a person would give it."""
    return paper.filename.format(partner=facts.partner, customer=facts.customer, number=facts.number)


def make_pdf(paper: Paper, facts: Facts) -> bytes:
    """One page of ``paper`` about ``facts``."""
    names = {"partner": facts.partner, "customer": facts.customer}
    text = [
        *_wrapped(paper.opening.format(**names)),
        "",
        f"Reference: {facts.number}",
        f"Customer domain: {facts.domain}",
        f"Tenant ID: {facts.tenant_id}",
        "",
        "Activities:",
    ]
    for number, product in enumerate(facts.products, start=1):
        text += _wrapped(f"{number}. {paper.activity.format(product=product, **names)}")
    signed = f"{facts.signed_on:%B} {facts.signed_on.day}, {facts.signed_on.year}"
    text += [
        "", *_wrapped(paper.closing), "", f"Signed on {signed}", "",
        f"For {facts.customer}: {facts.customer_contact}, {facts.customer_title}",
        f"For {facts.partner}: {facts.partner_contact}",
    ]  # fmt: skip
    return _pdf(paper.title, text)


def make_workbook(title: str, facts: Facts) -> bytes:
    """The same proof as a spreadsheet: one row per product and activity."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, bold = book.add_worksheet("Proof of execution"), book.add_format({"bold": True})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 60)
    rows = [
        ("Reference", facts.number),
        ("Partner", facts.partner),
        ("Customer", facts.customer),
        ("Customer domain", facts.domain),
        ("Tenant ID", facts.tenant_id),
        ("Acknowledged by", f"{facts.customer_contact}, {facts.customer_title}"),
        ("Acknowledged on", facts.signed_on.isoformat()),
    ]
    sheet.write(0, 0, title, bold)
    for row, (label, value) in enumerate(rows, start=2):
        sheet.write(row, 0, label, bold)
        sheet.write(row, 1, value)
    start = len(rows) + 3
    sheet.write(start, 0, "Product/workload", bold)
    sheet.write(start, 1, "Activity", bold)
    for row, product in enumerate(facts.products, start=start + 1):
        sheet.write(row, 0, product)
        sheet.write(row, 1, "Deployment, training of users, monthly review of active usage")
    book.close()
    return out.getvalue()


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 88)


def _pdf(title: str, lines: list[str]) -> bytes:
    content = [f"BT /F2 20 Tf {_MARGIN} {_HEIGHT - 90} Td ({_escaped(title)}) Tj ET"]
    content.append(f"BT /F1 11 Tf {_LINE} TL {_MARGIN} {_HEIGHT - 130} Td")
    content += [f"({_escaped(line)}) Tj T*" for line in lines]
    stream = "\n".join([*content, "ET"]).encode("cp1252", "replace")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    return _assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R /Lang (en) >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>" % (_WIDTH, _HEIGHT),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
            font % b"Helvetica",
            font % b"Helvetica-Bold",
            b"<< /Title (%s) /Producer (Sample data) >>" % _escaped(title).encode("cp1252", "replace"),
        ]
    )


def _assemble(objects: list[bytes]) -> bytes:
    """Number the objects and write the table of where each begins; the last object is the document's information."""
    out, offsets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(objects) + 1, len(objects))
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
