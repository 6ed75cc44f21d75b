"""Template parameters are filled and checked by Zalo's own list before anything is sent."""

import unicodedata

import pytest

from zalo.messages.template_data import TemplateDataError, filled, gaps
from zalo.models import Template


def template(**param) -> Template:
    return Template(params=[{"name": "p", "required": True, "kind": "STRING", "accept_null": False} | param])


def test_a_mapping_renames_and_a_name_stands_for_itself():
    assert filled(template(), {"p": "so"}, {"so": "HS-1"}) == {"p": "HS-1"}
    assert filled(template(), {}, {"p": "HS-2"}) == {"p": "HS-2"}


@pytest.mark.parametrize("values", [{}, {"p": ""}, {"p": "  "}, {"p": None}])
def test_a_missing_required_value_is_an_error_with_the_name(values):
    with pytest.raises(TemplateDataError, match="“p”"):
        filled(template(), {}, values)
    assert filled(template(required=False), {}, values) == {}


def test_length_is_counted_in_nfc_code_points():
    name = unicodedata.normalize("NFD", "Nguyễn Thị Thuý")
    assert filled(template(max_length=15), {}, {"p": name}) == {"p": "Nguyễn Thị Thuý"}
    assert filled(template(max_length=10), {}, {"p": name}) == {"p": "Nguyễn Th…"}


def test_dates_and_amounts_take_what_the_type_wants():
    assert filled(template(kind="DATE", max_length=20), {}, {"p": "17 giờ 00 ngày 23/11/2026"}) == {"p": "23/11/2026"}
    assert filled(template(kind="NUMBER"), {}, {"p": "120.000 đồng"}) == {"p": "120000"}


def test_a_date_that_is_none_is_an_error():
    with pytest.raises(TemplateDataError, match="cần một ngày"):
        filled(template(kind="DATE"), {}, {"p": "sẽ thông báo sau"})


def test_a_number_is_never_cut():
    with pytest.raises(TemplateDataError, match="dài quá"):
        filled(template(kind="NUMBER", max_length=3), {}, {"p": "120000"})


def test_too_short_is_an_error():
    with pytest.raises(TemplateDataError, match="ngắn hơn"):
        filled(template(min_length=5), {}, {"p": "HS"})


def test_the_editor_sees_what_is_not_mapped():
    assert gaps(template(), {}, {"p"}) == []
    assert gaps(template(), {"p": "so"}, {"khac"}) != []
