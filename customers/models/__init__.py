"""Tables of the customer's side."""

from customers.models.catalogue import CatalogueSku, Product
from customers.models.consent import ConsentRequest
from customers.models.survey import SurveyAnswer
from customers.models.tenant import Subscription, Tenant, TenantDomain, TenantSku

__all__ = [
    "CatalogueSku",
    "ConsentRequest",
    "Product",
    "Subscription",
    "SurveyAnswer",
    "Tenant",
    "TenantDomain",
    "TenantSku",
]
