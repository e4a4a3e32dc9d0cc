"""What becomes claimable, under which name, and what a second import does."""

import io

import pytest
from django.core.management import CommandError, call_command

from customers.catalogue import distill, import_catalogue, load_distilled
from customers.catalogue.distilled import read_distilled
from customers.enums import SolutionArea
from customers.importing import ImportRefused
from customers.models import CatalogueSku, Product
from tests.customers.samples import (
    ARCHIVE,
    BUSINESS_APPLICATIONS_OF_THE_WIZARD,
    E3,
    G5_WITHOUT_POWER_BI,
    PLAN1,
    POWER_BI_PRO,
    RELATIONSHIP_SALES,
    SALES,
    SKUS,
    TEAMS_TRIAL,
    VIRAL_SALES,
    csv_of,
    rows_of,
)
from tests.factories import NOW

WORKLOADS_OF_THE_WIZARD = {
    "AADP": "AZURE ACTIVE DIRECTORY PREMIUM (AADP)",
    "AATP": "AZURE ADVANCED THREAT PROTECTION (AATP)",
    "AIP": "AZURE INFORMATION PROTECTION (AIP)",
    "EXO": "EXCHANGE ONLINE",
    "INTUNE": "INTUNE",
}


def import_skus(skus=None, *, now=NOW):
    return import_catalogue(io.BytesIO(csv_of(rows_of(skus))), now=now)


def catalogue():
    """Everything in the catalogue except when it was retired."""
    products = {
        (product.solution_area, product.name, product.code, product.retired_at is None)
        for product in Product.objects.all()
    }
    skus = {
        (
            str(sku.sku_id),
            sku.part_number,
            sku.name,
            sku.is_dynamics,
            sku.claimable,
            sku.retired_at is None,
            tuple(sorted(product.name for product in sku.products.all())),
        )
        for sku in CatalogueSku.objects.prefetch_related("products")
    }
    return products, skus


def products_of(sku_id):
    return {product.code or product.name for product in Product.objects.filter(skus__sku_id=sku_id)}


