"""What may be wrong with a page of the desk: axe's violations, sideways scrolling, words left in English."""

from __future__ import annotations

import re

from tests.browser.accessibility import violations
from tests.chromium import SIZES

# English that Unfold or Django shows when a translation is missing, and Python's own words for values.
ENGLISH = re.compile(
    r"\b(Search|Filters?|Add|Save|Delete|History|Select|Import|Export|Home|Welcome|Change|Remove|Apply|Reset|Cancel|"
    r"Close|Yes|No results|Submit|View|Log out|General|Show all|Run|Error|Please|objects?|password|Today|Choose|"
    r"True|False|None|Record|Go back)\b"
)
SETTLED = "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));"
# The browser's own PDF viewer is not ours to mend.
READ = f"""async () => {{
  document.querySelectorAll('iframe').forEach((frame) => frame.removeAttribute('src'));
  {SETTLED}
  const placeholders = [...document.querySelectorAll('[placeholder]')].map((node) => node.placeholder);
  return document.body.innerText + ' ' + placeholders.join(' ');
}}"""
TOO_WIDE = f"""async () => {{
  {SETTLED}
  return document.documentElement.scrollWidth > document.documentElement.clientWidth;
}}"""
# Fields with the focus whose middle belongs to a bar that stays at the bottom of the window.
COVERED = """() => {
  const stays = (node) => {
    const { position, bottom } = getComputedStyle(node);
    const box = node.getBoundingClientRect();
    if (position === 'sticky') return bottom !== 'auto' && box.height > 0;
    return position === 'fixed' && box.height > 0 && box.top > 0 && box.bottom >= innerHeight - 1;
  };
  const bars = [...document.querySelectorAll('main *')].filter(stays);
  if (!bars.length) return [];
  return [...document.querySelectorAll('main :is(input:not([type=hidden]), select, textarea)')]
    .filter((field) => field.checkVisibility() && !bars.some((bar) => bar.contains(field)))
    .slice(0, 100)
    .filter((field) => {
      field.focus();
      const box = field.getBoundingClientRect();
      const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return bars.some((bar) => bar.contains(top));
    })
    .map((field) => field.name || field.id || field.type);
}"""


def page_faults(page, address: str, *, sidebar: bool = True) -> list[str]:
    """Return what is wrong with the page at the address: read at desktop size, then squeezed to 320 px (400 % zoom).

    Without the `sidebar` axe looks past its eighty lines, which are the same on every page of the desk.
    """
    page.set_viewport_size(dict(zip(("width", "height"), SIZES["desktop"], strict=True)))
    page.goto(address)
    english = ENGLISH.search(page.evaluate(READ))
    found = [f"{address}: English: {english[0]}"] if english else []
    found += [f"{address}: {fault}" for fault in violations(page, sidebar=sidebar)]
    found += [f"{address}: a bar covers {name} when it has the focus" for name in page.evaluate(COVERED)]
    page.set_viewport_size(dict(zip(("width", "height"), SIZES["small"], strict=True)))
    return [*found, f"{address}: wider than 320 px"] if page.evaluate(TOO_WIDE) else found
