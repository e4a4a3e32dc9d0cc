"""A permission of its own for the figures of the review, since auditors see them too."""

from django.db import migrations

from review.groups import AUDITORS, LEADS, adding

ADDED = {LEADS: ["review.read_figures"], AUDITORS: ["review.read_figures"]}


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0005_arbitration"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="desk",
            options={
                "default_permissions": (),
                "managed": False,
                "permissions": [
                    ("read_desk", "Can read claims and cases at the desk"),
                    ("decide_claims", "Can take claims and decide on them"),
                    ("lead_desk", "Can assign claims to others"),
                    ("read_figures", "Can see the figures of the whole review"),
                ],
            },
        ),
        migrations.RunPython(adding(ADDED), migrations.RunPython.noop),
    ]
