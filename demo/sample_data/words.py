"""What people write in the sample claims: names of contacts, claims, comments, requests, disputes."""

from random import Random

GIVEN = (
    "Adele", "Alex", "Amina", "Bianca", "Carlos", "Chiara", "Claire", "Daniel", "Deepa", "Diego", "Elena", "Emil",
    "Farah", "Grace", "Hanna", "Henrik", "Imani", "Ivan", "Jakob", "Julia", "Kasper", "Keiko", "Lars", "Leila",
    "Liam", "Lucia", "Maja", "Marco", "Mina", "Nadia", "Noah", "Olga", "Omar", "Paolo", "Priya", "Rafael", "Rosa",
    "Samir", "Sofia", "Tomas", "Uma", "Vera", "Viktor", "Yara", "Zofia",
)  # fmt: skip
FAMILY = (
    "Abbas", "Andersen", "Baker", "Becker", "Bianchi", "Brandt", "Brown", "Castro", "Chen", "Costa", "Dubois",
    "Evans", "Fischer", "Garcia", "Gupta", "Haas", "Hansen", "Hughes", "Ito", "Jansen", "Jensen", "Keller", "Kim",
    "Kowalski", "Lambert", "Larsen", "Lopez", "Meyer", "Moreau", "Nagy", "Novak", "Okafor", "Olsen", "Patel",
    "Petrov", "Reid", "Rossi", "Sato", "Schmidt", "Silva", "Singh", "Tanaka", "Torres", "Vogel", "Walsh", "Weber",
    "Wright", "Yilmaz",
)  # fmt: skip
TITLES = (
    "Chief Information Officer", "Head of Workplace IT", "IT Manager", "Director of Sales Operations",
    "Head of Finance", "Procurement Lead", "Enterprise Architect", "Head of Customer Service",
    "Digital Workplace Owner", "Chief Digital Officer",
)  # fmt: skip
PROJECTS = (
    "{product} for {customer}", "{customer} {year}", "{customer} roll-out", "{product} adoption", "{customer} phase 2",
    "{customer} renewal", "{product} - {customer}", "{customer} transformation", "{customer} workplace",
    "{product} pilot",
)  # fmt: skip
COMMENTS = (
    "The signed statement of work is attached. Page 1 names all products.",
    "The customer signed electronically; the signature is at the end of the document.",
    "Please note that the customer renamed its department after the contract was signed.",
    "Work started two weeks ago. The adoption plan will follow.",
    "Both documents belong together: the agreement and the first order under it.",
    "Our contact prefers to be called in the morning if there are questions.",
    "This replaces the claim that we withdrew last month.",
    "I have a comment on this claim",
)
NOTES = (
    "Signed by both parties",
    "Scope on page 1",
    "Order under the agreement",
    "Covers all products",
    "Updated version",
)
REQUESTS = (
    ("product_missing", "Please show where the document names each product of the claim."),
    ("acknowledgment_missing", "We could not find the customer's signature. An electronic acknowledgment is fine."),
    ("dates_missing", "The document carries no date of signature."),
    ("service_unclear", "Please describe the activities per product; a single line is not enough."),
    ("names_missing", "The document names the parent company of the customer only. Please show the customer itself."),
    ("poe_unreadable", "The scan is too dark to read. Please upload it again."),
    ("poe_missing", "The attached file is an offer that nobody signed."),
)
FIELD_REQUESTS = (
    ("customer_contact", "Mail to this address came back. Please name somebody who answers."),
    ("partner_contact", "This person told us to have left your project."),
    ("location", "The order names another office of yours. Please check which one did the work."),
)
FIELD_ANSWERS = (
    "Checked with the customer: it is correct.",
    "We corrected it.",
    "The office is the right one; the order names our head office.",
)
ITEM_ANSWERS = (
    "See the new document, page 2.",
    "The customer signed electronically; the confirmation is attached.",
    "It is named in the section Activities of the new statement of work.",
    "We added the dates and both signatures.",
)
REFUSALS = (
    ("product_missing", "The statement of work does not mention it."),
    ("service_unclear", "Only its license is named, no work of yours."),
    ("product_missing", "It appears in the price list only."),
)
ALL_ELSE_CLEAR = ("", "", "Everything else is clear.", "Thank you; only this is missing.")
ANSWERS = (
    "We attached the signed version.",
    "Please see the new document; every product is named in the section Activities.",
    "The customer confirmed the dates by e-mail, and we added them to the document.",
    "We removed the product for which we have no proof.",
)
INTERNAL_NOTES = (
    "Compared the signature with last year's claim of this partner: same person.",
    "The customer's name changed in spring; the tenant is the right one.",
    "Asked the program team whether a framework agreement is enough. Answer expected tomorrow.",
    "Second look welcome: page 2 and page 4 give different dates.",
)
APPROVALS = ("", "", "", "Thank you for the clear documents.", "All products are covered by the proof of execution.")
REJECTIONS = (
    ("service_unclear", "The document describes the resale of licenses, not a service of yours."),
    ("acknowledgment_missing", "The document is signed by your company only."),
    ("dates_missing", "The work described ended more than a year ago."),
    ("product_missing", "None of the claimed products appears in the document."),
    ("partner_requested", "Rejected as you asked: the claim named the wrong MPN."),
    ("another_partner_selected", ""),
)
REVENUE_REJECTIONS = (
    ("partner_requested", "Rejected as you asked: the claim named the wrong MPN."),
    ("names_missing", "The customer does not know the solution that the claim names."),
)
DISPUTES = (
    "The service is described on page 2 of the agreement. Please look at it again.",
    "The customer's signature is on the last page; the scan was cut off in the preview.",
    "The engagement was prolonged. The addition to the contract shows the new dates.",
)
DENIALS = (
    (("no_sharing",), "Our policy does not allow sharing usage data.", True),
    (("unknown_partner",), "", False),
    (("other",), "We ended this project in spring.", True),
    (("unknown_partner", "no_sharing"), "Nobody here knows this company.", False),
)
FAREWELLS = (
    "The project is completed and the customer works with another partner now.",
    "The customer closed its subscription.",
    "We no longer serve this region.",
)
ISV_SOLUTIONS = ("Field Planner for Dynamics 365", "Retail Insight Suite", "Grants Manager", "Fleet Cockpit")


def person(rng: Random) -> str:
    """A person's name."""
    return f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}"


def address(name: str, domain: str) -> str:
    """The e-mail address of a person at a domain."""
    return f"{name.lower().replace(' ', '.')}@{domain}"


_WORKLOADS = {
    "AADP": "Azure AD", "AATP": "Threat protection", "AIP": "Information protection", "EXO": "Exchange Online",
    "INTUNE": "Intune", "MCAS": "Cloud App Security", "OATP": "Office 365 ATP", "PROPLUS": "Office",
    "SPO": "SharePoint", "TEAMS": "Teams",
}  # fmt: skip
_ABBREVIATIONS = {"Usl": "USL", "Crm": "CRM"}


def short_product(name: str, code: str) -> str:
    """How people call a product among themselves: «Customer Service» for «DYNAMICS 365 FOR CUSTOMER SERVICE …»."""
    if code:
        return _WORKLOADS.get(code, code)
    for dropped in ("MICROSOFT ", "DYNAMICS 365 ", "DYNAMICS ", "ENTERPRISE EDITION", "FOR ", "- ", "PLAN"):
        name = name.replace(dropped, "")
    return " ".join(_ABBREVIATIONS.get(word.title(), word.title()) for word in name.split()) or "Dynamics"
