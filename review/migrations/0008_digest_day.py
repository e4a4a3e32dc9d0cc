"""The days on which the morning digest went out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0007_running_cases"),
    ]

    operations = [
        migrations.CreateModel(
            name="DigestDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("mails", models.PositiveIntegerField(default=0)),
            ],
            options={"ordering": ["-day"]},
        ),
    ]
