"""Countries by name."""

import pytest

from customers.countries import country_name


@pytest.mark.parametrize(
    ("code", "name"),
    [("US", "United States"), ("us", "United States"), (" CA ", "Canada"), ("DE", "Germany"), ("KR", "South Korea")],
)
def test_a_country_is_printed_by_its_everyday_name(code, name):
    assert country_name(code) == name


@pytest.mark.parametrize(("code", "name"), [("", ""), ("QX", "QX")])
def test_an_unknown_code_is_printed_as_it_is(code, name):
    assert country_name(code) == name
