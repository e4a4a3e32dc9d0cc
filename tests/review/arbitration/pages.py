"""Addresses of cases, and the decision form as a browser would send it."""

from django.urls import reverse

HOSTILE = "<script>alert(1)</script> & «x» {{ 1 }}"


def at(name, case, *more):
    return reverse(f"admin:review-{name}", args=[case.pk, *more])


def text_of(response):
    return response.content.decode()


def typed(desk, case, winner, **more):
    """The decision form as the browser would send it, with one party selected everywhere."""
    page = desk.get(at("case-decide", case))
    form = page.context["form"]
    party = next(column.party for column in page.context["page"].columns if column.claim.pk == winner.pk)
    data = {"seen": page.context["seen"], "reason": "It is newer and signed."}
    data |= {f"item_{item.pk}": party.pk for item in page.context["page"].items}
    letters = [each[key] for each in form.parties() for key in ("letter", "selected")]
    data |= {letter.html_name: letter.value() for letter in letters}
    return data | more


ALL = [("cases", "get"), ("case", "get"), ("case-take", "post"), ("case-release", "post"), ("case-score", "post"),
       ("case-ask", "post"), ("case-decide", "post"), ("case-settle", "post")]  # fmt: skip


def address(name, case):
    if name == "cases":
        return reverse("admin:review-cases")
    more = {"case-score": [case.parties.first().pk], "case-settle": [0]}.get(name, [])
    return at(name, case, *more)
