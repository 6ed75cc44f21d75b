"""The table of remote codes: every documented code has a remedy, words for staff, and its documented action."""

import re

import pytest

from zalo.api.errors import (
    OA_REMEDIES,
    TEMPLATE_REMEDIES,
    UNKNOWN,
    Action,
    GrantRefused,
    Host,
    NotSent,
    OutcomeUnknown,
    Refused,
    remedy_for,
)

A = Action
# As the reference lists them (Zalo's own tables): host, codes, action.
DOCUMENTED = [
    (Host.OA, (-216, -220, -124), A.REFRESH_TOKEN),
    (Host.OA, (-32, -200, -214), A.RETRY),
    (Host.OA, (-100,), A.REUPLOAD),
    (Host.OA, (-201, -210, -213, -217, -230, -232, -233, -244, -249, -403), A.NEXT_ROUTE),
    (Host.OA, (-234,), A.LATER),
    (Host.OA, (-211,), A.QUOTA),
    (Host.OA, (-218,), A.PERSON_QUOTA),
    (Host.OA, (-227,), A.NO_ACCOUNT),
    (Host.OA, (-204, -205, -209, -212, -219, -221, -242), A.STOP_ACCOUNT),
    (Host.OA, (-223, -224, -235, -238, -240, -241, -320, -321), A.STOP_ROUTE),
    (Host.OA, (-248,), A.STOP_TEMPLATE),
    (Host.TEMPLATE, (-124, -216, -220), A.REFRESH_TOKEN),
    (Host.TEMPLATE, (-100,), A.RETRY),
    (Host.TEMPLATE, (-106, -107, -110, -114, -116, -123, -127), A.NEXT_ROUTE),
    (Host.TEMPLATE, (-111, -112, -1121, -1122, -1124, -121, -122, -132), A.NEXT_ROUTE),
    (Host.TEMPLATE, (-139, -140, -141, -158, -162, -230, -244), A.NEXT_ROUTE),
    (Host.TEMPLATE, (-108, -118, -119), A.NO_ACCOUNT),
    (Host.TEMPLATE, (-133,), A.LATER),
    (Host.TEMPLATE, (-144, -1441), A.QUOTA),
    (Host.TEMPLATE, (-147, -1471, -1472), A.TEMPLATE_QUOTA),
    (Host.TEMPLATE, (-109, -1091, -113, -1131, -117, -131, -145, -146), A.STOP_TEMPLATE),
    (Host.TEMPLATE, (-101, -105, -115, -120, -126, -135, -1351, -136, -137, -138, -1381), A.STOP_ROUTE),
    (Host.TEMPLATE, (-125,), A.STOP_ACCOUNT),
]


@pytest.mark.parametrize(
    ("host", "code", "action"), [(host, code, action) for host, codes, action in DOCUMENTED for code in codes]
)
def test_a_documented_code_has_its_action(host, code, action):
    assert remedy_for(host, code).action == action


@pytest.mark.parametrize("remedy", [*OA_REMEDIES.values(), *TEMPLATE_REMEDIES.values(), UNKNOWN])
def test_every_remedy_speaks_vietnamese_and_says_what_to_do(remedy):
    assert re.search(
        r"[ạảãàáâậầấẩẫăắằặẳẵđêềếệểễôốồộổỗơớờợởỡưứừựửữíìịỉĩóòọỏõúùụủũéèẹẻẽýỳỵỷỹ]", remedy.words, re.IGNORECASE
    )
    assert remedy.advice


@pytest.mark.parametrize("code", [-217, -244, -139, -140, -141])
def test_a_citizens_no_is_recorded(code):
    assert remedy_for(Host.TEMPLATE, code).opt_out


def test_an_unknown_code_neither_repeats_for_ever_nor_loses_the_message():
    assert remedy_for(Host.OA, -987654).action == A.NEXT_ROUTE
    assert "-987654" in Refused(Host.OA, -987654).words


def test_the_tree_tells_what_may_be_repeated():
    assert NotSent().action == A.RETRY
    assert OutcomeUnknown().action == A.UNCERTAIN
    assert GrantRefused("x").action == A.STOP_ACCOUNT
