"""What pages show of a person's calendar of deadlines."""

from django import template

from claims.calendar_feed import address_of
from notifications.models import FeedAddress
from partners.models import Membership

register = template.Library()


@register.simple_tag
def current_feed_address(membership: Membership) -> FeedAddress | None:
    """The person's working calendar address for its organisation, if there is one. One query."""
    return address_of(membership)
