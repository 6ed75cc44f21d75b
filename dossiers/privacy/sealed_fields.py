"""A model field whose text is sealed in the database and plain in Python."""

from typing import Any

from django.core import checks
from django.db import models
from django.db.models.lookups import Exact, IsNull

from dossiers.privacy import sealing


class SealedTextField(models.TextField):
    """Text sealed on its way into the database and unsealed on its way out; "" and NULL stay as they are.

    `purpose` is bound into the sealed text (default: the field's name). Copies of the field that must open the same
    text, such as history tables, share it by sharing the name; pass it explicitly before renaming a field.
    The column can't be searched except for emptiness: store `sealing.keyed_hash` beside it and search that.
    Reading raises `sealing.SealingError` when the text was changed or its key is gone.
    """

    description = "Văn bản được niêm phong (mã hóa)"

    def __init__(self, *args: Any, purpose: str = "", **kwargs: Any) -> None:
        self._purpose = purpose
        super().__init__(*args, **kwargs)

    @property
    def purpose(self) -> str:
        """What the sealed text is bound to."""
        return self._purpose or self.name

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self._purpose:
            kwargs["purpose"] = self._purpose
        return name, path, args, kwargs

    def check(self, **kwargs: Any) -> Any:
        found = super().check(**kwargs)
        if getattr(self, "db_index", False) or self.unique:
            found.append(
                checks.Error(
                    "A sealed column is different at every save: index a keyed hash instead.",
                    obj=self,
                    id="dossiers.E001",
                )
            )
        return found

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return the plain text of a stored value."""
        return sealing.unseal(value, self.purpose) if value else value

    def get_prep_value(self, value: Any) -> Any:
        """Return the sealed text to store for a plain value."""
        value = super().get_prep_value(value)
        return sealing.seal(value, self.purpose) if value else value

    def get_lookup(self, lookup_name: Any) -> Any:
        """Return a lookup only for what can be asked of a sealed column: is it empty, is it NULL."""
        return {"exact": _IsEmpty, "isnull": IsNull}.get(lookup_name)

    def get_transform(self, lookup_name: Any) -> Any:
        return None


class _IsEmpty(Exact):
    """`field=""`; any other value would silently match nothing, so it is refused."""

    def get_prep_lookup(self) -> Any:
        if self.rhs != "":
            raise ValueError("A sealed column can only be compared with ''. Search its keyed hash.")
        return ""
