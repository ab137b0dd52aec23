"""Pictures of passes as a bad camera in the cold sees them: blurred, glaring, from the side, in the dark; seeded."""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import segno
from PIL import Image, ImageFilter

from registry.signing.passes import QR_VERSION

WIDTH, HEIGHT = 960, 720
QUIET = 4
EACH = 10
Pixels = np.ndarray
Rng = np.random.Generator


@dataclass(frozen=True)
class Photo:
    """One picture, what it does to a reader, and what the code says."""

    kind: str
    number: int
    text: str
    jpeg: bytes


def photos(texts: list[str]) -> list[Photo]:
    """Ten pictures of each kind, of these passes in turn; the same ones each time."""
    found = []
    for kind, spoil in KINDS.items():
        for number in range(EACH):
            rng = np.random.default_rng([2022, sorted(KINDS).index(kind), number])
            text = texts[(number + len(found)) % len(texts)]
            found.append(Photo(kind, number, text, as_jpeg(spoil(text, rng, number / (EACH - 1)), rng)))
    return found


def code(text: str, module: int) -> Image.Image:
    """The pass as the registry draws it: 49 x 49 modules, as much error correction as fits."""
    drawn = segno.make_qr(text, version=QR_VERSION, error="l", mode="alphanumeric", boost_error=True)
    rows = np.array([list(row) for row in drawn.matrix], dtype=np.uint8)
    assert rows.shape == (49, 49)
    framed = np.pad(1 - rows, QUIET, constant_values=1).astype(np.uint8) * 255
    return Image.fromarray(np.kron(framed, np.ones((module, module), dtype=np.uint8)))


def scene(text: str, rng: Rng, share: float, tilt: float = 0, turn: float | None = None) -> tuple[Pixels, float]:
    """The code held before a camera: its paper takes ``share`` of the height; also how many pixels a module has.

    ``tilt`` is the angle in degrees at which the paper leans away; ``turn`` how it is turned in the plane.
    """
    flat = code(text, 8)
    side = flat.size[0]
    turn = rng.uniform(-12, 12) if turn is None else turn
    corners = _seen(share * HEIGHT, tilt, turn, rng)
    table = _table(rng)
    paper = flat.transform((WIDTH, HEIGHT), Image.Transform.PERSPECTIVE, _maps(corners, side), Image.Resampling.BICUBIC)
    mask = Image.new("L", flat.size, 255).transform(
        (WIDTH, HEIGHT), Image.Transform.PERSPECTIVE, _maps(corners, side), Image.Resampling.BILINEAR
    )
    # No print is as black and no paper as white as the numbers.
    printed = 28 + np.asarray(paper, dtype=float) * (225 - 28) / 255
    cover = np.asarray(mask, dtype=float) / 255
    return table * (1 - cover) + printed * cover, share * HEIGHT / (49 + 2 * QUIET)


def _table(rng: Rng) -> Pixels:
    """What is behind the paper: uneven and grey."""
    coarse = Image.fromarray(rng.integers(60, 190, (9, 12), dtype=np.uint8))
    return np.asarray(coarse.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), dtype=float)


def _seen(side: float, tilt: float, turn: float, rng: Rng) -> list[tuple[float, float]]:
    """Where the corners of a square of this side come to lie, seen from three sides away."""
    lean, around, away = math.radians(tilt), math.radians(turn), 3 * side
    axis = rng.uniform(0, 2 * math.pi)
    middle = (WIDTH / 2 + rng.uniform(-30, 30), HEIGHT / 2 + rng.uniform(-15, 15))
    found = []
    for x, y in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)):
        a, b = x * math.cos(around) - y * math.sin(around), x * math.sin(around) + y * math.cos(around)
        along, across = a * math.cos(axis) + b * math.sin(axis), -a * math.sin(axis) + b * math.cos(axis)
        depth = away / (away + across * side * math.sin(lean))
        across *= math.cos(lean)
        a, b = along * math.cos(axis) - across * math.sin(axis), along * math.sin(axis) + across * math.cos(axis)
        found.append((middle[0] + a * side * depth, middle[1] + b * side * depth))
    return found


