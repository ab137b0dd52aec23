"""How long a text is on a phone that knows only text messages: the alphabet of GSM 03.38, else UCS-2."""

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each of these takes the place of two.
_EXTENDED = "^{}\\[~]|€\f"
ONE_GSM, ONE_UCS2 = 160, 70


def is_gsm(text: str) -> bool:
    """Whether the old seven-bit alphabet is enough."""
    return all(letter in _BASIC or letter in _EXTENDED for letter in text)


def length(text: str) -> int:
    """The length as a phone counts it: septets, or units of two bytes."""
    if is_gsm(text):
        return sum(2 if letter in _EXTENDED else 1 for letter in text)
    return len(text.encode("utf-16-be")) // 2


def room(text: str) -> int:
    """How long a single message in the alphabet of this text may be."""
    return ONE_GSM if is_gsm(text) else ONE_UCS2


def is_single(text: str) -> bool:
    """Whether it goes as one message."""
    return length(text) <= room(text)
