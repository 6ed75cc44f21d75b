"""What every page must pass, public or staff: axe without violations, nothing wider than the window."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "selectors": False,
}
# What passed is thousands of nodes a page: it stays in the browser.
ASK = """([past, options]) => axe.run({exclude: past}, options).then((found) => found.violations.map(
  (each) => `${each.id}: ${each.nodes[0].html.slice(0, 160)} (${each.nodes.length})`))"""
SIDEBAR = ["#nav-sidebar-apps"]


def violations(page, *, without: tuple[str, ...] = (), sidebar: bool = False) -> list[str]:
    """Return axe's violations on the open page as "rule: first place"; `without` names rules left out.

    The eighty lines of the desk's sidebar are the same on every page and cost axe more than the rest: they are looked
    at where it is asked for, by the walk of the desk on the pages of no part, by light and in the dark.
    """
    options = {**RULES, "rules": {name: {"enabled": False} for name in without}}
    page.evaluate(AXE_SCRIPT)
    return page.evaluate(ASK, [[] if sidebar else [SIDEBAR], options])


def fits(page) -> bool:
    """Tell whether the page needs no sideways scrolling."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def unfold(page) -> None:
    """Open everything that is folded on the page."""
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")


def focus_walk(page, most: int = 80) -> list[str]:
    """Return what Tab reaches from the top, in order, as "tag text"; each must show where the focus is."""
    seen: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => {
              const e = document.activeElement;
              if (!e || e === document.body) return null;
              const style = getComputedStyle(e);
              const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
              const box = e.getBoundingClientRect();
              return [e.tagName + " " + (e.innerText || e.name || e.id).trim().slice(0, 40), shown && box.width > 0];
            }"""
        )
        if here is None:
            break
        assert here[1], f"focus is invisible on {here[0]}"
        if here[0] in seen and len(seen) > 3 and here[0] == seen[0]:
            break
        seen.append(here[0])
    return seen
