"""The template tags of the design system."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django import forms
from django.template import Context, Template, TemplateDoesNotExist
from django.utils.translation import override

from kit.templatetags.portal import written

MOMENT = datetime(2020, 4, 1, 12, 23, 45, tzinfo=UTC)


def rendered(source, **context):
    return Template("{% load portal %}" + source).render(Context(context)).strip()


class ContactForm(forms.Form):
    name = forms.CharField(label="Contact name")
    email = forms.EmailField(label="Contact email", help_text="Printed in the message.")
    title = forms.CharField(label="Title", required=False)
    area = forms.ChoiceField(label="Area", choices=[("a", "Business Applications"), ("b", "Microsoft 365")], widget=forms.RadioSelect)  # fmt: skip
    enrolled = forms.BooleanField(label="Only enrolled", required=False)
    draft = forms.CharField(widget=forms.HiddenInput)


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("date", "April 1, 2020"),
        ("minutes", "April 1, 2020, 12:23 PM"),
        ("seconds", "April 1, 2020 at 12:23:45 PM"),
        ("until", "April 1, 2020, 12:23 PM UTC"),
    ],
)
def test_a_moment_is_written_as_the_seed_prints_it_and_keeps_exact_utc(style, text):
    html = rendered("{% when moment style %}", moment=MOMENT, style=style)
    assert f">{text}</time>" in html
    assert 'datetime="2020-04-01T12:23:45Z"' in html
    assert 'title="April 1, 2020 at 12:23:45 PM UTC"' in html


def test_a_moment_of_another_zone_is_turned_to_the_portals():
    there = MOMENT.astimezone(timezone(timedelta(hours=9)))
    assert ">April 1, 2020, 12:23 PM</time>" in rendered('{% when moment "minutes" %}', moment=there)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "1. Dezember 2026 um 10:05 UTC"),
        ("fr", "1er décembre 2026 à 10:05 UTC"),
        ("es", "1 de diciembre de 2026 a las 10:05 UTC"),
        ("ja", "2026年12月1日10:05 UTC"),
        ("pt", "1 de dezembro de 2026 às 10:05 UTC"),
    ],
)
def test_the_end_of_a_time_is_exact_and_names_its_zone_in_every_language(language, text):
    with override(language):
        assert f">{text}</time>" in rendered(
            '{% when moment "until" %}', moment=datetime(2026, 12, 1, 10, 5, tzinfo=UTC)
        )


@pytest.mark.parametrize(("day", "text"), [(1, "1er juin 2026"), (2, "2 juin 2026"), (11, "11 juin 2026")])
def test_only_the_first_of_a_month_is_ordinal_in_french(day, text):
    with override("fr"):
        assert written(date(2026, 6, day)) == text


def test_the_end_of_a_time_that_is_a_day_has_none():
    assert ">March 25, 2020</time>" in rendered('{% when day "until" %}', day=date(2020, 3, 25))


def test_a_bare_date_has_no_zone_to_be_turned_to():
    assert rendered("{% when day %}", day=date(2020, 3, 25)) == '<time datetime="2020-03-25">March 25, 2020</time>'


def test_no_moment_prints_nothing():
    assert rendered("{% when moment %}", moment=None) == ""


def test_an_id_is_printed_in_capitals():
    tenant = UUID("72f988bf-86f1-41af-91ab-2d7cd011db47")
    assert rendered("{{ tenant|guid }}", tenant=tenant) == "72F988BF-86F1-41AF-91AB-2D7CD011DB47"
    assert rendered("{{ tenant|guid }}", tenant=None) == ""


def test_an_icon_is_silent_unless_labelled():
    assert 'aria-hidden="true"' in rendered('{% icon "upload" %}')
    labelled = rendered("{% icon 'info' label=text %}", text='<b>"help"')
    assert 'role="img" aria-label="&lt;b&gt;&quot;help&quot;"' in labelled
    assert "aria-hidden" not in labelled


def test_a_misspelt_icon_is_an_error_not_a_gap():
    with pytest.raises(TemplateDoesNotExist):
        rendered('{% icon "uplaod" %}')


def test_a_field_ties_its_label_hint_and_error_to_the_control():
    html = rendered("{% field form.email %}", form=ContactForm({"email": "nonsense"}))
    assert '<label for="id_email">Contact email' in html
    assert 'id="id_email_helptext">Printed in the message.' in html
    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_email_error"' in html
    assert "Enter a valid email address." in html


def test_only_fields_that_may_stay_empty_say_so():
    form = ContactForm()
    assert "(optional)" in rendered("{% field form.title %}", form=form)
    assert "(optional)" not in rendered("{% field form.title optional=False %}", form=form)
    assert "(optional)" not in rendered("{% field form.name %}", form=form)


def test_choices_stand_in_a_fieldset_with_its_errors():
    html = rendered("{% field form.area %}", form=ContactForm({}))
    assert "<legend>Area</legend>" in html
    assert html.count('class="choice"') == 2
    assert 'aria-describedby="id_area_error"' in html


def test_a_checkbox_sits_inside_its_label_and_a_hidden_field_alone():
    assert '<label class="choice" for="id_enrolled">' in rendered("{% field form.enrolled %}", form=ContactForm())
    assert rendered("{% field form.draft %}", form=ContactForm()).startswith('<input type="hidden"')


def test_a_hint_given_in_the_template_is_escaped():
    html = rendered("{% field form.name hint=hint %}", form=ContactForm(), hint="<script>")
    assert "&lt;script&gt;" in html
    assert "id_name_helptext" in html


def test_the_summary_of_errors_leads_to_each_field():
    form = ContactForm({"email": "nonsense", "draft": "x"})
    html = rendered('{% include "components/form_errors.html" %}', form=form)
    assert '<a href="#id_name">Contact name: This field is required.</a>' in html
    assert '<a href="#id_area_0">Area: This field is required.</a>' in html
    assert rendered('{% include "components/form_errors.html" %}', form=ContactForm()) == ""


def test_domains_break_after_dots_and_at_signs_only_and_stay_harmless():
    assert rendered("{{ value|breakable }}", value="a.b@c<i>.d") == "a.<wbr>b@<wbr>c&lt;i&gt;.<wbr>d"
    assert rendered("{{ value|breakable }}", value="") == ""
