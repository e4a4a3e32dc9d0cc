"""People for auditors, revenue for catalogue managers, and nothing from before that ``review.groups`` does not declare."""

from django.db import migrations

from review.groups import AUDITORS, CATALOGUE, LEADS, REVIEWERS, adding, trim_groups

ADDED = {
    REVIEWERS: ["partners.view_membership", "revenue.view_productarea"],
    LEADS: ["partners.view_membership", "revenue.view_productarea"],
    AUDITORS: ["partners.view_membership", "revenue.view_productarea", "account.view_emailaddress"],
    CATALOGUE: [
        "revenue.view_productarea", "revenue.change_productarea",
        *(f"revenue.{verb}_{model}" for model in ("revenueimport", "revenueline") for verb in ("view", "add", "change")),
    ],
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0008_digest_day"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("revenue", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(adding(ADDED), migrations.RunPython.noop),
        migrations.RunPython(trim_groups, migrations.RunPython.noop),
    ]
