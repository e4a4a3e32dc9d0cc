"""What is Dynamics, what is sold, what stands for what; and the facts that the repository carries."""

import pytest

from customers.catalogue.distilled import DISTILLED, read_distilled
from customers.catalogue.facts import WORKLOADS, derive_sku, is_dynamics, is_power_bi, is_sold
from tests.customers.samples import BUSINESS_APPLICATIONS_OF_THE_WIZARD


class TestFactsInTheRepository:
    """The catalogue that a fresh installation has."""

    skus = read_distilled(DISTILLED)
    names = {product.name for sku in skus for product in sku.products if not product.code}

    def test_business_applications_have_the_names_of_the_wizard(self):
        assert self.names >= BUSINESS_APPLICATIONS_OF_THE_WIZARD

    @pytest.mark.parametrize(
        ("listed", "printed"),
        [
            ("DYNAMICS 365 CUSTOMER ENGAGEMENT PLAN", "DYNAMICS 365 CUSTOMER ENGAGEMENT PLAN ENTERPRISE EDITION"),
            (
                "DYNAMICS 365 ENTERPRISE EDITION - ADDITIONAL PORTAL (QUALIFIED OFFER)",
                "DYNAMICS 365 ENTERPRISE EDITION - ADDITIONAL PORTAL",
            ),
        ],
    )
    def test_the_other_name_of_a_product_is_that_of_its_sku(self, listed, printed):
        [sku] = [sku for sku in self.skus if sku.name.upper() == listed]
        assert [product.name for product in sku.products] == [printed]

    def test_all_ten_workloads_stand_behind_skus(self):
        codes = {product.code for sku in self.skus for product in sku.products if product.code}
        assert codes == {"AADP", "AATP", "AIP", "EXO", "INTUNE", "MCAS", "OATP", "PROPLUS", "SPO", "TEAMS"}

    def test_power_bi_stands_behind_nothing(self):
        power_bi = [sku for sku in self.skus if "POWER_BI" in sku.part_number or "Power BI P" in sku.name]
        assert len(power_bi) > 10
        assert not any(sku.claimable or sku.products or sku.is_dynamics for sku in power_bi)
        assert not any("POWER BI" in name for name in self.names)

    def test_names_of_products_are_upper_case(self):
        assert all(name == name.upper() for name in self.names)

    def test_a_claimable_dynamics_sku_stands_for_exactly_one_product_and_no_workload(self):
        dynamics = [sku for sku in self.skus if sku.is_dynamics and sku.claimable]
        assert len(dynamics) > 80
        assert all([product.code for product in sku.products] == [""] for sku in dynamics)

    def test_only_dynamics_stands_for_business_applications(self):
        others = [sku for sku in self.skus if not sku.is_dynamics]
        assert not any(product.code == "" for sku in others for product in sku.products)

    def test_no_two_skus_have_one_identifier(self):
        identifiers = [sku.sku_id for sku in self.skus if sku.sku_id]
        assert len(identifiers) == len(set(identifiers))


class TestDeriving:
    @pytest.mark.parametrize(
        ("name", "part_number"),
        [
            ("Dynamics 365 Sales Premium Viral Trial", "Dynamics_365_Sales_Premium_Viral_Trial"),
            ("Dynamics 365 Guides vTrial", "Dynamics_365_Guides_vTrial"),
            ("Dynamics 365 for Talent", "SKU_Dynamics_365_for_HCM_Trial"),
            ("Dynamics 365 P1 Tria for Information Workers", "DYN365_ENTERPRISE_P1_IW"),
            ("Dynamics 365 AI for Market Insights (Preview)", "SOCIAL_ENGAGEMENT_APP_USER"),
            ("Dynamics 365 Business Central for IWs", "PROJECT_MADEIRA_PREVIEW_IW_SKU"),
            ("Dynamics 365 Customer Service Add-in for Test", "DYN365_CS_OC_MESSAGING_VOICE_GOV_TEST"),
            ("Dynamics 365 Sales Partner Sandbox", "Dynamics_365_Sales_Partner_Sandbox"),
            ("Office 365 E3 Developer", "DEVELOPERPACK"),
            ("Microsoft Teams (Free)", "TEAMS_FREE"),
            ("Microsoft Teams Exploratory", "TEAMS_EXPLORATORY"),
        ],
    )
    def test_what_is_not_sold_is_not_claimable(self, name, part_number):
        assert not is_sold(name, part_number)
        assert derive_sku("", part_number=part_number, name=name, plans=["TEAMS1"]).products == ()

    @pytest.mark.parametrize(
        ("name", "part_number"),
        [
            ("Dynamics 365 - Additional Non-Production Instance (Qualified Offer)", "CRMTESTINSTANCE"),
            ("Dynamics 365 Operations - Sandbox Tier 2:Standard Acceptance Testing", "Dynamics_365_Sandbox_Tier2"),
            ("Microsoft 365 A3 for students", "M365EDU_A3_STUDENT"),
        ],
    )
    def test_words_that_only_look_alike_are_sold(self, name, part_number):
        assert is_sold(name, part_number)

    @pytest.mark.parametrize(
        ("name", "part_number", "expected"),
        [
            ("Microsoft Dynamics CRM Online Basic", "CRMPLAN2", True),
            ("Microsoft Relationship Sales solution", "DYN365_ENTERPRISE_RELATIONSHIP_SALES", True),
            ("Dynamics 365 Remote Assist", "MICROSOFT_REMOTE_ASSIST", True),
            ("Microsoft 365 E5", "SPE_E5", False),
            ("PowerApps & Flow GCC Test - O365 & Dyn365 Plans", "POWERFLOWGCC_TEST", False),
            ("Power BI for Dynamics 365", "POWER_BI_DYN365", False),
        ],
    )
    def test_dynamics_is_known_by_name_or_part_number(self, name, part_number, expected):
        assert is_dynamics(name, part_number) is expected

    def test_a_suite_without_power_bi_is_not_power_bi(self):
        assert is_power_bi("Power BI Pro", "X")
        assert is_power_bi("Microsoft Fabric (Free)", "POWER_BI_STANDARD")
        assert not is_power_bi("Office 365 GCC G5 without Power BI and Phone System", "ENTERPRISEPREMIUM_NOPBIPBX_GOV")

    @pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.code)
    def test_each_plan_of_a_workload_brings_it_in_any_case(self, workload):
        for plan in workload.plans:
            sku = derive_sku("", part_number="SUITE", name="Some suite", plans=[plan.lower()])
            assert sku.products == (workload.product,)

    @pytest.mark.parametrize(
        "plan",
        ["EXCHANGE_S_FOUNDATION", "EXCHANGE_S_ARCHIVE", "INTUNE_O365", "RMS_S_ENTERPRISE", "ADALLOM_S_DISCOVERY"],
    )
    def test_a_plan_that_is_only_part_of_a_workload_does_not_bring_it(self, plan):
        assert derive_sku("", part_number="SUITE", name="Some suite", plans=[plan]).products == ()
