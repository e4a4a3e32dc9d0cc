"""The sample data of the demo: partners, customers, and a year of claims played through the real rules."""
