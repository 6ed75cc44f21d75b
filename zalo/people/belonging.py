"""Whose a person on the channel is, and what of them each agency sees. Every page, list, count and act asks here.

A person belongs to the agencies they dealt with: by a dossier linked to them, a case they sent, a person they asked for
or who answered them, the counter or agency whose address they followed by. Whom nobody dealt with is the keeper's of
the account. A line of a conversation belongs to the agency it was about; one about nothing in particular goes with the
person: to the one agency they dealt with, to the keeper when there are several or none; one about several agencies at
once is for those who see them all.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Substr

from dossiers.models import Dossier
from dossiers.scoping import agency_ids_of
from feedback.models import Case
from feedback.states import Status
from zalo.models import ChatMessage, Contact, ContactLink, Conversation, FollowRecord, OutboxMessage
from zalo.models.contact import CASE_REF

Agencies = frozenset[int] | None
"""Ids of agencies; None means all of them."""


def contacts_of(user) -> QuerySet[Contact]:
    """Return the people the user may see."""
    allowed = agency_ids_of(user)
    if allowed is None:
        return Contact.objects.all()
    return Contact.objects.filter(_dealt_with(allowed) | Q(account__keeper__in=allowed) & ~_dealt_with(None))


def conversations_of(user) -> QuerySet[Conversation]:
    """Return the conversations of these people; what is read of each is `lines_of`."""
    return Conversation.objects.filter(contact__in=contacts_of(user).values("pk"))


def at_desk_of(user) -> Q:
    """Return which conversations wait for the user's agencies: asked there, or not placed anywhere yet."""
    allowed = agency_ids_of(user)
    return Q() if allowed is None else Q(agency__in=allowed) | Q(agency=None)


def messages_of(user) -> QuerySet[OutboxMessage]:
    """Return the messages of the ledger: of an agency of the user, or about none and to one of these people.

    What is said in a chat without an agency is read there, and what names nobody stays with who sees all.
    """
    allowed = agency_ids_of(user)
    if allowed is None:
        return OutboxMessage.objects.all()
    people = contacts_of(user).values("pk")
    general = Q(agency=None, dossier=None, feedback_event=None, contact__in=people) & ~Q(kind__startswith="chat.")
    return OutboxMessage.objects.filter(Q(agency__in=allowed) | general)


def dealt_with(agency_ids: Iterable[int]) -> Q:
    """Return which people dealt with one of these agencies: whom a notice of these agencies is for."""
    return _dealt_with(frozenset(agency_ids))


def follows_of(user) -> QuerySet[FollowRecord]:
    """Return the follows counted for the user: of the own agencies' addresses, the unplaced ones for the keeper."""
    allowed = agency_ids_of(user)
    rows = FollowRecord.objects.all()
    return rows if allowed is None else rows.filter(Q(agency__in=allowed) | Q(agency=None, account__keeper__in=allowed))


def agencies_of(contacts: Iterable[Contact]) -> dict[int, set[int]]:
    """Return contact id → ids of the agencies the person dealt with. Seven queries for any number of people."""
    found: dict[int, set[int]] = {contact.pk: set() for contact in contacts}
    for pairs in _dealings(list(found)):
        for contact_id, agency_id in pairs:
            found[contact_id].add(agency_id)
    return found


def rest_is_theirs(allowed: Agencies, contact: Contact, agencies: set[int]) -> bool:
    """Return whether lines about no agency are for people of `allowed`; `agencies` are those of the contact."""
    if allowed is None or (agencies and agencies <= allowed):
        return True
    return len(agencies) != 1 and contact.account.keeper_id in allowed


def lines_of(conversation: Conversation, user) -> QuerySet[ChatMessage]:
    """Return the lines of the conversation the user may read."""
    allowed = agency_ids_of(user)
    rows = conversation.lines.all()
    if allowed is None:
        return rows
    agencies = agencies_of([conversation.contact])[conversation.contact_id]
    shown = Q(agency__in=allowed)
    if rest_is_theirs(allowed, conversation.contact, agencies):
        shown |= Q(agency=None, of_several=False)
    if agencies and agencies <= allowed:
        shown |= Q(of_several=True)
    return rows.filter(shown)


