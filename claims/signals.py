"""The signals of this room. The reviewers' desk follows the moves of claims (cases of rivals, samples of decisions,
assignments), and claims must not know the desk: a call upwards would turn the house over.
"""

from django.dispatch import Signal

# Sent by ``lifecycle.perform`` inside its transaction with ``claim`` and ``event``; a receiver that fails undoes the move.
claim_moved = Signal()

# Sent inside the transaction with ``claim`` and ``now`` when the products of a claim change while its status stays: some
# were not approved, or lost, or edited.
products_changed = Signal()

# Sent inside the transaction with ``claim`` and ``event`` when the message to the customer reached nobody, or could not be
# sent, or reached the wrong person, whether that one named the right one (the event is HAND_OVER then) or not: the status
# stays, and the desk tells the reviewer who decided.
customer_not_reached = Signal()
