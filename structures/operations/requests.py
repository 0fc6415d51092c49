"""Receiving, answering, welcoming and closing the requests of the public page."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.backstage import mails
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures import notifications
from structures.models import (
    REQUEST_TRANSITIONS,
    AccompanimentRequest,
    LocalRole,
    RequestState,
    Structure,
)
from structures.operations.accompaniments import appoint_practitioner
from structures.operations.joining import invite_to_structure
from structures.operations.structures import open_structure
from structures.permissions import (
    can_answer_request,
)

NO_WAY_TO_ANSWER = (
    "Laissez une adresse électronique ou un numéro de téléphone, sans quoi personne ne pourra vous répondre."
)


@transaction.atomic
def receive_request(
    *,
    person_name: str,
    message: str,
    structure_name: str = "",
    email: str = "",
    phone: str = "",
    session_wanted: str = "",
    client_key: uuid.UUID | None = None,
    on: datetime | None = None,
) -> AccompanimentRequest:
    """Keeps what somebody without an account asks, and tells the coordination that it came. Nobody acts here:
    whoever writes is known by their words only, hence a key for all instead of one an author.

    The same form again gives the same row; the same key with anything changed, or no way to be answered, is
    OperationRefused. `on` is given only when an older request is written down: nobody is told then.
    """
    written = {
        "person_name": person_name.strip(),
        "structure_name": structure_name.strip(),
        "message": message.strip(),
        "email": email.strip(),
        "phone": phone.strip(),
        "session_wanted": session_wanted,
    }
    if not (written["email"] or written["phone"]):
        raise OperationRefused(NO_WAY_TO_ANSWER, field="email")
    defaults = written | {"received_at": on or timezone.now()}
    kept, is_new = AccompanimentRequest.objects.get_or_create(client_key=client_key or uuid.uuid4(), defaults=defaults)
    if any(getattr(kept, name) != value for name, value in written.items()):
        raise OperationRefused(
            "Votre message est déjà parti\u00a0: ce que vous venez d’y changer n’y est pas. Pour le compléter, rouvrez "
            "cette page et envoyez-en un second."
        )
    if is_new and on is None:
        notifications.tell_request_received(kept)
    return kept


@transaction.atomic
def answer_request(
    *, by: User, request: AccompanimentRequest, answer: str, expected_version: int, on: datetime | None = None
) -> AccompanimentRequest:
    """Keeps the answer and sends it by mail to whoever left an address; without one it is the note of a call.

    By coordination, once: StaleEdit when another answered or closed it since the page was opened,
    OperationRefused otherwise. `on` is given only when an older answer is written down: no mail leaves.
    """
    current = _request_to_move(by, request, RequestState.ANSWERED, expected_version)
    if not answer.strip():
        raise OperationRefused("Écrivez la réponse, ou ce que vous vous êtes dit.", field="answer")
    current.answer = answer.strip()
    current.answered_by, current.answered_at = by.person, on or timezone.now()
    current.save()
    if current.email and on is None:
        notifications.tell_requester(current)
    return current


@transaction.atomic
def close_request(
    *, by: User, request: AccompanimentRequest, reason: str, on: datetime | None = None
) -> AccompanimentRequest:
    """Puts a request away, answered or not, and says why; it tells nobody. By coordination."""
    current = _request_to_move(by, request, RequestState.CLOSED)
    if not reason.strip():
        raise OperationRefused("Dites en quelques mots pourquoi cette demande est classée.", field="reason")
    current.closed_reason, current.closed_at = reason.strip(), on or timezone.now()
    current.save()
    return current


@transaction.atomic
def welcome_request(
    *, by: User, request: AccompanimentRequest, name: str, expected_version: int, practitioner: Person | None = None
) -> Structure:
    """The request becomes a structure: its sheet is opened, it is entrusted to the practitioner chosen, in charge,
    and whoever wrote is invited to lead it. By coordination.

    StaleEdit when another took care of it since the page was opened; OperationRefused without an address to
    invite, or when the practitioner does not hold the role.
    """
    current = _request_to_move(by, request, RequestState.WELCOMED, expected_version)
    if not current.email:
        raise OperationRefused("Cette personne n’a pas laissé d’adresse\u00a0: sans elle, on ne peut pas l’inviter.")
    structure = open_structure(by=by, name=name)
    if practitioner:
        appoint_practitioner(by=by, structure=structure, practitioner=practitioner, is_lead=True)
    first_name, _space, last_name = current.person_name.partition(" ")
    invite_to_structure(
        by=by,
        structure=structure,
        role=LocalRole.LEADER,
        email=current.email,
        first_name=first_name[:80],
        last_name=last_name[:80],
    )
    current.structure, current.welcomed_at = structure, timezone.now()
    current.save()
    return structure


def _request_to_move(
    by: User, request: AccompanimentRequest, state: RequestState, expected_version: int | None = None
) -> AccompanimentRequest:
    """The row, locked, in its new state but not saved."""
    if not can_answer_request(by):
        raise OperationRefused("Seule la coordination répond aux demandes d’accompagnement.")
    current = AccompanimentRequest.objects.select_for_update().get(pk=request.pk)
    if expected_version not in {None, current.version}:
        raise StaleEdit("Une autre personne s’est occupée de cette demande entre-temps.")
    if state not in REQUEST_TRANSITIONS[RequestState(current.state)]:
        raise OperationRefused(f"Cette demande est déjà {current.get_state_display()}.")
    current.state = state
    current.version += 1
    return current


@transaction.atomic
def erase_old_requests(*, before: datetime) -> int:
    """A request that was answered before that moment, or closed without an answer, is erased with the mail that
    answered it; gives how many were. The clock does it, nobody acts."""
    old = AccompanimentRequest.objects.over_since(before)
    mails.erase(keys=[notifications.answer_key(one) for one in old])
    erased, _by_model = old.delete()
    return erased
