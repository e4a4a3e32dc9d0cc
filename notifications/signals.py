"""What becomes of mail, told to the rooms that sent it: mail knows nothing of claims or consent."""

from django.dispatch import Signal

# Sent with ``send`` inside the transaction that writes what became of a mail. Arguments: mail (OutgoingEmail as it now
# stands), fate (notifications.fates.Fate), at (datetime: when it happened), reason (str, for people).
mail_moved = Signal()
