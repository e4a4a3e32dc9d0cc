"""Claim ids from 1000000, append-only history, and the coded reasons of Microsoft's reviewers."""

from django.db import migrations

from kit.append_only import append_only_trigger

REASONS = [
    (
        "poe_missing",
        "Proof of execution is missing",
        "The file you attached is not a proof of execution for this claim. Please attach a Statement of Work, a Master "
        "Agreement or a Purchase Order, or use the template.",
    ),
    (
        "acknowledgment_missing",
        "Customer signature is missing",
        "The proof of execution shows no customer signature or other proof of customer acknowledgment. Please attach a "
        "document that your customer signed or acknowledged.",
    ),
    (
        "dates_missing",
        "Dates are missing or out of date",
        "Dates cannot be seen or are out of date. Please make sure that milestones and both signature dates are visible.",
    ),
    (
        "service_unclear",
        "Your service is missing or described too briefly",
        "The activities that drive revenue or usage growth are not stated explicitly. Please describe the work you do for "
        "the customer.",
    ),
    (
        "product_missing",
        "Product or workload is not in the proof of execution",
        "The products/services purchased by the customer have not been specified. Please attach proof for each product of "
        "the claim, or remove the products you have no proof for by editing the claim.",
    ),
    (
        "names_missing",
        "Partner or customer name is not visible",
        "The names of the claiming partner and of the customer must be clearly visible in the proof of execution.",
    ),
    (
        "poe_unreadable",
        "Proof of execution cannot be read",
        "We could not open or read the file. Please attach it again in another format.",
    ),
]
REJECTION_ONLY = [
    (
        "partner_requested",
        "Requested by the partner",
        "The claim was rejected at your own request, for example because of a wrong MPN or activity.",
    ),
    (
        "another_partner_selected",
        "Another partner was selected",
        "More than one partner claimed this product or workload. After comparing each proof of execution, another partner "
        "was selected.",
    ),
    (
        "no_response",
        "No response within 30 days",
        "The requested proof was not provided on time. Please create a new claim.",
    ),
]


def add_reasons(apps, schema_editor):
    ReasonCode = apps.get_model("claims", "ReasonCode")
    for position, (code, title, text) in enumerate(REASONS + REJECTION_ONLY):
        ReasonCode.objects.update_or_create(
            code=code,
            defaults={
                "title": title,
                "text": text,
                "position": position,
                "for_action": (code, title, text) in REASONS,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE claims_claim ALTER COLUMN id RESTART WITH 1000000;", reverse_sql=migrations.RunSQL.noop
        ),
        append_only_trigger("claims_claimevent"),
        migrations.RunPython(add_reasons, migrations.RunPython.noop, elidable=False),
    ]
