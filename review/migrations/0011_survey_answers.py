"""Leads and auditors read what customers say of partners: the groups have what ``review.groups`` declares."""

from django.db import migrations

from review.groups import write_groups


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0010_alerts"),
        ("customers", "0005_consent_center"),
    ]

    operations = [migrations.RunPython(write_groups, migrations.RunPython.noop)]
