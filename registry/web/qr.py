"""QR codes of addresses, drawn here: an inline SVG without size, style or script."""

import segno


def svg(text: str) -> str:
    """A QR code that still reads when a seventh of it is dirty or folded; not kept, for there is a code in it."""
    return str(segno.make_qr(text, error="m").svg_inline(omitsize=True, border=4, light="#fff"))
