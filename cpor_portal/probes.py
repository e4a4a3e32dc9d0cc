"""Probes of what belongs to no room: the store of documents, and the scanner for malware."""

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kit.scanning import Scanner
from operations.health import Answer, declare_probe


def declare_probes() -> None:
    """Called once, when the portal starts."""
    says = _("Where uploaded documents are kept.")
    declare_probe("storage", storage_answers, says=says, needed_by="work", keep_seconds=10)
    says = _("Looks for malware in documents before they are kept. Without an answer no document is taken.")
    declare_probe("scanner", scanner_answers, says=says, needed_by="work", keep_seconds=10)


def storage_answers() -> Answer:
    """Looks for a file that is not there: one request to the store, nothing written."""
    default_storage.exists("is-the-store-there")
    return Answer("ok")


def scanner_answers() -> Answer:
    """Asks the scanner how old its signatures are: with old ones it finds little. An installation without one is ready too."""
    if not settings.CLAMD_URL:
        return Answer("not installed")
    made_at = Scanner(settings.CLAMD_URL, seconds=1.5).signatures_made_at()
    if made_at is None:
        return Answer("no signatures", well=False)
    days = max(0, (timezone.now() - made_at).days)
    if days > settings.CLAMD_SIGNATURE_DAYS:
        return Answer("old signatures", well=False, facts={"signature_days": days})
    return Answer("ok", facts={"signature_days": days})
