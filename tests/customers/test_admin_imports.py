"""Imports of tenants and of the catalog in the admin: first checked, then exactly what was checked."""

import json

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile

from customers.models import Product, Subscription, Tenant
from kit.admin_import_form import LONGEST_NAME
from tests.customers import samples
from tests.factories import AuditorFactory, CatalogueManagerFactory, ProductFactory, StaffFactory, TenantFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/customers/tenant/import/"
LIST = "/admin/customers/tenant/"
CATALOG = "/admin/customers/product/import/"


@pytest.fixture
def manager(client):
    person = CatalogueManagerFactory()
    client.force_login(person)
    return person


def upload(data, name="contoso.json"):
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return SimpleUploadedFile(name, content, content_type="application/json")


def second_tenant():
    identifier = "11111111-2222-3333-4444-555555555555"
    organization = {"id": identifier, "displayName": "Northwind", "countryLetterCode": "DE"}
    return samples.tenant_file(
        organization=[organization], domains=[samples.domain("northwind.example")], subscriptions=[]
    )


def check(client, *files, page=PAGE, **data):
    return client.post(page, {"upload": list(files), **data})


def kept_in(answer):
    return {"kept": answer.context["kept"]}


class TestCheck:
    def test_it_shows_what_would_happen_and_changes_nothing(self, client, manager):
        answer = check(client, upload(samples.tenant_file()))
        content = answer.content.decode()
        assert answer.status_code == 200
        assert "Nothing is imported yet." in content
        assert "Domain contoso.onmicrosoft.com" in content
        assert "contoso.json" in content
        assert "Import this file" in content
        assert not Tenant.objects.exists()
        assert not LogEntry.objects.exists()

    def test_it_is_exact_about_what_is_there_already(self, client, manager):
        first = check(client, upload(samples.tenant_file()))
        client.post(PAGE, kept_in(first))
        again = check(client, upload(samples.tenant_file())).content.decode()
        assert "nothing changes" in again
        without = check(client, upload(samples.tenant_file(subscriptions=[])))
        assert [part["kind"] for part in without.context["outcomes"][0].parts] == ["gone"]
        assert not Subscription.objects.exclude(gone_at=None).exists()

    def test_a_refused_file_says_why_and_where_and_the_others_can_be_imported(self, client, manager):
        bad = samples.tenant_file(domains=[samples.domain("not a domain")])
        answer = check(client, upload(bad, "bad.json"), upload(second_tenant(), "good.json"))
        content = answer.content.decode()
        assert "domains.value[0].id: «not a domain» is not a domain name." in content
        assert "1 of 2 files is refused and left out." in content
        client.post(PAGE, kept_in(answer))
        assert [tenant.display_name for tenant in Tenant.objects.all()] == ["Northwind"]

    def test_when_every_file_is_refused_there_is_nothing_to_import(self, client, manager):
        answer = check(client, upload(b"{", "broken.json"))
        assert answer.status_code == 422
        assert "Line 1, column 2: not valid JSON" in answer.content.decode()
        assert 'name="kept"' not in answer.content.decode()

    def test_a_domain_that_moves_within_the_chosen_files_is_seen_in_their_order(self, client, manager):
        client.post(PAGE, kept_in(check(client, upload(samples.tenant_file()))))
        loser = samples.tenant_file(domains=[samples.domain("contoso.onmicrosoft.com")])
        gainer = second_tenant() | {"domains": {"value": [samples.domain("microsoft.com")]}}
        answer = check(client, upload(loser, "loser.json"), upload(gainer, "gainer.json"))
        assert [outcome.refusals for outcome in answer.context["outcomes"]] == [[], []]
        backwards = check(client, upload(gainer, "gainer.json"), upload(loser, "loser.json"))
        assert backwards.context["refused"] == 1

    def test_hostile_names_are_text(self, client, manager):
        data = samples.tenant_file()
        data["organization"]["value"][0]["displayName"] = "<script>alert(1)</script>"
        answer = check(client, upload(data, "<img src=x>.json"))
        assert b"<script>alert(1)" not in answer.content
        assert b"<img src=x>" not in answer.content


