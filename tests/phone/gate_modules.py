"""The gate's modules in a browser without any server: their files come from the disk, changed where a test says so."""

from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders

ORIGIN = "http://localhost:9"
TYPES = {".js": "text/javascript", ".css": "text/css", ".json": "application/json"}
GATE = "registry/app/gate"
# Names of modules of the gate, as one argument: `m.check.look(...)`.
CALL = """async (argument) => {
  const names = ["check", "claims", "ed25519", "errors", "keyring", "plate", "reading", "scan", "statuslist"];
  const loaded = await Promise.all(names.map((name) => import(`/static/registry/app/gate/${name}.js`)));
  const m = Object.fromEntries(names.map((name, i) => [name, loaded[i]]));
  return (SCRIPT)(m, argument);
}"""


class Modules:
    """A page that has the modules; ``instead`` takes guards out: file -> [(what it says, what it says instead)]."""

    def __init__(self, chrome: Any, instead: dict[str, list[tuple[str, str]]] | None = None, script: str = "") -> None:
        self.instead = instead or {}
        self.context = chrome.new_context()
        if script:
            self.context.add_init_script(script)
        self.context.route("**/*", self._serve)
        self.page = self.context.new_page()
        self.page.goto(f"{ORIGIN}/")

    def _serve(self, route: Any) -> None:
        path = route.request.url.removeprefix(ORIGIN).partition("?")[0]
        found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        if path == "/":
            route.fulfill(body="<!doctype html><title>gate</title>", content_type="text/html")
        elif found:
            route.fulfill(body=self._text(Path(found)), content_type=TYPES[Path(found).suffix])
        else:
            route.fulfill(status=404)

    def _text(self, path: Path) -> str:
        text = path.read_text("utf-8")
        for said, instead in self.instead.get(path.name, []):
            assert said in text, f"{path.name} does not say {said}"
            text = text.replace(said, instead)
        return text

    def call(self, script: str, argument: Any = None) -> Any:
        """What a script says that gets the modules and the argument."""
        return self.page.evaluate(CALL.replace("SCRIPT", script), argument)

    def close(self) -> None:
        """The page is gone."""
        self.context.close()
