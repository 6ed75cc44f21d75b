"""What ends a row, or goes out to a citizen, is asked about once more: on every page that offers such an act."""

import pytest
import time_machine

from feedback.models import Category
from tests.portal.test_walk_of_acts import NOW, WALKS

FINAL = [
    ("dossier", "signing", "leader", {"sign"}),
    ("dossier", "submitted", "clerk", {"refuse"}),
    ("dossier", "result_ready", "clerk", {"return_result"}),
    ("letter", "draft", "leader", {"approve", "cancel"}),
    ("letter", "issued", "clerk", {"attach", "deliver"}),
    ("letter", "issued", "leader", {"withdraw"}),
    ("case", "approval", "leader", {"send"}),
    ("case", "new", "handler", {"refuse", "restrict"}),
    ("petition", "received", "supervisor", {"send_on", "guide", "release"}),
    ("document", "submitted", "leader", {"issue"}),
    ("document", "draft", "handler", {"cancel"}),
]


@pytest.mark.parametrize(("walk", "state", "role", "names"), FINAL)
def test_the_button_of_a_final_act_asks_once_more(client, centre, procedure, walk, state, role, names):
    walk = WALKS[walk]
    with time_machine.travel(NOW, tick=False):
        row = walk.made(state, centre, procedure)
        client.force_login(getattr(centre, role))
        page = client.get(walk.address(row)).content.decode()
    for name in names:
        form = page.partition(f'action="{walk.act_address(row, name)}"')[2].partition(">")[0]
        assert 'data-sure="Bấm lần nữa' in form, (name, page)
    assert "dossiers/twice" in page


def test_an_answer_sent_as_it_is_saved_asks_once_more(client, centre, procedure):
    with time_machine.travel(NOW, tick=False):
        case = WALKS["case"].made("in_progress", centre, procedure)
        case.category = Category.objects.first()
        Category.objects.update(needs_approval=False)
        case.save()
        client.force_login(centre.handler)
        page = client.get(WALKS["case"].address(case)).content.decode()
    button = page.partition('name="send"')[2].partition(">")[0]
    assert "data-sure" in button
