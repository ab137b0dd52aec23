"""Forty pictures of passes as bad cameras see them: at least 32 are read, and none is read as something else."""

import base64
from collections import Counter

import pytest

from tests.phone.degraded import EACH, KINDS, photos
from tests.phone.gate_modules import Modules
from tests.signing.forge import good

pytestmark = [pytest.mark.browser, pytest.mark.slow]
READ_AT_LEAST = 32
PASSES = [*(good(index=index) for index in range(30_000, 30_006)), good(vehicle=None, plate=None)]
# As the camera's loop and the photograph's reader do it, in the worker.
READ = """async (m, [jpeg, ways]) => {
  const blob = new Blob([Uint8Array.from(atob(jpeg), (letter) => letter.charCodeAt(0))], { type: "image/jpeg" });
  const bitmap = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(bitmap, 0, 0);
  return m.reading.read(pen.getImageData(0, 0, canvas.width, canvas.height), 0, ways);
}"""


def test_thirty_two_of_forty_bad_pictures_are_read_and_none_is_misread(chrome, record_property):
    modules = Modules(chrome)
    read, plainly = Counter(), Counter()
    misread = []
    for photo in photos(PASSES):
        jpeg = base64.b64encode(photo.jpeg).decode()
        first = modules.call(READ, [jpeg, 1])
        found = first or modules.call(READ, [jpeg, 9])
        misread += [(photo.kind, photo.number)] if found not in (None, photo.text) else []
        read[photo.kind] += found == photo.text
        plainly[photo.kind] += first == photo.text
    modules.close()
    for kind in KINDS:
        print(f"{kind}: {read[kind]} of {EACH} read, {plainly[kind]} of them as they are")
        record_property(f"read_{kind.replace(' ', '_')}", read[kind])
    record_property("pictures", EACH * len(KINDS))
    record_property("read", read.total())
    record_property("misread", len(misread))
    assert (EACH * len(KINDS), misread) == (40, [])
    assert read.total() >= READ_AT_LEAST
    # The control: without the ways that make a picture easier, fewer of them are read.
    assert plainly.total() < read.total()


def test_the_ways_are_as_many_as_the_test_tries(chrome):
    modules = Modules(chrome)
    count = modules.page.evaluate("import('/static/registry/app/gate/ways.js').then((m) => m.WAYS.length)")
    modules.close()
    assert count == 9
