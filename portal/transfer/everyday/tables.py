"""A table of ours laid over django-import-export: which columns, which row is meant, who may write it, what changed.

The rights are those of the desk's own pages: what a person may not add, change or see there is refused here.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from import_export.fields import Field
from import_export.resources import ModelResource

from dossiers import ownership
from dossiers.models import Agency
from dossiers.scoping import scoped
from dossiers.search_text import fold
from portal.transfer.everyday.cells import AgencyCode, Cell, Number, words_of

ROW_NUMBER = "Mã dòng"
"""The column that names a row of a list whose rows have no code: put out with the list, empty for a new row."""
TWICE = "Trùng với một dòng đã có. Hãy xuất bảng để lấy dòng đã có, sửa ở đó rồi nhập lại."


class Column(Field):
    """One column: the heading we write, the headings people write, and the cell."""

    def __init__(
        self, attribute: str | None, heading: str, cell: Cell, *also: str, needed: bool = False, **more
    ) -> None:
        super().__init__(attribute=attribute, column_name=heading, widget=cell, **more)
        self.also, self.needed = also, needed

    def save(self, instance, row, is_m2m=False, **kwargs) -> None:
        """Set what the cell says, unless it says what is there: spaces that nobody sees are no change."""
        if self.readonly:
            return
        said = self.clean(row, **kwargs)
        if said is None and self.default_stays(instance):
            return
        if instance.pk is None or self.widget.clean(self.export(instance), row=row, **kwargs) != said:
            setattr(instance, str(self.attribute), said)

    def default_stays(self, instance) -> bool:
        """Return whether the field cannot be emptied: an empty cell then leaves what there is."""
        try:
            return not instance._meta.get_field(self.attribute).null
        except FieldDoesNotExist:
            return False


class Agencies:
    """The agencies by code and by name, those of the file as well."""

    def __init__(self) -> None:
        self._by_code: dict[str, Agency] = {}
        self._by_name: dict[str, list[Agency]] = {}
        for agency in Agency.objects.all():
            self.add(agency)

    def add(self, agency: Agency) -> None:
        """Take in an agency."""
        self._by_code[agency.code.upper()] = agency
        self._by_name.setdefault(fold(agency.name), []).append(agency)

    def found(self, said: str) -> list[Agency]:
        """Return the agency of that code, or those of that name."""
        by_code = self._by_code.get(said.upper())
        return [by_code] if by_code else self._by_name.get(fold(said), [])


class Changes:
    """What a row changes, by heading: (heading, before, after). In place of the library's coloured letters."""

    def __init__(self, resource, instance, new: bool) -> None:
        self._before = self._read(resource, instance)
        self._after = self._before

    def compare_with(self, resource, instance) -> None:
        self._after = self._read(resource, instance)

    def as_html(self) -> list[tuple[str, str, str]]:
        return [
            (heading, before, self._after[heading])
            for heading, before in self._before.items()
            if before != self._after[heading]
        ]

    @staticmethod
    def _read(resource, instance) -> dict[str, str]:
        shown = (field for field in resource.get_import_fields() if field.column_name != ROW_NUMBER)
        return {field.column_name: field.export(instance) for field in shown}


class _Undeclared:
    """Every field of the model: a table has the columns it declares, not those the library would make of the rest."""

    def __contains__(self, name: str) -> bool:
        return True


