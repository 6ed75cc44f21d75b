"""Staff-editable wording: blocks of text with {placeholders}, checked in Vietnamese, filled without any markup risk.

A block is plain text; a blank line or line break starts a paragraph, **…** prints bold. Values are put in after the
block has been taken apart, so nothing inside a name or an address can act as a placeholder or as bold.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .editions import FormError

LONGEST_BLOCK = 4000
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class WordingError(FormError):
    """Wording that cannot be used; `problems` maps each block's key to its Vietnamese sentences."""

    def __init__(self, problems: Mapping[str, list[str]]):
        self.problems = dict(problems)
        super().__init__(" ".join(sentence for found in self.problems.values() for sentence in found))


@dataclass(frozen=True)
class Block:
    """One editable piece of a form: what staff see (`label`), the text used by default, what it must contain."""

    key: str
    label: str
    default: str
    required: tuple[str, ...] = ()


def check(blocks: Mapping[str, Block], wording: Mapping[str, str], placeholders: Mapping[str, str]) -> None:
    """Return None when `wording` can replace the defaults of `blocks`; raises WordingError with every problem."""
    problems: dict[str, list[str]] = {}
    for key, text in wording.items():
        found = _problems(blocks.get(key), key, text, placeholders)
        if found:
            problems[key] = found
    if problems:
        raise WordingError(problems)


def _problems(block: Block | None, key: str, text: str, placeholders: Mapping[str, str]) -> list[str]:
    if block is None:
        return [f"Mẫu không có đoạn “{key}”. Hãy bỏ đoạn này."]
    if not isinstance(text, str):
        return [f"Đoạn “{block.label}” phải là chữ."]
    found = []
    if len(text) > LONGEST_BLOCK:
        found.append(f"Đoạn “{block.label}” dài quá {LONGEST_BLOCK} ký tự. Hãy rút gọn.")
    used = set(_PLACEHOLDER.findall(text))
    for name in sorted(used - placeholders.keys()):
        known = ", ".join(f"{{{item}}}" for item in placeholders)
        found.append(f"Đoạn “{block.label}” dùng {{{name}}} mà mẫu không có. Chỉ được dùng: {known}.")
    for name in block.required:
        if name not in used:
            found.append(f"Đoạn “{block.label}” phải có {{{name}}} ({placeholders[name]}).")
    rest = _PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        found.append(f"Đoạn “{block.label}” có dấu ngoặc nhọn không khép đúng. Hãy viết như {{ten_cho_trong}}.")
    if text.count("**") % 2:
        found.append(f"Đoạn “{block.label}” có dấu ** chưa khép. Hãy viết **phần in đậm**.")
    return found


def fill(text: str, values: Mapping[str, str]) -> list[list[dict]]:
    """Return `text` as paragraphs of runs [{"t": text, "b": bold}] with {placeholders} replaced by `values`."""
    paragraphs = []
    for line in text.splitlines():
        if line.strip():
            paragraphs.append(_runs(line.strip(), values))
    return paragraphs


def _runs(line: str, values: Mapping[str, str]) -> list[dict]:
    runs = []
    for index, piece in enumerate(line.split("**")):
        shown = _PLACEHOLDER.sub(lambda match: values[match[1]], piece)
        if shown:
            runs.append({"t": shown, "b": bool(index % 2)})
    return runs