def _maps(corners: list[tuple[float, float]], side: int) -> list[float]:
    """The eight numbers with which Pillow finds the place in the flat picture for each place in the frame."""
    flat = ((0, 0), (side, 0), (side, side), (0, side))
    rows, wanted = [], []
    for (x, y), (u, v) in zip(corners, flat, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return list(np.linalg.solve(np.array(rows), np.array(wanted, dtype=float)))


def blurred(text: str, rng: Rng, hard: float) -> Pixels:
    """Out of focus, or shaken while it was taken."""
    seen, module = scene(text, rng, rng.uniform(0.6, 0.85))
    if rng.random() < 0.5:
        return _soft(seen, module * (0.35 + 0.45 * hard)) + rng.normal(0, 3, seen.shape)
    return _shaken(seen, module * (0.6 + 1.0 * hard), rng.uniform(0, math.pi)) + rng.normal(0, 3, seen.shape)


def _soft(seen: Pixels, sigma: float) -> Pixels:
    return np.asarray(_image(seen).filter(ImageFilter.GaussianBlur(sigma)), dtype=float)


def _shaken(seen: Pixels, length: float, angle: float) -> Pixels:
    steps = max(2, round(length * 2))
    moved = [
        np.roll(seen, (round(math.sin(angle) * at), round(math.cos(angle) * at)), (0, 1))
        for at in np.linspace(-length / 2, length / 2, steps)
    ]
    return np.mean(moved, axis=0)


def glaring(text: str, rng: Rng, hard: float) -> Pixels:
    """A lamp on shiny paper, and half of it in a shadow."""
    seen, module = scene(text, rng, rng.uniform(0.55, 0.8))
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    edge = rng.uniform(0, 2 * math.pi)
    side = (x - WIDTH / 2) * math.cos(edge) + (y - HEIGHT / 2) * math.sin(edge)
    seen = seen * (1 - (0.25 + 0.4 * hard) / (1 + np.exp(-side / (2 * module))))
    for _ in range(rng.integers(1, 3)):
        wide = module * rng.uniform(5, 9)
        middle = (HEIGHT / 2 + rng.normal(0, 9 * module), WIDTH / 2 + rng.normal(0, 9 * module))
        lamp = np.exp(-(((y - middle[0]) / wide) ** 2 + ((x - middle[1]) / (wide * rng.uniform(0.6, 1.6))) ** 2))
        light = np.clip(lamp * (0.75 + 0.3 * hard), 0, 1)
        seen = seen * (1 - light) + 255 * light
    return _soft(seen, module * 0.15) + rng.normal(0, 3, seen.shape)


def leaning(text: str, rng: Rng, hard: float) -> Pixels:
    """Held at an angle and turned any way round."""
    seen, module = scene(text, rng, rng.uniform(0.75, 0.85), tilt=25 + 30 * hard, turn=rng.uniform(0, 360))
    return _soft(seen, module * 0.18) + rng.normal(0, 4, seen.shape)


def dark(text: str, rng: Rng, hard: float) -> Pixels:
    """By the light of the moon: little of it, and a sensor that makes up the rest."""
    seen, module = scene(text, rng, rng.uniform(0.55, 0.8))
    little = _soft(seen, module * 0.2) * (0.22 - 0.15 * hard)
    grain = rng.normal(0, 2 + 2.5 * hard, seen.shape)
    return little + grain + 6


KINDS: dict[str, Callable[[str, Rng, float], Pixels]] = {
    "blur": blurred,
    "glare": glaring,
    "angle": leaning,
    "low light": dark,
}


def _image(pixels: Pixels) -> Image.Image:
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def as_jpeg(pixels: Pixels, rng: Rng) -> bytes:
    """As a phone's camera would store it, in grey."""
    kept = io.BytesIO()
    _image(pixels).save(kept, "JPEG", quality=int(rng.integers(55, 85)))
    return kept.getvalue()
