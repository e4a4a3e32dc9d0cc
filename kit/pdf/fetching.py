"""What WeasyPrint may read while it draws a paper. Importing this loads the system libraries that only PDFs need."""

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from weasyprint.urls import URLFetcher, URLFetcherResponse

SCHEME = "picture:"
_KINDS = {".png": "image/png", ".svg": "image/svg+xml"}


class OwnPictures(URLFetcher):
    """Hands out pictures of our static files by ``picture:guide/name.png``, and refuses every other address.

    What somebody typed must never make the server read other files or call other hosts. A refusal stops the paper, so a
    picture that is missing is noticed instead of leaving a hole.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return the picture's bytes. Raises ValueError for anything that is not a picture of ours."""
        name = url.removeprefix(SCHEME)
        kind = _KINDS.get(Path(name).suffix)
        root = (settings.BASE_DIR / "static").resolve()
        path = (root / name).resolve()
        if name == url or kind is None or not path.is_relative_to(root) or not path.is_file():
            raise ValueError(f"not fetched: {url}")
        return URLFetcherResponse(url, body=path.read_bytes(), headers={"Content-Type": kind})
