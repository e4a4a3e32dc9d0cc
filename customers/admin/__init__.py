"""Staff's doors to the catalogue and the customer directory."""

from customers.admin import catalogue, tenants

__all__ = ["catalogue", "tenants"]
