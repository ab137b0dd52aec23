"""Looks for planted words wherever a browser may keep something: what scripts see, and the profile's files."""

from pathlib import Path

# Everything that a script of the page can read of what is stored, as text: also what lies in binary values.
STORED = """async () => {
  const texts = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie];
  const seen = new Set();
  const walk = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer ?? value);
      for (const how of ["utf-8", "utf-16le", "latin1"]) texts.push(new TextDecoder(how).decode(bytes));
    } else if (value && typeof value === "object" && !seen.has(value)) {
      seen.add(value);
      Object.entries(value).forEach(([name, part]) => (texts.push(name), walk(part)));
    } else texts.push(String(value));
  };
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done, no) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
      asked.onerror = no;
    });
    for (const store of db.objectStoreNames) {
      const all = (ask) => new Promise((done) => {
        const asked = db.transaction(store).objectStore(store)[ask]();
        asked.onsuccess = () => done(asked.result);
      });
      texts.push(`${name}/${store}`);
      walk(await all("getAll"));
      walk(await all("getAllKeys"));
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const kept of await cache.keys()) texts.push(kept.url, await (await cache.match(kept)).text());
  }
  return texts.join("\\n");
}"""


def stored(page):
    """Everything stored, as one text."""
    return page.evaluate(STORED)


def in_files(folder: Path, words):
    """Which of these words stand in any file of a browser's profile, in any of three encodings."""
    needles = {word: [word.encode(code) for code in ("utf-8", "utf-16-le")] for word in words}
    found = set()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            found |= {word for word, shapes in needles.items() if any(shape in content for shape in shapes)}
    return found
