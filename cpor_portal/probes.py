"""Probes of what belongs to no room: the store of documents, and the scanner that is not there."""

from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from operations.health import Answer, declare_probe


def declare_probes() -> None:
    """Called once, when the portal starts."""
    says = _("Where uploaded documents are kept.")
    declare_probe("storage", storage_answers, says=says, needed_by="work", keep_seconds=10)
    declare_probe("scanner", scanner_answers, says=_("Would look for malware in documents. The portal has none yet."))


def storage_answers() -> Answer:
    """Looks for a file that is not there: one request to the store, nothing written."""
    default_storage.exists("is-the-store-there")
    return Answer("ok")


def scanner_answers() -> Answer:
    """The portal has no malware scanner. It says so, and is ready all the same."""
    return Answer("not installed")
