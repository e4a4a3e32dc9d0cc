"""An index on the few events that the figures of the review count by time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0009_resembling_claims"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="claimevent",
            index=models.Index(
                condition=models.Q(("action__in", ["approve", "dispute", "reject", "request_action"])),
                fields=["at"],
                name="event_decisive",
            ),
        ),
    ]
