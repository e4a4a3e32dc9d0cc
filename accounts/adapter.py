"""How sign-in behaves here: accounts are made by invitation or by staff, and its mails go through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class PortalAccountAdapter(DefaultAccountAdapter):
    """No self-registration: who may act for a partner is decided by the partner's incentive admin (Q34)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There is no user name; the address signs in."""
