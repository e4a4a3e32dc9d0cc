"""The pages of customers: behind the link of a message, in the consent center, and for everybody."""

from customers.views.open_pages import about_page, form_too_old, verify_page

__all__ = ["about_page", "form_too_old", "verify_page"]
