"""Tables of the customer's side."""

from customers.models.catalogue import CatalogueSku, Product
from customers.models.consent import AccessCode, ConsentEvent, ConsentItem, ConsentLink, ConsentRequest
from customers.models.survey import SurveyAnswer
from customers.models.tenant import Subscription, Tenant, TenantDomain, TenantSku

__all__ = [
    "AccessCode",
    "CatalogueSku",
    "ConsentEvent",
    "ConsentItem",
    "ConsentLink",
    "ConsentRequest",
    "Product",
    "Subscription",
    "SurveyAnswer",
    "Tenant",
    "TenantDomain",
    "TenantSku",
]
