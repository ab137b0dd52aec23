"""axe-core on a page of the app: `assert axe.violations(page) == []`, and what axe cannot see: size and reflow."""

from functools import cache
from pathlib import Path

SCRIPT = Path(__file__).parent / "vendor" / "axe" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = """async (tags) => {
  const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags } });
  const where = (one) => one.nodes.map((node) => node.target.join(" ")).join(", ");
  return violations.map((one) => `${one.id}: ${one.help}: ${where(one)}`);
}"""
# Links inside of sentences are not counted (WCAG 2.5.8).
SMALL = """() => [...document.querySelectorAll("button, a, summary, input, select, textarea, .choice-tile")]
  .filter((node) => node.checkVisibility() && !node.closest("p, li:not(.entry)"))
  .filter((node) => getComputedStyle(node).opacity !== "0")
  .filter((node) => Math.min(node.getBoundingClientRect().width, node.getBoundingClientRect().height) < 43.9)
  .map((node) => node.outerHTML.slice(0, 120))"""


@cache
def _script() -> str:
    return SCRIPT.read_text("utf-8")


def violations(page):
    """What axe finds, one line for each rule; [] when there is nothing."""
    if not page.evaluate("typeof globalThis.axe === 'object'"):
        # By the browser's own protocol: the policy of the pages allows no script in a page.
        page.evaluate(_script())
    return page.evaluate(RUN, list(RULES))


def small(page):
    """Targets under 44 pixels."""
    return page.evaluate(SMALL)


def overflow(page):
    """How many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def check(page):
    """Nothing is wrong with this screen: axe, targets, reflow, one heading that has the focus."""
    assert violations(page) == [], page.url
    assert small(page) == [], page.url
    assert overflow(page) <= 0, page.url
    assert page.locator("h1").count() == 1, page.url
