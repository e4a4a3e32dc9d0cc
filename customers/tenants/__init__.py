"""The customer directory's import: a tenant as Microsoft Graph answers it."""

from customers.tenants.importing import TenantReport, import_tenant
from customers.tenants.reading import parse_json, read_file

__all__ = ["TenantReport", "import_tenant", "parse_json", "read_file"]
