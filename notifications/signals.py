"""What becomes of mail, told to the rooms that sent it: mail knows nothing of claims or consent."""

from django.dispatch import Signal

# Sent with ``send`` inside the transaction that writes what became of a mail. Arguments: mail (OutgoingEmail as it now
# stands), fate (notifications.fates.Fate), at (datetime: when it happened), reason (str, for
# people), about_recipient (bool: it failed or came back because of its recipient or content. When it is False, a mail
# that failed did so by trouble of the portal's own, and ``reason`` is for staff alone).
mail_moved = Signal()
