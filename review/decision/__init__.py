"""Deciding on a claim at the desk: what follows from the products, what is sent, and what the partner would get."""
