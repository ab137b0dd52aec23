"""docs/screens.md shows every screen, each as the tests have drawn it."""

import ast
from pathlib import Path

from PIL import Image

from tests.browser import screens

TESTS = Path(__file__).parent


def walked() -> set[str]:
    """The names that the tests say they are at."""
    found = set()
    for path in [*TESTS.glob("browser/test_*.py"), *TESTS.glob("phone/test_*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and node.value in screens.NAMES:
                found.add(node.value)
    return found


def test_every_screen_is_walked_through_by_a_test() -> None:
    assert walked() == screens.NAMES


def test_the_page_shows_each_screen_at_the_size_of_a_phone() -> None:
    assert screens.PAGE.read_text("utf-8") == screens.written()
    assert {path.stem for path in screens.FOLDER.glob("*.png")} == screens.NAMES
    for name in screens.NAMES:
        with Image.open(screens.FOLDER / f"{name}.png") as drawn:
            assert drawn.size == tuple(screens.SIZE.values()), name
