"""Draws the app's icons from the mark: `python tools/app_icons.py`."""

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parent.parent / "registry" / "static" / "registry" / "img"
BRAND, WHITE, CLEAR = (15, 76, 117, 255), (255, 255, 255, 255), (0, 0, 0, 0)
FINER = 8
# The mark's square has 48 units; a maskable icon keeps it inside of the circle that every launcher shows.
UNITS = 48
Point = tuple[float, float]


def curve(start: Point, first: Point, second: Point, end: Point) -> list[Point]:
    """Points of a cubic curve."""
    found = []
    for step in range(1, 41):
        t, u = step / 40, 1 - step / 40
        weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
        corners = (start, first, second, end)
        found.append(
            (
                sum(w * p[0] for w, p in zip(weights, corners, strict=True)),
                sum(w * p[1] for w, p in zip(weights, corners, strict=True)),
            )
        )
    return found


SHIELD: list[Point] = [
    (24, 7),
    (39, 12.5),
    (39, 23.2),
    *curve((39, 23.2), (39, 32.2), (32.8, 38.5), (24, 41.5)),
    *curve((24, 41.5), (15.2, 38.5), (9, 32.2), (9, 23.2)),
    (9, 12.5),
]
HOUSE: list[Point] = [
    (15.5, 24.6),
    (24, 17),
    (32.5, 24.6),
    (32.5, 34),
    (26.9, 34),
    (26.9, 27.8),
    (21.1, 27.8),
    (21.1, 34),
    (15.5, 34),
]


def icon(pixels: int, *, maskable: bool) -> Image.Image:
    """The mark in a square; a maskable one is full to the edge and smaller inside."""
    side = pixels * FINER
    image = Image.new("RGBA", (side, side), BRAND if maskable else CLEAR)
    pen = ImageDraw.Draw(image)
    if not maskable:
        pen.rounded_rectangle((0, 0, side - 1, side - 1), radius=side * 11 / UNITS, fill=BRAND)
    scale = side / UNITS * (0.82 if maskable else 1)
    for shape, color in ((SHIELD, WHITE), (HOUSE, BRAND)):
        pen.polygon([((x - 24) * scale + side / 2, (y - 24) * scale + side / 2) for x, y in shape], fill=color)
    return image.resize((pixels, pixels), Image.Resampling.LANCZOS)


def main() -> None:
    """Write every icon."""
    for pixels in (192, 512):
        icon(pixels, maskable=False).save(FOLDER / f"icon-{pixels}.png", optimize=True)
        icon(pixels, maskable=True).save(FOLDER / f"icon-maskable-{pixels}.png", optimize=True)
    icon(180, maskable=True).convert("RGB").save(FOLDER / "icon-apple-180.png", optimize=True)
    print("icons: 5 written")


if __name__ == "__main__":
    main()
