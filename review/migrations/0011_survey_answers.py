"""Leads and auditors read what customers say of partners."""

from django.db import migrations

from review.groups import AUDITORS, LEADS, adding

ADDED = {LEADS: ["customers.view_surveyanswer"], AUDITORS: ["customers.view_surveyanswer"]}


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0010_alerts"),
        ("customers", "0005_consent_center"),
    ]

    operations = [migrations.RunPython(adding(ADDED), migrations.RunPython.noop)]
