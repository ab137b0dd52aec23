"""Invented photographs: noise with a bright patch, as a camera, a thief or a fool would send them."""

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image

# Where the camera says that it was: 47.8486 north, 26.0714 east.
GPS = {1: "N", 2: (47.0, 50.0, 54.96), 3: "E", 4: (26.0, 4.0, 17.04)}
PLANTED = "Xerxescu-Plantata"


def drawn(width: int = 640, height: int = 480, seed: int = 1, mode: str = "RGB") -> Image.Image:
    """A picture that is no single color."""
    dice = random.Random(seed)
    small = Image.new("RGB", (max(8, width // 40), max(8, height // 40)))
    small.putdata(
        [(dice.randrange(256), dice.randrange(256), dice.randrange(256)) for _ in range(small.width * small.height)]
    )
    return small.resize((width, height), Image.Resampling.BILINEAR).convert(mode)


def saved(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """The bytes of a file of this kind."""
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def jpeg(width: int = 640, height: int = 480, seed: int = 1) -> bytes:
    """What a phone sends."""
    return saved(drawn(width, height, seed), quality=85)


def told(width: int = 640, height: int = 480, kind: str = "JPEG") -> bytes:
    """With everything that a camera writes into it: place, name, turned by a quarter, a preview, a comment."""
    picture = drawn(width, height)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x013B] = PLANTED
    exif[0x8298] = PLANTED
    exif.get_ifd(0x8825).update(GPS)
    more = {"comment": PLANTED.encode()} if kind == "JPEG" else {}
    return saved(picture, kind, exif=exif, icc_profile=b"icc" + PLANTED.encode(), **more)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it is so large, and is: all of one color."""
    rows = zlib.compress((b"\0" + bytes(width // 8 + 1)) * height, 9)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
