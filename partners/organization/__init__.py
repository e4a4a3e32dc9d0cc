"""Organisation settings: preferred contact, people, invitations, and the list of changes (Q34)."""
