"""What the list of notices needs to know of a notice."""

from django import template

from notifications.kinds import MessageKind, kind_of

register = template.Library()


@register.filter
def message_kind(code: str) -> MessageKind:
    """The kind of message behind a code: its icon, tone and words."""
    return kind_of(code)
