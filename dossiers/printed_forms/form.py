"""One printed form: its editions by set, its wording, its context and how it becomes a PDF."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from dossiers.printed_forms import printing
from dossiers.written_dates import written_day

from . import wording as wordings
from .editions import SETS, Edition, FormError
from .wording import Block


@dataclass(frozen=True)
class Form:
    """A form of the registry.

    `values(context)` gives the texts behind the placeholders, `data(context, edition)` the rest of what the Typst
    template reads, `sample(form_set)` a believable context for previews. `sizes` are the body sizes
    tried, in points, to keep the paper on one sheet (a single size: it may have any number of pages).
    """

    code: str
    label: str
    template: str
    context: type
    editions: Mapping[str, Edition]
    data: Callable[[Any, Edition], dict]
    sample_for: Callable[[str], Any]
    values: Callable[[Any], Mapping[str, str]] = lambda context: {}
    placeholders: Mapping[str, str] = field(default_factory=dict)
    wording: tuple[Block, ...] = ()
    wording_by_set: Mapping[str, tuple[Block, ...]] = field(default_factory=dict)
    sizes: tuple[float, ...] = (13, 12, 11)

    @property
    def sets(self) -> tuple[Edition, ...]:
        """The editions, oldest first, each with valid_from and valid_to."""
        return tuple(self.editions.values())

    @property
    def statutory(self) -> bool:
        return any(edition.number for edition in self.sets)

    def edition(self, form_set: str) -> Edition:
        """Return the form as drawn in `form_set`; raises FormError when that set lacks it."""
        if form_set not in SETS:
            raise FormError(f"Không có bộ mẫu “{form_set}”. Các bộ mẫu: {', '.join(SETS)}.")
        if form_set not in self.editions:
            raise FormError(f"{SETS[form_set].basis} không có mẫu “{self.label}”. Hãy chọn bộ mẫu khác.")
        return self.editions[form_set]

    def edition_on(self, day: date) -> Edition:
        """Return the edition in force on `day`; raises FormError when there is none."""
        for edition in self.sets:
            if edition.valid_from <= day and (edition.valid_to is None or day <= edition.valid_to):
                return edition
        raise FormError(f"Mẫu “{self.label}” chưa có hiệu lực vào ngày {written_day(day)}. Hãy kiểm tra ngày ban hành.")

    def title(self, form_set: str) -> str:
        return self.edition(form_set).title

    def blocks(self, form_set: str) -> dict[str, Block]:
        """Return the editable blocks of the edition, by key, in the order they are printed."""
        self.edition(form_set)
        return {block.key: block for block in (*self.wording, *self.wording_by_set.get(form_set, ()))}

    def default_wording(self, form_set: str) -> dict[str, str]:
        return {key: block.default for key, block in self.blocks(form_set).items()}

    def check_wording(self, form_set: str, wording: Mapping[str, str]) -> None:
        """Return None when `wording` may replace defaults; raises WordingError naming every problem."""
        wordings.check(self.blocks(form_set), wording, self.placeholders)

    def sample(self, form_set: str = "2025") -> Any:
        self.edition(form_set)
        return self.sample_for(form_set)

    def payload(self, context: Any, *, form_set: str, wording: Mapping[str, str] | None = None) -> dict:
        """Return everything the template reads. Raises FormError, WordingError."""
        edition = self.edition(form_set)
        if not isinstance(context, self.context):
            raise TypeError(f"{self.code} needs a {self.context.__name__}, not {type(context).__name__}")
        if wording:
            self.check_wording(form_set, wording)
        values = self.values(context)
        texts = {**self.default_wording(form_set), **(wording or {})}
        words = {key: wordings.fill(text, values) for key, text in texts.items()}
        common = {"heading": edition.title, "reference": edition.reference, "form_set": form_set, "words": words}
        return {**common, **self.data(context, edition)}

    def render(self, context: Any, *, form_set: str, wording: Mapping[str, str] | None = None, now: datetime) -> bytes:
        """Return the PDF; the same arguments give the same bytes. Raises FormError, WordingError, PrintError."""
        data = self.payload(context, form_set=form_set, wording=wording)
        # The same title for every paper of a kind: a title that differs makes the engine forget all it has laid out.
        title = data.pop("document_title", "") or self.title(form_set).capitalize()
        return printing.render(self.template, data, title=title, author=context.head.issuer, now=now, sizes=self.sizes)
