"""Microsoft's list as it is published, and files that only look like it."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.catalogue.reading import read_list
from customers.importing import ImportRefused
from tests.customers.samples import E3, HEADING, PLAN_ID, SALES, SKUS, csv_of, rows_of


def read(content: bytes | str):
    stream = io.StringIO(content) if isinstance(content, str) else io.BytesIO(content)
    return {sku.sku_id: sku for sku in read_list(stream)}


def refusal(content: bytes | str) -> str:
    with pytest.raises(ImportRefused) as refused:
        read(content)
    return refused.value.message


def test_every_sku_of_the_list_is_read_once_with_all_its_plans():
    skus = read(csv_of(rows_of()))
    assert set(SKUS) <= set(skus)
    assert {product.code for product in skus[E3].products} >= {"EXO", "INTUNE", "TEAMS"}


def test_repeated_rows_stray_spaces_and_identifiers_in_upper_case_change_nothing():
    plain = rows_of()
    untidy = [
        [f" {cell}  ".replace(" ", "\u00a0 ") if place < 2 else cell.upper() for place, cell in enumerate(row)]
        for row in plain
    ]
    assert read(csv_of(untidy + plain)) == read(csv_of(plain))


def test_spaces_around_underscores_of_a_part_number_are_taken_out():
    parts = {sku.part_number for sku in read(csv_of(rows_of())).values()}
    assert "DYN365_ENTERPRISE_RELATIONSHIP_SALES" in parts


def test_invisible_characters_are_taken_out_of_names():
    skus = {SALES: ("Dynamics\u200b 365 for Sales", "DYN365_ENTERPRISE_SALES", "DYN365_ENTERPRISE_SALES")}
    assert read(csv_of(rows_of(skus)))[SALES].name == "Dynamics 365 for Sales"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_list_may_be_utf8_with_or_without_a_mark_or_windows_1252(encoding):
    skus = {SALES: ("Dynamics 365 Operations – Activity", "Dyn365_Operations_Activity", "DYN365_OPS")}
    content = csv_of(rows_of(skus)).decode("utf-8-sig").encode(encoding)
    assert read(content)[SALES].name == "Dynamics 365 Operations – Activity"


def test_the_list_may_be_a_path_or_a_text_stream(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(csv_of(rows_of()))
    from_path = read_list(path)
    assert read_list(str(path)) == from_path
    assert read_list(io.StringIO(csv_of(rows_of()).decode())) == from_path


def test_columns_may_stand_in_another_order_and_others_may_be_added():
    order = [3, 0, 2, 5, 4, 1]
    rows = [[*(row[place] for place in order), "new"] for row in rows_of()]
    heading = [*(HEADING[place].lower() for place in order), "Extra"]
    assert read(csv_of(rows, heading=heading)) == read(csv_of(rows_of()))


def test_where_rows_disagree_about_a_name_the_first_counts():
    rows = [*rows_of(), ["Another name", "ANOTHER_PART", SALES, "TEAMS1", PLAN_ID, "Teams"]]
    assert read(csv_of(rows))[SALES].name == SKUS[SALES][0]


def test_empty_lines_are_passed_over():
    lines = csv_of(rows_of()).decode().splitlines()
    assert read("\r\n\r\n".join([*lines, ",,,,,"])) == read(csv_of(rows_of()))


def test_a_missing_column_is_named():
    rows = [row[:2] + row[3:] for row in rows_of()]
    assert refusal(csv_of(rows, heading=HEADING[:2] + HEADING[3:])) == (
        "Line 1: missing GUID. This is not Microsoft's list of products."
    )


def test_another_file_is_refused():
    assert refusal(b"PK\x03\x04\x14\x00\x06\x00").startswith("Line 1: missing Product_Display_Name, String_Id")
    assert refusal(b"").startswith("Line 1: missing")


def test_a_wrong_identifier_is_refused_with_its_line_and_column():
    rows = rows_of()
    rows[2][2] = "1e1a282c-9c54-43a2-9310"
    assert refusal(csv_of(rows)) == "Line 4, column GUID: «1e1a282c-9c54-43a2-9310» is not a GUID."


@pytest.mark.parametrize(("place", "column"), [(0, "Product_Display_Name"), (1, "String_Id")])
def test_an_empty_name_or_part_number_is_refused(place, column):
    rows = rows_of()
    rows[0][place] = "  "
    assert refusal(csv_of(rows)) == f"Line 2, column {column}: the cell is empty."


def test_a_name_too_long_to_keep_is_refused():
    rows = rows_of()
    rows[0][0] = "Dynamics 365 " * 20
    assert "Line 2, column Product_Display_Name: the text is longer than 200" in refusal(csv_of(rows))


def test_control_characters_are_refused():
    rows = rows_of()
    rows[0][0] = "Dynamics\x00 365"
    assert refusal(csv_of(rows)) == "Line 2, column Product_Display_Name: the text has control characters."


def test_a_short_or_long_row_is_refused():
    assert refusal(csv_of([*rows_of(), ["only", "two"]])).endswith("the row has 2 columns, the heading 6.")


def test_a_quotation_that_never_ends_is_refused():
    content = csv_of(rows_of()) + b'"Dynamics 365,X,Y'
    assert "not a valid CSV row" in refusal(content)


def test_a_list_without_rows_is_refused():
    assert refusal(csv_of([])) == "Line 2: the file has a heading but no rows."


def test_a_list_without_a_dynamics_product_is_refused_rather_than_retiring_them_all():
    assert "no Dynamics 365 product" in refusal(csv_of(rows_of({E3: SKUS[E3]})))


def test_bytes_that_are_no_text_are_refused_with_their_line():
    assert refusal(csv_of(rows_of({SALES: SKUS[SALES]})) + b"\x81\x8d").startswith("Line 5: the text is neither")


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(ImportRefused, match="cannot be read: No such file"):
        read_list(tmp_path / "missing.csv")
    with pytest.raises(ImportRefused, match="cannot be read: Is a directory"):
        read_list(tmp_path)


@given(st.binary(max_size=400))
def test_no_bytes_are_met_with_anything_but_a_refusal(content):
    refusal(content)


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=7), min_size=1, max_size=5))
def test_no_rows_under_the_right_heading_are_met_with_anything_but_a_refusal(rows):
    try:
        content = csv_of(rows)
    except UnicodeEncodeError:
        return
    refusal(content)
