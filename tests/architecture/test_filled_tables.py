"""What a measurement fills by SQL names every column its tables ask for, so that its command still runs."""

import re

import pytest
from django.apps import apps

from tests.bench.lookup import data as lookup_data

FILLS = {name: sql for name, sql in vars(lookup_data).items() if isinstance(sql, str) and "insert into" in sql}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", FILLS)
def test_every_needed_column_is_filled(name):
    table, columns = re.search(r"insert into (\w+) \(([^)]*)\)", FILLS[name]).groups()
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    needed = {field.column for field in model._meta.concrete_fields if not field.null and not field.has_db_default()}
    assert needed <= set(re.split(r"[,\s]+", columns))
