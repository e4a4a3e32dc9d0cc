"""Listens to the customer."""
