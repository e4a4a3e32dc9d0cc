"""The addresses of cases at the desk; ``review.site`` mounts them for staff."""

from collections.abc import Callable

from django.http import HttpResponseBase

from review.views import case_decisions, cases

ROUTES: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
    ("cases/", cases.cases, "cases"),
    ("cases/<int:case_id>/", cases.case, "case"),
    ("cases/<int:case_id>/take/", cases.take, "case-take"),
    ("cases/<int:case_id>/release/", cases.release, "case-release"),
    ("cases/<int:case_id>/scores/<int:party_id>/", cases.score, "case-score"),
    ("cases/<int:case_id>/question/", cases.ask, "case-ask"),
    ("cases/<int:case_id>/decision/", case_decisions.compose, "case-decide"),
    ("cases/<int:case_id>/decision/<int:decision_id>/", case_decisions.settle, "case-settle"),
]
