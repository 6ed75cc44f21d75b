"""The way to a page is true; a colour has one meaning: late is not the brand's, and nothing finished is red."""

from __future__ import annotations

import colorsys
import re

import pytest
from django.urls import reverse

from dossiers.states import State
from portal.desk.unfold import UNFOLD
from tests import factories
from tests.architecture.sources import ROOT
from tests.portal.way_of_pages import LINES, crumbs_of

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
_COLOUR = re.compile(r"--([a-z-]+): (#[0-9a-f]{3,6})")


def crumbs(client, address: str) -> list[tuple[str, str]]:
    return crumbs_of(client.get(address).content.decode())


def test_each_step_of_the_way_leads_where_it_says(client, centre, procedure):
    row = factories.dossier(centre, procedure)
    client.force_login(centre.leader)
    below = {
        reverse("admin:dossiers_dossier_change", args=[row.pk]): reverse("admin:dossiers_dossier_changelist"),
        reverse("admin:dossiers_procedure_change", args=[procedure.pk]): reverse("admin:dossiers_procedure_changelist"),
    }
    for address, above in below.items():
        way = crumbs(client, address)
        assert (above, LINES[above]) in way, address
        assert way[-1][0] == "" and way[-1][1] not in ("", LINES[above]), "the page itself ends the way"
        assert all(client.get(href).status_code == 200 for href, _ in way if href)
    for name in ("dossiers_lateness", "dossiers_letter_changelist", "dossiers_registers", "boards"):
        address = reverse(f"admin:{name}")
        assert crumbs(client, address)[-1] == ("", LINES[address]), address


def _hue(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(each * 2 for each in digits) if len(digits) == 3 else digits
    return colorsys.rgb_to_hsv(*(int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)))[0] * 360


def test_late_is_red_and_neither_the_brand_nor_anything_finished_is():
    css = (ROOT / "dossiers/static/dossiers/desk.css").read_text(encoding="utf-8")
    named = dict(_COLOUR.findall(css.split("}")[0]))
    assert min(_hue(named["late"]), 360 - _hue(named["late"])) < 15, "late is red"
    brand = [int(part) for part in UNFOLD["COLORS"]["primary"]["600"].split()]
    for colour in ("#{:02x}{:02x}{:02x}".format(*brand), named["act"], named["calm"], named["wait"]):
        assert 30 < _hue(colour) < 330, colour
    tones = dict(
        re.findall(r"\.mc-state\.tone-(?:good, \.mc-state\.tone-)?(done|bad|work|act)[^{]*\{\s*background: (#\w+)", css)
    )
    finished = {state.record.tone for state in State if state.record.tone in ("done", "bad")}
    assert finished <= tones.keys()
    for tone in finished:
        assert 30 < _hue(tones[tone]) < 330, f"{tone} is red"
