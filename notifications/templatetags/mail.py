"""Filters for mail templates."""

from django import template

from notifications.rendering import one_line

register = template.Library()
register.filter(one_line)
