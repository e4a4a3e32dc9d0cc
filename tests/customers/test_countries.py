"""Countries by name."""

import pytest
from django.utils.translation import override

from customers.countries import country_name


@pytest.mark.parametrize(
    ("code", "name"),
    [("US", "United States"), ("us", "United States"), (" CA ", "Canada"), ("DE", "Germany"), ("KR", "South Korea")],
)
def test_a_country_is_printed_by_its_everyday_name(code, name):
    assert country_name(code) == name


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("de", "Deutschland"),
        ("fr", "Allemagne"),
        ("es", "Alemania"),
        ("ja", "ドイツ"),
        ("pt", "Alemanha"),
        ("en-us", "Germany"),
    ],
)
def test_it_is_printed_in_the_language_that_is_spoken(language, name):
    with override(language):
        assert country_name("DE") == name


@pytest.mark.parametrize(("code", "name"), [("", ""), ("QX", "QX")])
def test_an_unknown_code_is_printed_as_it_is(code, name):
    assert country_name(code) == name