@pytest.mark.django_db
class TestImporting:
    def test_dynamics_becomes_products_and_plans_become_workloads(self):
        report = import_skus()
        assert products_of(SALES) == {"DYNAMICS 365 FOR SALES ENTERPRISE EDITION"}
        assert products_of(RELATIONSHIP_SALES) == {"MICROSOFT RELATIONSHIP SALES SOLUTION"}
        assert products_of(E3) == {"AADP", "AIP", "EXO", "INTUNE", "PROPLUS", "SPO", "TEAMS"}
        assert products_of(G5_WITHOUT_POWER_BI) == {"EXO", "OATP"}
        assert "Product DYNAMICS 365 FOR SALES ENTERPRISE EDITION" in report.added
        assert "SKU Microsoft 365 E3 (SPE_E3)" in report.added
        assert (report.changed, report.retired) == ([], [])

    def test_trials_power_bi_and_archives_stand_for_nothing(self):
        import_skus()
        for sku_id in (VIRAL_SALES, POWER_BI_PRO, TEAMS_TRIAL, ARCHIVE):
            assert products_of(sku_id) == set()
        unclaimable = CatalogueSku.objects.filter(claimable=False).values_list("part_number", flat=True)
        assert set(unclaimable) == {"Dynamics_365_Sales_Premium_Viral_Trial", "POWER_BI_PRO", "MS_TEAMS_IW"}
        assert CatalogueSku.objects.get(sku_id=VIRAL_SALES).is_dynamics

    def test_a_sku_has_the_name_of_the_screens_as_product_and_microsofts_name_as_sku(self):
        import_skus()
        assert products_of(PLAN1) == {"DYNAMICS 365 CUSTOMER ENGAGEMENT PLAN ENTERPRISE EDITION"}
        assert CatalogueSku.objects.get(sku_id=PLAN1).name == "Dynamics 365 Customer Engagement Plan"

    def test_workloads_are_printed_as_the_wizard_prints_them(self):
        import_skus()
        labels = {product.code: product.label for product in Product.objects.exclude(code="")}
        assert labels | WORKLOADS_OF_THE_WIZARD == labels
        assert len(labels) == 10

    def test_a_product_that_left_the_list_long_ago_is_known_by_its_part_number(self):
        import_skus()
        sku = CatalogueSku.objects.get(part_number="CRMPLAN1")
        assert sku.sku_id is None
        assert [product.name for product in sku.products.all()] == ["MICROSOFT DYNAMICS CRM ONLINE ESSENTIAL"]

    def test_two_skus_of_one_name_are_one_product(self):
        second = "67f58b51-af53-4344-9663-9a2beb1d8a8e"
        import_skus(SKUS | {second: (SKUS[SALES][0].upper(), "DYN365_SALES_TWO", "DYN365_ENTERPRISE_SALES")})
        assert products_of(second) == products_of(SALES)

    def test_importing_twice_changes_nothing(self):
        import_skus()
        before = catalogue()
        report = import_skus()
        assert (report.added, report.changed, report.retired) == ([], [], [])
        assert catalogue() == before

    def test_what_the_list_no_longer_has_is_retired_and_keeps_its_products(self):
        import_skus()
        report = import_skus({key: value for key, value in SKUS.items() if key not in {SALES, E3}})
        assert report.retired == [
            "Product DYNAMICS 365 FOR SALES ENTERPRISE EDITION",
            "SKU Dynamics 365 for Sales Enterprise Edition (DYN365_ENTERPRISE_SALES)",
            "SKU Microsoft 365 E3 (SPE_E3)",
        ]
        assert CatalogueSku.objects.get(sku_id=SALES).retired_at == NOW
        assert products_of(SALES) == {"DYNAMICS 365 FOR SALES ENTERPRISE EDITION"}
        assert Product.objects.get(code="EXO").retired_at is None

    def test_what_comes_back_to_the_list_is_offered_again(self):
        import_skus()
        before = catalogue()
        import_skus({PLAN1: SKUS[PLAN1]})
        report = import_skus()
        assert catalogue() == before
        assert report.added == []
        assert "Product DYNAMICS 365 FOR SALES ENTERPRISE EDITION (offered again)" in report.changed
        assert "SKU Microsoft 365 E3 (SPE_E3) (listed again)" in report.changed

    def test_a_sku_that_gets_another_plan_gets_its_workload_and_is_reported(self):
        import_skus()
        name, part, plans = SKUS[E3]
        report = import_skus(SKUS | {E3: (name, part, f"{plans} ATA")})
        assert "AATP" in products_of(E3)
        assert report.changed == ["SKU Microsoft 365 E3 (SPE_E3)"]

    def test_a_sku_that_becomes_a_trial_stands_for_nothing_any_more(self):
        import_skus()
        name, part, plans = SKUS[SALES]
        report = import_skus(SKUS | {SALES: (f"{name} Trial", part, plans)})
        assert products_of(SALES) == set()
        assert report.retired == ["Product DYNAMICS 365 FOR SALES ENTERPRISE EDITION"]

    def test_a_refused_list_changes_nothing(self):
        import_skus()
        before = catalogue()
        rows = rows_of({PLAN1: SKUS[PLAN1]})
        rows[-1][2] = "no guid"
        with pytest.raises(ImportRefused):
            import_catalogue(io.BytesIO(csv_of(rows)), now=NOW)
        assert catalogue() == before

    def test_what_staff_keep_by_hand_is_left_alone(self):
        import_skus()
        Product.objects.filter(code="TEAMS").update(retired_at=NOW, kept_by_hand=True)
        CatalogueSku.objects.filter(sku_id=E3).update(claimable=False, kept_by_hand=True)
        CatalogueSku.objects.get(sku_id=E3).products.clear()
        own = CatalogueSku.objects.create(part_number="OWN", name="Own", is_dynamics=True, kept_by_hand=True)
        report = import_skus()
        assert (report.added, report.changed, report.retired) == ([], [], [])
        assert Product.objects.get(code="TEAMS").retired_at == NOW
        assert not CatalogueSku.objects.get(sku_id=E3).claimable
        assert products_of(E3) == set()
        own.refresh_from_db()
        assert own.retired_at is None

    def test_the_distilled_facts_give_the_same_catalogue_as_the_list(self, tmp_path):
        content = csv_of(rows_of() + rows_of())
        import_catalogue(io.BytesIO(content), now=NOW)
        from_list = catalogue()
        CatalogueSku.objects.all().delete()
        Product.objects.all().delete()
        written = distill(io.BytesIO(content), target=tmp_path / "facts.json")
        load_distilled(now=NOW, path=tmp_path / "facts.json")
        assert catalogue() == from_list
        assert written == len(SKUS) + 1

    def test_a_fresh_installation_offers_both_solution_areas(self):
        load_distilled(now=NOW)
        offered = Product.objects.filter(retired_at=None)
        assert offered.filter(solution_area=SolutionArea.MICROSOFT_365).count() == 10
        assert offered.filter(name__in=BUSINESS_APPLICATIONS_OF_THE_WIZARD).count() == 8


@pytest.mark.django_db
class TestCommand:
    def test_it_reports_how_much_was_added_changed_and_retired(self, tmp_path, capsys):
        path = tmp_path / "list.csv"
        path.write_bytes(csv_of(rows_of()))
        call_command("import_catalogue", str(path))
        assert capsys.readouterr().out == "24 added, 0 changed, 0 retired.\n"
        path.write_bytes(csv_of(rows_of({PLAN1: SKUS[PLAN1]})))
        call_command("import_catalogue", str(path))
        assert "retired: SKU Microsoft 365 E3 (SPE_E3)\n" in capsys.readouterr().out

    def test_without_a_file_it_loads_the_facts_of_the_repository(self, capsys):
        call_command("import_catalogue")
        assert Product.objects.filter(name="DYNAMICS 365 FOR MARKETING USL").exists()

    def test_it_tells_where_a_file_is_wrong(self, tmp_path):
        path = tmp_path / "list.csv"
        path.write_text("Name,Price\nA,1\n")
        with pytest.raises(CommandError, match=r"Nothing was imported. Line 1: missing Product_Display_Name"):
            call_command("import_catalogue", str(path))

    def test_writing_the_facts_leaves_the_catalogue_alone(self, tmp_path, capsys):
        path = tmp_path / "list.csv"
        path.write_bytes(csv_of(rows_of()))
        call_command("import_catalogue", str(path), write_distilled=tmp_path / "facts.json")
        assert len(read_distilled(tmp_path / "facts.json")) == len(SKUS) + 1
        assert not Product.objects.exists()
        with pytest.raises(CommandError, match="needs Microsoft's file"):
            call_command("import_catalogue", write_distilled=tmp_path / "facts.json")