class TestBadFiles:
    @pytest.mark.parametrize(
        ("files", "sentence"),
        [
            ([], "Choose at least one file."),
            ([upload({}, "tenant.exe")], "«tenant.exe» is not a .json file."),
            ([upload(b"", "empty.json")], "«empty.json» is empty."),
            ([upload(b" " * (5 * 1024 * 1024 + 1), "large.json")], "«large.json» is larger than 5 MB."),
            (
                [upload({}, f"{number}.json") for number in range(21)],
                "Choose at most 20 files at a time. You chose 21.",
            ),
        ],
    )
    def test_a_file_that_cannot_be_one_is_named_beside_the_field(self, client, manager, files, sentence):
        answer = check(client, *files)
        content = answer.content.decode()
        assert answer.status_code == 422
        assert sentence in content
        assert 'aria-invalid="true"' in content
        assert 'id="id_upload_error"' in content

    @pytest.mark.parametrize(
        "content",
        [b"\xff\xfe\x00", b"[" * 100_000, b"null", b'{"organization": 1}', b'{"a": "\\u0000"}', b"NaN", b"\0\0"],
    )
    def test_anything_else_is_refused_with_a_sentence(self, client, manager, content):
        answer = check(client, upload(content))
        assert answer.status_code == 422
        assert answer.context["outcomes"][0].refusals[0].endswith(".")

    def test_an_endless_name_is_shortened(self, client, manager):
        answer = check(client, upload(b"{", "x" * 240 + ".json"))
        assert len(answer.context["outcomes"][0].file) == LONGEST_NAME + 1


class TestImport:
    def test_it_carries_out_exactly_what_was_checked_and_writes_it_down(self, client, manager):
        answer = check(client, upload(samples.tenant_file()), upload(second_tenant(), "northwind.json"))
        done = client.post(PAGE, kept_in(answer), follow=True)
        assert done.redirect_chain == [(LIST, 302)]
        assert "imported: " in done.content.decode()
        assert Tenant.objects.count() == 2
        entries = LogEntry.objects.order_by("pk")
        assert [entry.action_flag for entry in entries] == [ADDITION, ADDITION]
        assert {entry.user_id for entry in entries} == {manager.pk}
        assert entries[0].object_id == str(Tenant.objects.get(display_name="Contoso").pk)
        assert "Imported from contoso.json" in entries[0].change_message
        assert "Domain microsoft.com" in entries[0].change_message

    def test_a_second_import_of_a_tenant_is_a_change(self, client, manager):
        for _ in range(2):
            client.post(PAGE, kept_in(check(client, upload(samples.tenant_file()))))
        assert LogEntry.objects.order_by("-pk").first().action_flag == CHANGE
        assert LogEntry.objects.order_by("-pk").first().change_message.endswith("nothing changes.")

    def test_what_was_checked_is_imported_once(self, client, manager):
        kept = kept_in(check(client, upload(samples.tenant_file())))
        client.post(PAGE, kept)
        again = client.post(PAGE, kept, follow=True)
        assert "no longer kept" in again.content.decode()
        assert LogEntry.objects.count() == 1

    @pytest.mark.parametrize("kept", ["", "x" * 64, "../../etc/passwd"])
    def test_a_made_up_mark_imports_nothing(self, client, manager, kept):
        check(client, upload(samples.tenant_file()))
        answer = client.post(PAGE, {"kept": kept}, follow=True)
        assert "no longer kept" in answer.content.decode()
        assert not Tenant.objects.exists()

    def test_a_later_check_takes_the_place_of_an_earlier_one(self, client, manager):
        early = kept_in(check(client, upload(samples.tenant_file())))
        check(client, upload(second_tenant()))
        client.post(PAGE, early)
        assert not Tenant.objects.exists()

    def test_nobody_imports_what_a_colleague_checked(self, client, manager):
        kept = kept_in(check(client, upload(samples.tenant_file())))
        client.force_login(CatalogueManagerFactory())
        client.post(PAGE, kept)
        assert not Tenant.objects.exists()

    def test_what_became_wrong_since_the_check_is_refused_with_a_sentence(self, client, manager):
        answer = check(client, upload(samples.tenant_file()), upload(second_tenant(), "northwind.json"))
        TenantFactory(domain="northwind.example")
        done = client.post(PAGE, kept_in(answer), follow=True).content.decode()
        assert "«northwind.json» was not imported." in done
        assert Tenant.objects.filter(display_name="Contoso").exists()
        assert LogEntry.objects.count() == 1

    def test_without_a_cache_nothing_is_promised(self, client, manager, monkeypatch):
        monkeypatch.setattr("kit.cache.ForgivingRedisCache.set", lambda *args, **kwargs: None)
        answer = check(client, upload(samples.tenant_file()))
        assert answer.status_code == 422
        assert "cannot keep the files at the moment" in answer.content.decode()

    def test_files_that_are_too_large_together_are_refused(self, client, manager, monkeypatch):
        monkeypatch.setattr("kit.admin_kept_files.MOST_BYTES", 10)
        answer = check(client, upload(samples.tenant_file()))
        assert "too large together" in answer.content.decode()


