"""The one call upwards: a customer denied, and the claim behind the request must end in the same transaction."""

from django.dispatch import Signal

# Sent with ``send`` inside the transaction of the denial. Arguments: consent (ConsentRequest), now (datetime).
# A receiver that raises RuleViolation undoes the denial.
consent_denied = Signal()
