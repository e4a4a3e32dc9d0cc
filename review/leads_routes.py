"""Addresses of the leads' page and the second looks below the desk: route, view, name."""

from review.views import leads, second_looks

ROUTES = (
    ("leads/", leads.leads, "leads"),
    ("leads/export/", leads.export, "leads-export"),
    ("second-looks/", second_looks.second_looks, "second-looks"),
    ("second-looks/<int:look_id>/", second_looks.second_look, "second-look"),
    ("second-looks/<int:look_id>/answer/", second_looks.answer, "second-look-answer"),
)
