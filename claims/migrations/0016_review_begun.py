"""An index on when reviews were begun, which the figures of the review count by time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0015_customer_asked_again"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("review_started_at__isnull", False)),
                fields=["review_started_at", "submitted_at"],
                name="claim_review_begun",
            ),
        ),
    ]
