"""Lists of the desk begin with a word, not with dashes a screen reader spells out."""

import pytest
from django import forms
from django.contrib.auth import get_user_model

from dossiers.admin.choices import PersonChoice, put_blanks_into_words
from dossiers.models import Unit
from dossiers.states import State
from tests import factories


class Form(forms.Form):
    must = forms.ModelChoiceField(Unit.objects.none())
    may = PersonChoice(get_user_model().objects.none(), required=False)
    said = forms.ModelChoiceField(Unit.objects.none(), required=False, empty_label="Không")


@pytest.mark.django_db
def test_each_list_says_what_leaving_it_means():
    form = Form()
    put_blanks_into_words(form)
    assert [next(iter(form[name])).choice_label for name in ("must", "may", "said")] == ["Chọn…", "Không chọn", "Không"]


@pytest.mark.django_db
def test_no_act_of_a_dossier_shows_dashes(client, centre, procedure):
    dossier = factories.in_state(State.ACCEPTED, centre, procedure)
    client.force_login(centre.leader)
    page = client.get(f"/admin/dossiers/dossier/{dossier.pk}/change/").content.decode()
    assert "Không chọn" in page and "---" not in page
