"""What is kept of a person around structures: their places, whom they accompany, what they asked us."""

from collections.abc import Iterable, Iterator

from django.utils import timezone

from accounts.models import Person, User
from accounts.personal_data import PARTS, RULES, Leaving, Part, Rule, Table, rewrite_history, table_of
from efc_platform.backstage import mails
from structures.models import Accompaniment, AccompanimentRequest, LocalRole, Membership, Structure
from structures.notifications import answer_key
from structures.operations import erase_old_requests


def _gather(user: User) -> Iterable[Table]:
    me = user.person_id
    yield table_of("Vos places dans des structures", Membership.objects.filter(person=me), without=("person",))
    yield table_of(
        "Structures que vous accompagnez", Accompaniment.objects.filter(practitioner=me), without=("practitioner",)
    )
    yield table_of(
        "Demandes envoyées depuis la page publique avec votre adresse",
        AccompanimentRequest.objects.filter(email__iexact=user.email),
        without=("answered_by",),
    )
    yield table_of(
        "Demandes auxquelles vous avez répondu",
        AccompanimentRequest.objects.filter(answered_by=me),
        only=("answer", "answered_at"),
    )


def _forget(leaving: Leaving) -> None:
    """They leave every structure today; that they were there stays, without a function that would name them."""
    person, today = leaving.person, timezone.localdate()
    memberships = Membership.objects.filter(person=person)
    Membership.objects.current().filter(person=person).update(until=today)
    memberships.exclude(function="").update(function="")
    rewrite_history(Membership, ["function"], person_id=person.pk)
    Accompaniment.objects.current().filter(practitioner=person).update(until=today)
    for address in leaving.emails:
        requests = AccompanimentRequest.objects.filter(email__iexact=address)
        mails.erase(keys=[answer_key(one) for one in requests])
        requests.delete()


def _keeps_here(person: Person) -> Iterator[str]:
    """The last leader of a structure, or whoever is in charge of accompanying it, first names who takes over."""
    for structure in _left_alone(Membership.objects.filter(role=LocalRole.LEADER), "person", person):
        yield f"Vous êtes la seule personne à diriger {structure.name}\u00a0: nommez d’abord qui prend le relais."
    for structure in _left_alone(Accompaniment.objects.all(), "practitioner", person, is_lead=True):
        yield (
            f"Vous êtes la personne en charge de l’accompagnement de {structure.name}\u00a0: demandez d’abord à la "
            "coordination de désigner qui prend le relais."
        )


def _left_alone(rows, column: str, person: Person, **which) -> list[Structure]:
    mine = rows.current().filter(**{column: person}, **which)
    others = rows.current().exclude(**{column: person}).filter(**{f"{column}__user__is_active": True}, **which)
    structures = Structure.objects.filter(pk__in=mine.values("structure"))
    return list(structures.exclude(pk__in=others.values("structure")).in_french_order())


def register() -> None:
    PARTS.register("structures", Part("Vos structures", 20, _gather, _forget, keeps_here=_keeps_here))
    RULES.register(
        "support_requests",
        Rule("demandes d’accompagnement closes", "support_requests", lambda before: erase_old_requests(before=before)),
    )
