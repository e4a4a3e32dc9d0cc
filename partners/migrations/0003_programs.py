"""The words of the three incentive programmes become rows that staff keep."""

from django.db import migrations, models

GUIDE = "Incentive guide to {}"
PROGRAMS = [
    ("osa_sell", "OSA Sell", "Rewards the work before a purchase of Dynamics 365."),
    ("osu_m365", "OSU - Microsoft 365", "Rewards adoption and usage of Microsoft 365 workloads."),
    ("osu_ba", "OSU - Business Applications", "Rewards adoption and usage of Dynamics 365."),
]


def fill(apps, schema_editor):
    Program = apps.get_model("partners", "Program")
    for position, (code, name, summary) in enumerate(PROGRAMS, start=1):
        values = {"name": name, "summary": summary, "guide_link": GUIDE.format(name), "position": position}
        Program.objects.get_or_create(code=code, defaults=values)


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0002_invitations_and_changes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Program',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(
                    choices=[('osa_sell', 'OSA Sell'), ('osu_m365', 'OSU - Microsoft 365'), ('osu_ba', 'OSU - Business Applications')],
                    max_length=20, unique=True,
                )),
                ('name', models.CharField(help_text='As partners read it on every page.', max_length=60, unique=True)),
                ('summary', models.CharField(help_text='What the program is for, in one sentence.', max_length=300)),
                ('guide_link', models.CharField(
                    help_text="Leads from the program's page to its incentive guide.", max_length=80,
                    verbose_name='text of the guide link',
                )),
                ('is_open', models.BooleanField(
                    default=True, verbose_name='open for new enrollments',
                    help_text='When it is closed, MPN locations that are enrolled stay enrolled, and no other can enroll.',
                )),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Lower ones come first.')),
            ],
            options={
                'ordering': ['position', 'code'],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
