"""Whatever a tenant file holds, it is imported or cleanly refused."""

import json
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.importing import ImportRefused
from customers.models import Tenant
from customers.tenants import import_tenant, parse_json
from tests.customers.samples import TENANT_ID, tenant_file
from tests.factories import NOW

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=30)
    | st.sampled_from(
        ["\x00", "\ud800", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", TENANT_ID, "Enabled"]
    )
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


def places_in(value, path=()):
    """The path of everything inside a JSON value."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from places_in(child, (*path, key))


PLACES = list(places_in(tenant_file()))


def replaced(place, value):
    data = deepcopy(tenant_file())
    inner = data
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return data


def refusal_of(function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except ImportRefused as refused:
        return refused
    return None


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(PLACES), value=values)
def test_any_value_at_any_place_is_kept_or_refused(place, value):
    known = Tenant.objects.filter(tenant_id=TENANT_ID).values("imported_at", "display_name", "country")
    before = known.first()
    refused = refusal_of(import_tenant, replaced(place, value), now=NOW)
    assert refused is None or (refused.message.endswith(".") and known.first() == before)


@given(values)
def test_any_json_in_place_of_the_file_is_refused(data):
    with pytest.raises(ImportRefused):
        import_tenant(data, now=NOW)


@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_refused(content):
    refused = refusal_of(parse_json, content)
    assert refused is None or refused.message.endswith(".")


@pytest.mark.parametrize(
    "content",
    [b"[" * 100_000, b'{"a":' * 100_000, b"1" * 10_000, "{}".encode("utf-16"), b"\xff\xfe", b"", b"{}{}"],
    ids=["lists", "objects", "number", "utf-16", "mark", "empty", "two"],
)
def test_json_made_to_hurt_is_refused(content):
    with pytest.raises(ImportRefused):
        parse_json(content)


def test_a_byte_order_mark_does_not_matter():
    assert parse_json(json.dumps(tenant_file()).encode("utf-8-sig")) == tenant_file()