class Table(ModelResource):
    """One table for one person and one file. `request` is theirs; rows without a column of agencies are `agency`'s."""

    do_not_call_in_templates: ClassVar[bool] = True
    slug: ClassVar[str]
    title: ClassVar[str]
    hint: ClassVar[str] = ""
    key: ClassVar[tuple[str, ...]]
    """The columns (names in the class) that say which row is meant."""
    most: ClassVar[int] = 2_000
    """Rows of a file that is tried while one waits: it takes a few seconds. More are the worker's."""
    most_later: ClassVar[int] = 20_000
    """Rows of a file at all."""
    numbered: ClassVar[bool] = False
    """Whether rows are named by ROW_NUMBER first."""

    class Meta:
        exclude = _Undeclared()
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        store_instance = True

    def __init__(self, request, agency: Agency | None = None, file: str = "") -> None:
        super().__init__()
        self.request, self.agency, self._file = request, agency, file
        self.places: list[str] = []
        """Where each row being read stands, in words."""
        self.accounts: list[int] = []
        """The accounts that were made."""
        self.dry_run, self._place = True, ""
        self.agencies = Agencies()
        self._lists: dict[type[Model], list] = {}
        self._seen: dict[tuple, str] = {}
        self._known: dict[tuple, list] | None = None

    # --- Rights

    @classmethod
    def page(cls):
        """Return the desk's own page of the list, None for a list that hangs on another page."""
        return admin.site._registry.get(cls._meta.model)

    @classmethod
    def may(cls, request, verb: str, row=None) -> bool:
        """Return whether the person may "view", "add" or "change" the list, or that row of it."""
        page, options = cls.page(), cls._meta.model._meta
        if page is not None:
            asked = (request,) if verb == "add" else (request, row)
            return bool(getattr(page, f"has_{verb}_permission")(*asked))
        held = request.user.has_perm(f"{options.app_label}.{verb}_{options.model_name}")
        return held and (verb == "view" or row is None or ownership.may_write(request.user, row))

    @classmethod
    def may_bring(cls, request) -> bool:
        """Return whether the person may bring a file of it at all."""
        own = ownership.may_write_any(request.user, cls._meta.model)
        return own and (cls.may(request, "add") or cls.may(request, "change"))

    @classmethod
    def rows(cls, request) -> QuerySet:
        """Return the rows the person sees at the desk."""
        page, ways = cls.page(), ownership.ways_of(cls._meta.model)
        rows = page.get_queryset(request) if page else cls._meta.model._default_manager.all()
        if ways and not page:
            rows = scoped(rows, request.user, ways[0])
        read = {str(column.attribute).partition("__")[0] for column in cls.column_list()}
        named = [field.name for field in cls._meta.model._meta.fields if field.is_relation and field.name in read]
        return rows.select_related(*named) if named else rows

    # --- Reading

    @classmethod
    def column_list(cls) -> list[Column]:
        """Return the columns in order."""
        return list(cls.fields.values())

    def listed(self, model) -> list:
        """Return the rows of a short list that cells name."""
        if model not in self._lists:
            self._lists[model] = list(model._default_manager.all())
        return self._lists[model]

    def agency_of(self, row) -> Agency | None:
        """Return the agency a row of the file is of."""
        for field in self.column_list():
            if isinstance(field.widget, AgencyCode) and field.attribute == "agency" and field.column_name in row:
                return field.clean(row, run=self)
        return self.agency

    def before_import_row(self, row, **kwargs):
        self._place = self.places[kwargs["row_number"] - 1]

    def init_instance(self, row=None):
        made = self._meta.model()
        if self.agency is not None and ownership.ways_of(self._meta.model)[:1] == ("agency",):
            made.agency = self.agency
        return made

    def get_or_init_instance(self, instance_loader, row):
        """Return the row that is meant, or a new one. Raises ValidationError for a row named twice or not known."""
        number = words_of(row.get(ROW_NUMBER)) if self.numbered else ""
        try:
            key = ("", number) if number else tuple(self._plain(self._said(name, row)) for name in self.key)
        except ValueError:
            return self.init_instance(row), True  # the cell is told of where it is read
        found = self.known().get(key, [])
        # One row may be named by its number here and by its words there.
        names = {key, *(("", str(row.pk)) for row in found if len(found) == 1)}
        if again := names & self._seen.keys():
            raise ValidationError(f"Dòng này lặp lại {self._seen[again.pop()]} của tệp.")
        self._seen.update(dict.fromkeys(names, self._place))
        if number and not found:
            raise ValidationError(f"Không có dòng mã {number[:20]} trong danh sách của bạn; để trống để thêm dòng mới.")
        if len(found) > 1:
            raise ValidationError(f"Có {len(found)} dòng như vậy trong danh sách; hãy sửa trên trang.")
        return (found[0], False) if found else (self.init_instance(row), True)

    def known(self) -> dict[tuple, list]:
        """Return the rows the person sees by what names them."""
        if self._known is None:
            self._known = {}
            for row in self.rows(self.request):
                keys = {tuple(self._plain(self.fields[name].get_value(row)) for name in self.key)}
                for key in keys | ({("", str(row.pk))} if self.numbered else set()):
                    self._known.setdefault(key, []).append(row)
        return self._known

    def _said(self, name: str, row) -> Any:
        field = self.fields[name]
        if field.column_name in row:
            return field.clean(row, run=self)
        return field.get_value(self.init_instance(row))

    @staticmethod
    def _plain(value) -> Any:
        return fold(value) if isinstance(value, str) else getattr(value, "pk", value)

    # --- Writing

    def skip_row(self, instance, original, row, import_validation_errors=None):
        """Leave a row alone that is as it was; a new one never is."""
        return original.pk is not None and super().skip_row(instance, original, row, import_validation_errors)

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """Ask the row's own rules, the desk's rights and whose it is; all sentences at once."""
        try:
            super().validate_instance(instance, import_validation_errors, validate_unique)
        except ValidationError as error:
            raise ValidationError(self._in_words(error)) from None
        stored = type(instance)._base_manager.filter(pk=instance.pk).first() if instance.pk else None
        self.refuse(instance, stored)

    def refuse(self, instance, stored) -> None:
        """Raise ValidationError for a row the person may not write so."""
        user = self.request.user
        if not all(ownership.may_write(user, row) for row in (stored, instance) if row is not None):
            words = ownership.REFUSED
            if ownership.ways_of(type(instance))[:1] == ("agency",) and instance.agency_id is None:
                words = "Dòng dùng chung do quản trị toàn tỉnh ghi; hãy điền mã cơ quan của bạn."
            raise ValidationError(words)
        if not (self.may(self.request, "add") if stored is None else self.may(self.request, "change", stored)):
            raise ValidationError(self.locked(stored))
        page = self.page()
        kept = page.get_readonly_fields(self.request, stored) if page and stored else ()
        for field in self.column_list():
            if field.attribute in kept and field.get_value(stored) != field.get_value(instance):
                raise ValidationError(f"Cột “{field.column_name}” chỉ quản trị toàn tỉnh sửa được.")

    def locked(self, stored) -> str:
        """Return why a row is refused although it is of the person's own agency."""
        return "Bạn không được thêm dòng mới vào bảng này." if stored is None else "Bạn không được sửa dòng này."

    def _in_words(self, error: ValidationError) -> list[str]:
        by_attribute = {field.attribute: field.column_name for field in self.column_list()}
        said = []
        for name, sentences in getattr(error, "message_dict", {NON_FIELD_ERRORS: error.messages}).items():
            heading = by_attribute.get(name) or self._verbose(name)
            said += [f"{heading}: {each}" if heading else each for each in sentences]
        return said

    def _verbose(self, name: str) -> str:
        try:
            words = str(self._meta.model._meta.get_field(name).verbose_name)
        except FieldDoesNotExist:
            return ""
        return words[:1].upper() + words[1:]

    def do_instance_save(self, instance, is_create):
        try:
            with transaction.atomic():
                super().do_instance_save(instance, is_create)
        except IntegrityError:
            raise ValidationError(TWICE) from None
        if not self.dry_run:
            said, flag = f"Nhập từ tệp “{self._file}”, {self._place}", ADDITION if is_create else CHANGE
            LogEntry.objects.log_actions(self.request.user.pk, [instance], flag, said, single_object=True)
        if isinstance(instance, Agency):
            self.agencies.add(instance)

    def get_diff_class(self):
        return Changes

    def after_import(self, dataset, result, **kwargs):
        """Leave the sequences alone: no key comes from a file."""


def row_number() -> Column:
    """Return the column of ROW_NUMBER."""
    return Column("pk", ROW_NUMBER, Number(), "mã số dòng", readonly=True)
