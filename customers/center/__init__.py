"""The consent center: everything partners hold for a tenant, for whoever proves to have had the message (F7)."""
