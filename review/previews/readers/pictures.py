"""Pictures: decoded, turned upright, made small and encoded anew, so that nothing but pixels is left of them."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from review.previews.limits import MAX_IMAGE, MAX_PIXELS, MAX_SIDE
from review.previews.readers.findings import Found, Unreadable, page_within

FORMATS = {"png": "PNG", "jpg": "JPEG", "gif": "GIF", "tif": "TIFF", "bmp": "BMP"}
_QUALITIES = ((1.0, 85), (1.0, 60), (0.7, 50), (0.4, 40))
Image.MAX_IMAGE_PIXELS = None  # judged below: a scan may be larger than the library's default, a bomb may not


def read(data: bytes, *, page: int, kind: str) -> Found:
    """Show one picture of the file; several in a TIFF or GIF are its pages.

    Raises Unreadable when the file is damaged, or unpacks to more pixels than a preview may have.
    """
    try:
        with Image.open(io.BytesIO(data), formats=[FORMATS[kind]]) as picture:
            pages = max(1, int(getattr(picture, "n_frames", 1)))
            number = page_within(page, pages)
            if number > 1:
                picture.seek(number - 1)
            if kind == "jpg":
                picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
            if picture.width * picture.height > MAX_PIXELS:
                raise Unreadable("too_large")
            image, width, height = as_webp(picture)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError, TypeError, EOFError) as error:
        raise Unreadable("damaged") from error
    return Found(page=number, pages=pages, image=image, width=width, height=height)


def as_webp(picture: Image.Image) -> tuple[bytes, int, int]:
    """Encode the pixels alone as WebP of at most 1600 pixels and 1 MB: upright, on white, without any metadata."""
    small = _eight_bits(picture)
    small.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)
    upright = ImageOps.exif_transpose(small)
    plain = Image.new("RGB", upright.size, "white")
    if "A" in upright.getbands():
        plain.paste(upright, mask=upright.getchannel("A"))
    else:
        plain.paste(upright.convert("RGB"))
    for share, quality in _QUALITIES:
        shown = plain if share == 1.0 else plain.resize(
            (max(1, int(plain.width * share)), max(1, int(plain.height * share)))
        )  # fmt: skip
        out = io.BytesIO()
        shown.save(out, "WEBP", quality=quality, method=2)
        if out.tell() <= MAX_IMAGE:
            return out.getvalue(), shown.width, shown.height
    raise Unreadable("too_large")


def _eight_bits(picture: Image.Image) -> Image.Image:
    """The picture in a mode that can be made smaller smoothly; deep gray values are scaled, not cut off."""
    if picture.mode.startswith("I") or picture.mode == "F":
        whole = picture.convert("F")
        found = whole.getextrema()[1]
        high = 65_535.0 if picture.mode.startswith("I;16") or isinstance(found, tuple) else float(found)
        factor = 255 / high if high > 255 else 1.0
        return whole.point(lambda value: value * factor).convert("L")
    if picture.mode in {"P", "PA", "LA", "RGBa", "La"} or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture.convert("L") if picture.mode == "1" else picture
