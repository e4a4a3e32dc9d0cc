import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0008_desk_queue")]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                django.db.models.functions.text.Upper("customer_contact_email"), name="claim_of_contact"
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["sha256"], name="document_of_fingerprint"),
        ),
    ]
