"""Photographs made safe: decoded within limits and drawn anew, so that nothing of the file itself survives. No Django.

What leaves is a plain JPEG of our own making: no EXIF, no place, no profile, no comment, nothing behind its end.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageOps

LARGEST_BYTES = 6 * 1024 * 1024
# Of a JPEG, which is read at a fraction of its size; anything else is unpacked whole, four bytes a pixel.
MOST_PIXELS, MOST_PIXELS_WHOLE = 52_000_000, 16_000_000
SHORTEST_SIDE = 240
LONGEST_SIDE, THUMB_SIDE = 1280, 320
KEPT_BYTES, THUMB_BYTES = 80 * 1024, 20 * 1024
_QUALITIES = (82, 74, 66, 58, 50, 42, 34)
_SHRINK = 0.8
# The first bytes say what a file is; its name and its Content-Type say what somebody wants it to be.
_SIGNS = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"RIFF", "WEBP"))
CODES = (
    "picture_empty",
    "picture_too_large",
    "picture_type",
    "picture_too_many_pixels",
    "picture_too_small",
    "picture_broken",
)
# Pillow's own limit, beyond which it does not even begin.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class BadPicture(ValueError):
    """Not a photograph that is kept; ``code`` is one of CODES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph as it is kept: two JPEGs, and the size of the larger."""

    full: bytes
    thumb: bytes
    width: int
    height: int


def read(raw: bytes) -> Picture:
    """The photograph in these bytes, small and clean; BadPicture for everything else."""
    kind = _kind_of(raw)
    try:
        plain = _decoded(raw, kind)
    except BadPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadPicture("picture_too_many_pixels") from None
    except Exception:  # noqa: BLE001 (a decoder that is lied to may fail in any way)
        raise BadPicture("picture_broken") from None
    full = _jpeg(_fitted(plain, LONGEST_SIDE), KEPT_BYTES)
    thumb = _jpeg(_fitted(plain, THUMB_SIDE), THUMB_BYTES)
    return Picture(full.data, thumb.data, *full.size)


def _kind_of(raw: bytes) -> str:
    if not raw:
        raise BadPicture("picture_empty")
    if len(raw) > LARGEST_BYTES:
        raise BadPicture("picture_too_large")
    kind = next((kind for sign, kind in _SIGNS if raw.startswith(sign)), "")
    if not kind or (kind == "WEBP" and raw[8:12] != b"WEBP"):
        raise BadPicture("picture_type")
    return kind


def _decoded(raw: bytes, kind: str) -> Image.Image:
    """The first frame, upright, in red, green and blue, in memory of its own."""
    if kind == "PNG":
        # Every chunk's checksum; a picture that was verified must be opened again.
        with Image.open(io.BytesIO(raw), formats=[kind]) as looked_at:
            looked_at.verify()
    with Image.open(io.BytesIO(raw), formats=[kind]) as opened:
        _refuse_size(opened, kind)
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        opened.load()
        return _flat(ImageOps.exif_transpose(opened))


def _refuse_size(opened: Image.Image, kind: str) -> None:
    whole = kind != "JPEG" or bool(opened.info.get("progressive"))
    if opened.width * opened.height > (MOST_PIXELS_WHOLE if whole else MOST_PIXELS):
        raise BadPicture("picture_too_many_pixels")
    if min(opened.size) < SHORTEST_SIDE:
        raise BadPicture("picture_too_small")


def _flat(picture: Image.Image) -> Image.Image:
    """Only the pixels, on white where they are transparent: a new picture knows nothing of the file."""
    clean = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        clean.paste(seen, mask=seen.getchannel("A"))
    else:
        clean.paste(picture.convert("RGB"))
    return clean


def _fitted(picture: Image.Image, side: int) -> Image.Image:
    small = picture.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    return small


@dataclass(frozen=True, slots=True)
class _Written:
    data: bytes
    size: tuple[int, int]


def _jpeg(picture: Image.Image, most: int) -> _Written:
    """The best JPEG of at most so many bytes; a picture that does not fit at any quality is made smaller."""
    for data in _tries(picture):
        if len(data) <= most:
            return _Written(data, picture.size)
    smaller = (max(1, int(picture.width * _SHRINK)), max(1, int(picture.height * _SHRINK)))
    return _jpeg(picture.resize(smaller, Image.Resampling.LANCZOS), most)


def _tries(picture: Image.Image) -> Iterator[bytes]:
    for quality in _QUALITIES:
        written = io.BytesIO()
        picture.save(written, "JPEG", quality=quality, optimize=True)
        yield written.getvalue()
