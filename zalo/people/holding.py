"""Who holds which dossier: the open links of a person, and the people of a dossier."""

from __future__ import annotations

from django.db.models import Q

from dossiers.models import Applicant, Dossier
from zalo.models import Contact, ContactLink

MOST_ROWS = 500  # statements of one person followed: nobody hands in more


def open_links(contact: Contact):
    return ContactLink.objects.filter(contact=contact, unlinked_at=None)


def dossiers_of(contact: Contact):
    """Return the dossiers this person may see in full, newest first."""
    rows = list(open_links(contact).values_list("dossier_id", "applicant_id"))
    ids = {dossier for dossier, _ in rows if dossier}
    people = _alike(Applicant.objects.filter(pk__in={who for dossier, who in rows if who and not dossier}))
    return Dossier.objects.filter(Q(pk__in=ids) | Q(owner__in=people) | Q(submitter__in=people)).order_by("-id")


def _alike(people) -> list[int]:
    """Return the ids of every row that states the number and the phone of one of these people."""
    people = list(people)
    return list(Applicant.objects.alike(people).values_list("pk", flat=True)[:MOST_ROWS]) if people else []


def holders_of(dossier: Dossier):
    """Return the open links that reach this dossier, of the dossier itself and of its people."""
    people = _alike({dossier.owner, dossier.submitter})
    return (
        ContactLink.objects.filter(Q(dossier=dossier.pk) | Q(applicant__in=people, dossier=None), unlinked_at=None)
        .select_related("contact__account", "linked_by", "applicant")
        .order_by("pk")
    )
