"""Who reads what of trainings."""

from typing import Any

from accounts.models import Role, User
from structures.readers import KINDS, Kind, Names, Reader, by_place, named
from trainings.models import Enrolment, Session, Training


def _all(row: Any, viewer: User, readers: list[Reader]) -> list[Names]:
    return [Names("Toutes les personnes qui ont un compte", [_number(readers)])]


def _number(readers: list[Reader]) -> str:
    return f"{len(readers)} personne{'s' if len(readers) > 1 else ''}"


def _of_session(session: Session, viewer: User, readers: list[Reader]) -> list[Names]:
    """Those of other structures, whom one may not know, by their number."""
    trainers = {person.pk for person in session.trainers.all()}
    lead = [reader for reader in readers if reader.user.person_id in trainers]
    coordination = [one for one in readers if one not in lead and Role.COORDINATOR in one.user.roles]
    others = [one for one in readers if one not in lead and one not in coordination]
    who = "Les personnes de la promotion" if session.cohort_id else "Toutes les autres personnes qui ont un compte"
    groups = [
        named("Qui forme ou anime", "personnes qui forment", lead),
        named("La coordination du réseau", "personnes de la coordination", coordination),
        Names(who, [_number(others)] if others else []),
    ]
    return [group for group in groups if group.people]


def _of_enrolment(enrolment: Enrolment, viewer: User, readers: list[Reader]) -> list[Names]:
    own = [reader for reader in readers if reader.user.person_id == enrolment.person_id]
    others = [reader for reader in readers if reader not in own]
    trainers = {person.pk for person in enrolment.session.trainers.all()}
    lead = [reader for reader in others if reader.user.person_id in trainers]
    left = [reader for reader in others if reader not in lead]
    coordination = [reader for reader in left if Role.COORDINATOR in reader.user.roles]
    left = [reader for reader in left if reader not in coordination]
    groups = [
        named("La personne inscrite", "personnes", own),
        named("Qui forme ou anime", "personnes qui forment", lead),
        named("La coordination du réseau", "personnes de la coordination", coordination),
        *(by_place(enrolment.structure, left) if enrolment.structure else []),
    ]
    return [group for group in groups if group.people]


TRAINING = Kind(
    rule=Training.objects.visible_to,
    told=lambda training: f"la formation «\u00a0{training.title}\u00a0»",
    sentence=lambda training: (
        "Toutes les personnes qui ont un compte\u00a0; n’importe qui quand une session en est "
        "annoncée sur la page publique."
    ),
    groups=_all,
)


def _session_sentence(session: Session) -> str:
    if session.is_public:
        return "N’importe qui, même sans compte\u00a0: elle est annoncée sur la page publique."
    if session.cohort_id:
        return "Les personnes de la promotion, celles qui les accompagnent, qui forment, et la coordination."
    return "Toutes les personnes qui ont un compte."


SESSION = Kind(
    rule=Session.objects.visible_to,
    told=lambda session: f"la session «\u00a0{session.training.title}\u00a0» du {session.begins_on:%d/%m/%Y}",
    sentence=_session_sentence,
    groups=_of_session,
    related=("training",),
    public=lambda session: session.is_public,
)
ENROLMENT = Kind(
    rule=Enrolment.objects.visible_to,
    told=lambda one: (
        f"l’inscription et les présences de {one.person.display_name}, {one.session.training.title}, "
        f"{one.session.begins_on:%d/%m/%Y}"
    ),
    sentence=lambda one: (
        "Elle-même, les personnes qui forment, la coordination, et qui dirige ou accompagne sa structure."
    ),
    groups=_of_enrolment,
    related=("person", "session__training", "structure"),
)


def register() -> None:
    KINDS.register("formation", TRAINING)
    KINDS.register("session", SESSION)
    KINDS.register("inscription", ENROLMENT)
