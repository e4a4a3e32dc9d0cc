"""Kept messages to start from, and which placeholders a message fills in."""

from django.db import migrations, models

import review.models.canned

MESSAGES = [
    (
        "More proof needed",
        "request_action",
        "Thank you for your claim on {customer}. The proof of execution does not show everything we need yet. The list says "
        "what is missing. Please add it and submit the claim again; there is no need to file a new one.",
    ),
    (
        "Some products lack proof",
        "request_action",
        "The proof of execution supports a part of your claim. Please add proof for the products named in the list, or take "
        "them out of the claim if you have none, and submit it again.",
    ),
    (
        "Signed document needed",
        "request_action",
        "The document describes the work well, but we cannot see that {customer} acknowledged it. Please attach the signed "
        "version, or another document in which the customer confirms the work.",
    ),
    (
        "Not enough proof",
        "reject",
        "We looked at everything you sent for {customer}. It does not show the work that this claim is about, so we cannot "
        "approve it.",
    ),
    (
        "Closed at your request",
        "reject",
        "We closed claim {claim} as you asked. Nothing is associated with {partner}. You may create a new claim at any time.",
    ),
    (
        "Approved as documented",
        "approve",
        "Thank you. The proof of execution is clear and complete. Please keep {customer} informed of the association.",
    ),
    (
        "Approved in part",
        "approve",
        "We approved the products that your proof of execution supports. For those that were not approved you may create a new "
        "claim as soon as you have proof for them.",
    ),
]


def add_messages(apps, schema_editor):
    CannedMessage = apps.get_model("review", "CannedMessage")
    for position, (title, goes_with, text) in enumerate(MESSAGES):
        CannedMessage.objects.get_or_create(
            title=title, defaults={"goes_with": goes_with, "text": text, "position": position}
        )


class Migration(migrations.Migration):
    dependencies = [("review", "0003_desk_queue")]

    operations = [
        migrations.AlterField(
            model_name="cannedmessage",
            name="text",
            field=models.TextField(
                help_text="{claim}, {customer} and {partner} are filled in.",
                max_length=4000,
                validators=[review.models.canned.validate_message],
            ),
        ),
        migrations.RunPython(add_messages, migrations.RunPython.noop, elidable=False),
    ]
