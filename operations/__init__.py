"""What operators need: sweeps that are seen, health, metrics. Rooms register with it; it knows none of them."""
