"""The pictures of docs/screens.md: each screen at 360 x 740 in English, drawn by the tests that walk through them.

`make screens` names the folder in SCREENS; without it a test only says which screen it is at.
"""

import io
import os
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
FOLDER, PAGE = ROOT / "docs" / "screens", ROOT / "docs" / "screens.md"
SIZE = {"width": 360, "height": 740}
COLORS = 128
HEAD = """# Screens

Each screen of a phone at 360 x 740, in English, with invented people. `make screens` draws them anew: the pictures are
made by the tests that walk through the screens, which fail for a screen that is missing here.
"""
SCREENS = {
    "The app of volunteers": {
        "app-sign-in": "Signing in",
        "app-zone": "Choosing the zone",
        "app-home": "Home: what waits, what is late",
        "app-shift": "The shift and its tally",
        "app-register-who": "Registering: who they are, twice in two languages",
        "app-register-what": "Registering: what they need",
        "app-register-asked": "Registering: what they ask for",
        "app-registered-offline": "Registered without a network: a number on paper",
        "app-registered-list": "Everybody whom this phone has registered",
        "app-household": "A household: a child alone",
        "app-proposals": "What fits, and why",
        "app-family": "The family's page, in their language: they choose",
        "app-chosen": "The family has chosen",
        "app-waiting": "Who waits",
        "app-leaving": "Who leaves",
        "app-road": "Who is on the road",
        "app-journey": "A journey that is late, and what to do next",
        "app-concern": "A concern",
        "app-alarms": "Alarms",
        "app-hand-over": "Handing the shift over",
        "app-take-over": "Taking it over",
        "app-queue": "What was entered: sent, refused with the reason, waiting",
        "app-account": "The account, the languages, the night",
    },
    "The gate": {
        "gate-scan": "Scanning the driver's pass",
        "gate-code": "The short code, where there is no camera",
        "gate-plate": "The plate, typed from the car",
        "gate-count": "Counting heads",
        "gate-ask": "Before the answer",
        "gate-go": "GO: the server's word",
        "gate-stop": "STOP, and why",
        "gate-good": "Without a network: the pass is good, the journey is not checked",
        "gate-unknown": "Without a network: not checked",
        "gate-stale": "Looking at any pass, without a journey; the age of the list stands below",
    },
    "The household's pages": {
        "mine-enter": "The code of the slip",
        "mine-proposed": "A proposal: choose or refuse",
        "mine-confirmed": "Who drives us",
        "mine-departed": "On the way: safe, or something is wrong",
        "mine-arrived-words": "Six pictures: any but their own calls for help in silence",
        "mine-worry": "Something is wrong",
        "mine-halted": "Halted: stay where people are",
        "mine-print": "Everything on paper, or as one text message",
        "mine-way": "The way to a safe zone",
        "mine-follow": "Somebody whom they trust follows the journey",
        "mine-slip": "The slip",
    },
    "Drivers and hosts": {
        "provider-join": "Joining",
        "provider-bring": "What to bring",
        "provider-form": "The form",
        "provider-status": "What is missing, and until when it holds",
        "provider-start": "Everything of one's own",
        "provider-photo": "A photograph of the car",
        "provider-journey": "A journey: yes, here, cannot, arrived",
        "provider-cannot": "Cannot come",
        "provider-pass": "The pass, on the whole screen",
    },
    "Everybody": {
        "public-landing": "The landing page",
        "public-check": "Is this driver verified?",
        "public-login": "Signing in",
    },
}
NAMES = {name for part in SCREENS.values() for name in part}


def at(page: Any, name: str) -> None:
    """The screen that the page shows now; its picture is kept when it is in English and pictures are wanted."""
    assert name in NAMES, f"{name} is not in docs/screens.md"
    wanted = os.environ.get("SCREENS")
    if not wanted or page.evaluate("document.documentElement.lang") != "en":
        return
    before = page.viewport_size
    page.set_viewport_size(SIZE)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(300)
    drawn = Image.open(io.BytesIO(page.screenshot()))
    page.set_viewport_size(before)
    assert drawn.size == tuple(SIZE.values())
    Path(wanted).mkdir(parents=True, exist_ok=True)
    few = drawn.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    few.save(Path(wanted) / f"{name}.png", optimize=True)


def written() -> str:
    """docs/screens.md."""
    parts = [HEAD]
    for title, screens in SCREENS.items():
        parts.append(f"\n## {title}\n")
        parts += [
            f'\n### {said}\n\n<img src="screens/{name}.png" width="360" alt="{said}">\n'
            for name, said in screens.items()
        ]
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(written(), "utf-8")
