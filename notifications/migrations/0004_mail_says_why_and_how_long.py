from django.db import migrations, models


def bounces_are_about_recipients(apps, schema_editor):
    """What came back and was not told yet came back because of its recipient, as before there was a column for it."""
    apps.get_model('notifications', 'MailFate').objects.filter(fate='bounced', told_at=None).update(about_recipient=True)


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0003_what_became_of_mail'),
    ]

    operations = [
        migrations.AddField(
            model_name='mailfate',
            name='about_recipient',
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(bounces_are_about_recipients, migrations.RunPython.noop),
    ]
