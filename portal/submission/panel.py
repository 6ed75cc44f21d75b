"""On the page of a dossier that came in online: for whom it was filed, by what right, which file shows what."""

from __future__ import annotations

from django.db.models import Model
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from dossiers.models import Applicant, Dossier
from dossiers.search_text import fold
from portal.submission.models import FiledFile, Filing
from portal.submission.supplements import consent_is_over


def filed_online(request: HttpRequest, dossier: Model) -> SafeString | None:
    """Return the panel; None for a dossier that was not filed here."""
    assert isinstance(dossier, Dossier)
    filing = Filing.objects.filter(dossier=dossier).first()
    if filing is None:
        return None
    papers: dict[str, list[FiledFile]] = {}
    for row in FiledFile.objects.filter(attachment__dossier=dossier).select_related("attachment").order_by("id"):
        papers.setdefault(row.paper, []).append(row)
    full = request.user.has_perm("dossiers.see_personal_data")
    context = {
        "dossier": dossier,
        "filing": filing,
        "papers": papers.items(),
        "full": full,
        "over": consent_is_over(dossier, timezone.localdate()),
        "other_names": _under_other_names(dossier),
    }
    return mark_safe(render_to_string("submission/desk/filed.html", context, request=request))


def _under_other_names(dossier: Dossier) -> list[str]:
    """Return whose number the agency knows under another name: "người nộp", "chủ hồ sơ". Two queries at most."""
    found = []
    for who, person in {"chủ hồ sơ": dossier.owner, "người nộp": dossier.submitter}.items():
        if not person.id_number or (who == "người nộp" and dossier.owner_id == dossier.submitter_id):
            continue
        same = Applicant.objects.with_id(person.id_number).filter(agency=dossier.agency_id, erased_at=None)
        if same.exclude(name_folded=fold(person.full_name)[:255]).exists():
            found.append(who)
    return found
