"""The pass as a picture for the phone's own gallery: white, the code large, readable without a network. No Django."""

import io
from datetime import date

import segno
from PIL import Image, ImageDraw, ImageFont

from registry.signing.passes import QR_VERSION

WIDTH, MARGIN = 1080, 60
CODE_PIXELS, SMALL_PIXELS = 128, 52


def card_png(text: str, code: str, plate: str, valid_until: date) -> bytes:
    """QR code, short code, the partly shown plate and the last day, as a PNG."""
    square = _qr(text)
    height = square.height + 2 * MARGIN + CODE_PIXELS + 2 * SMALL_PIXELS + 90
    card = Image.new("L", (WIDTH, height), 255)
    card.paste(square, ((WIDTH - square.width) // 2, MARGIN))
    top = MARGIN + square.height + 30
    _line(card, code, top, CODE_PIXELS)
    # Dots of a plate that is partly shown are in no font that comes along.
    _line(card, plate.replace("\u2022", "*"), top + CODE_PIXELS + 30, SMALL_PIXELS)
    _line(card, f"\u2264 {valid_until:%d.%m.%Y}", top + CODE_PIXELS + SMALL_PIXELS + 50, SMALL_PIXELS)
    written = io.BytesIO()
    card.save(written, "PNG", optimize=True)
    return written.getvalue()


def _qr(text: str) -> Image.Image:
    made = segno.make_qr(text, version=QR_VERSION, error="l", mode="alphanumeric", boost_error=True)
    drawn = io.BytesIO()
    side = (WIDTH - 2 * MARGIN) // made.symbol_size(border=4)[0]
    made.save(drawn, kind="png", scale=side, border=4)
    return Image.open(drawn).convert("L")


def _line(card: Image.Image, text: str, top: int, pixels: int) -> None:
    ImageDraw.Draw(card).text((WIDTH / 2, top), text, fill=0, anchor="ma", font=ImageFont.load_default(size=pixels))
