"""The groups of the reviewers' desk and what each may do in the admin beside deciding claims."""

from django.db import migrations

READ = {
    "claims": ["association", "reasoncode"],
    "customers": ["cataloguesku", "consentrequest", "product", "subscription", "tenant", "tenantdomain", "tenantsku"],
    "notifications": ["outgoingemail"],
    "partners": ["enrollment", "location", "membership", "partnerorganization"],
}
KEEP = {
    "claims": ["reasoncode"],
    "customers": ["cataloguesku", "product", "tenant"],
}
SEND_AGAIN = {"notifications": ["outgoingemail"]}


def permissions(apps, models_of, *actions):
    """Find the permissions, making those that Django would only make after this migration, under the same names."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    for app_label, models in models_of.items():
        for model in models:
            verbose_name = apps.get_model(app_label, model)._meta.verbose_name
            content_type, _ = ContentType.objects.get_or_create(app_label=app_label, model=model)
            for action in actions:
                permission, _ = Permission.objects.get_or_create(
                    content_type=content_type,
                    codename=f"{action}_{model}",
                    defaults={"name": f"Can {action} {verbose_name}"},
                )
                yield permission


def add_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    reviewers, _ = Group.objects.get_or_create(name="Reviewers")
    reviewers.permissions.add(*permissions(apps, READ, "view"))
    leads, _ = Group.objects.get_or_create(name="Review leads")
    leads.permissions.add(*permissions(apps, READ, "view"))
    leads.permissions.add(*permissions(apps, KEEP, "add", "change"))
    leads.permissions.add(*permissions(apps, SEND_AGAIN, "change"))


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("claims", "0002_guards_and_reasons"),
        ("customers", "0003_survey"),
        ("notifications", "0001_initial"),
        ("partners", "0001_initial"),
    ]

    operations = [migrations.RunPython(add_groups, migrations.RunPython.noop, elidable=False)]