class TestPermission:
    def test_strangers_partners_and_readers_do_not_come_in(self, client):
        assert client.get(PAGE).status_code == 302
        for person in (AuditorFactory(), StaffFactory()):
            client.force_login(person)
            assert client.get(PAGE).status_code == 403
            assert check(client, upload(samples.tenant_file())).status_code == 403
            assert client.post(PAGE, {"kept": "x"}).status_code == 403

    @pytest.mark.parametrize("missing", ["add_tenant", "change_tenant", "add_subscription", "change_subscription"])
    def test_it_takes_all_permissions(self, client, missing):
        person = StaffFactory()
        wanted = {"view_tenant", "add_tenant", "change_tenant", "add_subscription", "change_subscription"} - {missing}
        person.user_permissions.set(Permission.objects.filter(codename__in=wanted))
        client.force_login(person)
        assert client.get(PAGE).status_code == 403
        assert "Import tenants" not in client.get(LIST).content.decode()

    def test_the_list_leads_to_it(self, client, manager):
        assert f'href="{PAGE}"' in client.get(LIST).content.decode()

    def test_it_is_the_same_page_for_htmx(self, client, manager):
        assert "<html" in client.get(PAGE, headers={"HX-Request": "true"}).content.decode()


class TestCatalog:
    def test_the_list_is_checked_then_imported_and_written_down(self, client, manager):
        ProductFactory(name="DYNAMICS NO LONGER LISTED")
        file = SimpleUploadedFile("list.csv", samples.csv_of(samples.rows_of()))
        answer = check(client, file, page=CATALOG)
        content = answer.content.decode()
        assert "Product DYNAMICS NO LONGER LISTED" in content
        assert "retired" in content
        assert Product.objects.count() == 1
        client.post(CATALOG, kept_in(answer))
        assert Product.objects.filter(name="DYNAMICS NO LONGER LISTED").exclude(retired_at=None).exists()
        entry = LogEntry.objects.get()
        assert (entry.object_repr, entry.object_id, entry.action_flag) == ("Catalog", None, CHANGE)
        assert "Retired: Product DYNAMICS NO LONGER LISTED" in entry.change_message

    def test_another_list_is_refused(self, client, manager):
        answer = check(client, SimpleUploadedFile("list.csv", b"a,b\n1,2\n"), page=CATALOG)
        assert answer.status_code == 422
        assert "This is not Microsoft" in answer.content.decode()

    def test_one_file_only(self, client, manager):
        assert "multiple" not in client.get(CATALOG).content.decode().split('type="file"')[1].split(">")[0]
