"""What lies in the storage of documents, whatever the database says of it."""

from collections.abc import Iterator

from django.core.files.storage import default_storage

FOLDER = "poe"  # where claims.models.document puts proof of execution


def stored_names(folder: str = FOLDER) -> Iterator[str]:
    """The name of every stored document; nothing when the storage is empty or not there yet."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for file in files:
        if file:  # S3 lists a folder that was made by hand as a file without a name
            yield f"{folder}/{file}"
    for each in folders:
        yield from stored_names(f"{folder}/{each}")
