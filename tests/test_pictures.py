"""Photographs: what comes in is refused by name or drawn anew; nothing of the file itself comes out."""

import io
import time

import pytest
from PIL import Image

from registry import pictures
from tests.invented import snapshots as s


def code_of(raw: bytes) -> str:
    """Why it is refused; empty when it is taken."""
    try:
        pictures.read(raw)
    except pictures.BadPicture as error:
        return error.code
    return ""


def opened(raw: bytes) -> Image.Image:
    return Image.open(io.BytesIO(raw))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_of_each_kind_comes_out_as_a_small_jpeg_and_a_smaller_one(kind: str, record_property) -> None:
    made = pictures.read(s.saved(s.drawn(3000, 2000), kind))
    full, thumb = opened(made.full), opened(made.thumb)
    assert (full.format, thumb.format) == ("JPEG", "JPEG")
    assert (full.size, thumb.size) == ((1280, 853), (320, 213))
    assert (made.width, made.height) == full.size
    assert len(made.full) <= pictures.KEPT_BYTES
    assert len(made.thumb) <= pictures.THUMB_BYTES
    record_property("photo_bytes", len(made.full))


def test_a_photo_that_is_all_noise_still_fits() -> None:
    dice = Image.effect_noise((1600, 1200), 255).convert("RGB")
    made = pictures.read(s.saved(dice, quality=70))
    assert len(made.full) <= pictures.KEPT_BYTES
    assert len(made.thumb) <= pictures.THUMB_BYTES


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_that_the_camera_wrote_comes_out(kind: str) -> None:
    raw = s.told(kind=kind)
    assert s.PLANTED.encode() in raw
    assert opened(raw).getexif().get_ifd(0x8825)
    made = pictures.read(raw)
    for written in (made.full, made.thumb):
        out = opened(written)
        assert not out.getexif()
        assert set(out.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert s.PLANTED.encode() not in written
        assert b"Exif" not in written


def test_control_pillow_alone_would_keep_the_place() -> None:
    kept = s.saved(opened(s.told()), exif=opened(s.told()).getexif())
    assert opened(kept).getexif().get_ifd(0x8825)


def test_a_photo_that_lies_on_its_side_stands_up() -> None:
    made = pictures.read(s.told(640, 480))
    assert (made.width, made.height) == (480, 640)


def test_what_is_transparent_is_white() -> None:
    glass = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    out = opened(pictures.read(s.saved(glass, "PNG")).full)
    assert min(out.getpixel((200, 150))) > 250


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1"])
def test_other_ways_to_write_colors_are_read(mode: str) -> None:
    kind = "JPEG" if mode in ("L", "CMYK") else "PNG"
    assert opened(pictures.read(s.saved(s.drawn(mode=mode), kind)).full).mode == "RGB"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "picture_empty"),
        (s.SVG, "picture_type"),
        (s.HTML, "picture_type"),
        (b"GIF89a" + s.jpeg(), "picture_type"),
        (b"%PDF-1.7\n" + s.jpeg(), "picture_type"),
        (b"BM" + bytes(400), "picture_type"),
        (b"RIFF\0\0\0\0AVI " + bytes(400), "picture_type"),
        (b"\xff\xd8\xff" + s.HTML, "picture_broken"),
        (b"\x89PNG\r\n\x1a\n" + s.SVG, "picture_broken"),
        (s.jpeg()[:4000], "picture_broken"),
        (s.saved(s.drawn(), "PNG")[:-400], "picture_broken"),
        (s.jpeg(640, 100), "picture_too_small"),
        (s.jpeg(60, 60), "picture_too_small"),
        (s.jpeg() + bytes(pictures.LARGEST_BYTES), "picture_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_everything_else_is_refused_by_name(raw: bytes, code: str) -> None:
    assert code_of(raw) == code


@pytest.mark.parametrize(("width", "height"), [(5000, 5000), (12_000, 12_000), (20_000, 20_000)])
def test_a_picture_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(width: int, height: int) -> None:
    raw = s.bomb(width, height)
    assert len(raw) < pictures.LARGEST_BYTES
    started = time.process_time()
    assert code_of(raw) == "picture_too_many_pixels"
    assert time.process_time() - started < 1


def test_control_without_the_limit_a_bomb_is_unpacked(monkeypatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS_WHOLE", 10**12)
    assert code_of(s.bomb(5000, 5000)) == ""


def test_a_page_behind_a_photo_does_not_come_out() -> None:
    """A file that is two things at once: a JPEG to us, a page to a browser that guesses."""
    raw = s.jpeg() + s.HTML + s.SVG
    made = pictures.read(raw)
    assert b"script" not in made.full + made.thumb
    assert made.full.endswith(b"\xff\xd9")


def test_no_altered_byte_brings_anything_but_a_photo_or_a_refusal() -> None:
    whole = bytearray(s.jpeg(320, 240))
    for at in range(0, len(whole), 97):
        altered = bytes(whole[:at]) + bytes([whole[at] ^ 0xFF]) + bytes(whole[at + 1 :])
        assert code_of(altered) in ("", *pictures.CODES)