def may_erase(user, contact: Contact) -> bool:
    """Return whether the user answers for all there is of the person: of every agency dealt with, or the keeper."""
    allowed = agency_ids_of(user)
    if allowed is None:
        return True
    agencies = agencies_of([contact])[contact.pk]
    return contact.account.keeper_id in allowed or bool(agencies and agencies <= allowed)


def _dealt_with(allowed: Agencies) -> Q:
    """Return the people who dealt with one of these agencies, with any at all for None."""
    ours = {} if allowed is None else {"agency__in": allowed}
    found = Q(conversation__agency__isnull=False) if allowed is None else Q(conversation__agency__in=allowed)
    for rows, contact in (
        (_links_of_dossiers(allowed), "contact"),
        (_links_of_people(allowed), "contact"),
        (FollowRecord.objects.filter(**ours, agency__isnull=False), "contact"),
        (_answers().filter(**ours), "conversation__contact"),
        (_cases().filter(**ours), "sender"),
    ):
        found |= Q(pk__in=rows.order_by().values(contact))
    return found


def _dealings(ids: list[int]):
    """Yield the pairs (contact id, agency id) of each way of dealing with an agency."""
    links = ContactLink.objects.filter(contact__in=ids, unlinked_at=None).order_by()
    yield links.filter(dossier__isnull=False).values_list("contact_id", "dossier__agency_id").distinct()
    people = links.filter(dossier=None, applicant__isnull=False)
    for role in ("dossiers_owned", "dossiers_submitted"):
        pairs = people.values_list("contact_id", f"applicant__{role}__agency_id").distinct()
        yield [pair for pair in pairs if pair[1] is not None]
    yield Conversation.objects.filter(contact__in=ids, agency__isnull=False).values_list("contact_id", "agency_id")
    follows = FollowRecord.objects.filter(contact__in=ids, agency__isnull=False).order_by()
    yield follows.values_list("contact_id", "agency_id").distinct()
    answers = _answers().filter(conversation__contact__in=ids).order_by()
    yield answers.values_list("conversation__contact_id", "agency_id").distinct()
    sent = _cases().filter(origin_ref__in=[f"{CASE_REF}{pk}" for pk in ids]).order_by()
    yield sent.values_list("sender", "agency_id").distinct()


def _links_of_dossiers(allowed: Agencies) -> QuerySet[ContactLink]:
    rows = ContactLink.objects.filter(unlinked_at=None, dossier__isnull=False)
    return rows if allowed is None else rows.filter(dossier__agency__in=allowed)


def _links_of_people(allowed: Agencies) -> QuerySet[ContactLink]:
    dossiers = Dossier.objects.all() if allowed is None else Dossier.objects.filter(agency__in=allowed)
    of_person = Exists(dossiers.filter(owner=OuterRef("applicant")))
    of_person |= Exists(dossiers.filter(submitter=OuterRef("applicant")))
    return ContactLink.objects.filter(of_person, unlinked_at=None, dossier=None)


def _answers() -> QuerySet[ChatMessage]:
    """What people of an agency answered; a line the machine said about a dossier makes nobody anybody's."""
    return ChatMessage.objects.filter(author=ChatMessage.Author.STAFF, agency__isnull=False)


def _cases() -> QuerySet[Case]:
    """Cases sent by chat, with the contact's id as `sender`; one that became a complaint tells nobody anything."""
    rows = Case.objects.filter(origin_ref__regex=rf"^{CASE_REF}[0-9]+$").exclude(status=Status.RESTRICTED)
    return rows.annotate(sender=Cast(Substr("origin_ref", len(CASE_REF) + 1), BigIntegerField()))
