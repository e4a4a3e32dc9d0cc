"""The groups have what ``review.groups`` declares: people for auditors, revenue for catalogue managers, and nothing from before."""

from django.db import migrations

from review.groups import trim_groups, write_groups


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0008_digest_day"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("revenue", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(write_groups, migrations.RunPython.noop),
        migrations.RunPython(trim_groups, migrations.RunPython.noop),
    ]
