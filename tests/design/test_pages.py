"""The frame and the pages that answer when something is wrong."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client

from tests.factories import MembershipFactory, ReviewerFactory

LINKED = re.compile(r'(?:href|src)="/static/([^"]+)"')


@pytest.mark.django_db
def test_an_unknown_address_gets_a_page_that_leads_home(client):
    answer = client.get("/no/such/place/")
    assert answer.status_code == 404
    assert 'href="/"' in answer.content.decode()


def test_the_page_for_failures_needs_neither_context_nor_database():
    html = render_to_string("500.html")
    assert "Something went wrong" in html
    assert [name for name in LINKED.findall(html) if finders.find(name) is None] == []


@pytest.mark.django_db
def test_a_form_without_its_token_gets_a_page_that_says_what_to_do():
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert "reload the page" in answer.content.decode()


@pytest.mark.django_db
def test_every_stylesheet_and_script_of_the_frame_exists(client):
    html = client.get("/accounts/login/").content.decode()
    names = LINKED.findall(html)
    assert len(names) > 10
    assert [name for name in names if finders.find(name) is None] == []


def test_every_stylesheet_names_only_layers_whose_order_is_known():
    sheets = settings.BASE_DIR / "static/css"
    first = (sheets / "reset.css").read_text()
    known = re.search(r"@layer ([a-z, ]+);", first)[1].split(", ")
    for sheet in sheets.glob("*.css"):
        for layer in re.findall(r"@layer ([a-z]+) \{", sheet.read_text()):
            assert layer in known, sheet.name


def test_colours_outside_the_tokens_are_black_white_or_pairs():
    for sheet in (settings.BASE_DIR / "static/css").glob("*.css"):
        if sheet.name in {"tokens.css", "admin.css"}:
            continue
        bare = re.sub(r"light-dark\([^;]+\)", "", sheet.read_text())
        bare = re.sub(r"\.(masthead|count|busy-line)[^{]*\{[^}]*\}", "", bare)
        assert set(re.findall(r"#[0-9a-f]{3,8}\b", bare)) <= {"#ffffff", "#000000"}, sheet.name


@pytest.mark.django_db
def test_the_sidebar_marks_the_place_and_offers_associations_to_incentive_roles_only(client):
    client.force_login(MembershipFactory().user)
    html = client.get("/incentives/customer-associations/").content.decode()
    assert re.search(r'href="/incentives/customer-associations/" aria-current="page"', html)
    client.force_login(MembershipFactory(role="member").user)
    refused = client.get("/incentives/customer-associations/")
    assert refused.status_code == 403
    assert 'href="/incentives/customer-associations/"' not in refused.content.decode()


@pytest.mark.django_db
def test_only_reviewers_are_led_to_the_desk(client):
    client.force_login(ReviewerFactory())
    assert 'href="/admin/"' in client.get("/notifications/").content.decode()
    client.force_login(MembershipFactory().user)
    assert 'href="/admin/"' not in client.get("/notifications/").content.decode()


@pytest.mark.django_db
def test_brand_and_sidebar_have_the_words_of_partner_center(client):
    client.force_login(MembershipFactory().user)
    html = client.get("/").content.decode()
    brand = re.search(r'<a class="masthead__brand" href="/">(.*?)</a>', html).group(1)
    assert brand == '<strong>Microsoft</strong><span class="masthead__bar"></span>Partner Center'
    nav = html[html.index('<nav class="nav"') :].split("</nav>")[0]
    words = [word.strip() for word in re.findall(r">([^<>]+)<", nav) if word.strip()]
    of_the_process = [
        "Home", "INCENTIVES", "Overview", "Programs", "Co-op management", "Customer associations", "WINDOWS",
        "CROSS-DEVICE EXPERIENCES",
    ]  # fmt: skip
    assert [word for word in words if word in of_the_process] == of_the_process
    assert words[: words.index("Customer associations") + 1] == of_the_process[:6]
