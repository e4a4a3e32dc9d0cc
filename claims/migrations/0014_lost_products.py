"""A product that was approved and lost since is told apart from one that was never approved: by a verdict of its own."""

from django.db import migrations, models
from django.db.models import Exists, OuterRef


def mark_lost(apps, schema_editor):
    """Only what was approved ever had an association."""
    associations = apps.get_model("claims", "Association").objects
    own = associations.filter(claim=OuterRef("claim"), product=OuterRef("product"))
    lines = apps.get_model("claims", "ClaimLine").objects
    lines.filter(Exists(own), verdict="refused").update(verdict="lost")


def forget_lost(apps, schema_editor):
    """As it was before: one mark for both."""
    apps.get_model("claims", "ClaimLine").objects.filter(verdict="lost").update(verdict="refused")


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0013_restored_part"),
    ]

    operations = [
        migrations.AlterField(
            model_name="claimline",
            name="verdict",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not decided"),
                    ("accepted", "Accepted"),
                    ("asked", "More information needed"),
                    ("refused", "Not approved"),
                    ("lost", "No longer associated"),
                ],
                default="",
                help_text=(
                    "What the last decision said of this product; «refused» only where others of the claim were approved, "
                    "«lost» where it was approved and its association has ended since, while others go on."
                ),
                max_length=10,
            ),
        ),
        migrations.RunPython(mark_lost, forget_lost),
    ]
