"""Staff's doors to the catalogue and the customer directory."""

from customers.admin import catalogue, surveys, tenants

__all__ = ["catalogue", "surveys", "tenants"]
