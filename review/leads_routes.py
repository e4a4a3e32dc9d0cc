"""Addresses of the leads' pages, the second looks and the mail settings below the desk: route, view, name."""

from review.views import deadlines, leads, messages, notifications, operations, second_looks

ROUTES = (
    ("leads/", leads.leads, "leads"),
    ("leads/export/", leads.export, "leads-export"),
    ("deadlines/", deadlines.deadlines, "deadlines"),
    ("operations/", operations.operations, "operations"),
    ("messages/", messages.messages, "messages"),
    ("messages/<slug:code>/", messages.message, "message"),
    ("messages/<slug:code>/<int:number>/", messages.message_html, "message-html"),
    ("notification-settings/", notifications.notifications, "notifications"),
    ("second-looks/", second_looks.second_looks, "second-looks"),
    ("second-looks/<int:look_id>/", second_looks.second_look, "second-look"),
    ("second-looks/<int:look_id>/answer/", second_looks.answer, "second-look-answer"),
)
