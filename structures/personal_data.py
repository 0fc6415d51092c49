"""What is kept of a person around structures: their places, whom they accompany, what they asked us."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import Person, User
from accounts.operations import forget_in_history
from accounts.personal_data import PARTS, RULES, Leaving, Part, Rule, Table, table_of
from efc_platform.backstage import mails
from structures.keeping import reasons_to_stay
from structures.models import (
    Accompaniment,
    AccompanimentRequest,
    CohortMessage,
    Conversation,
    DistinctStructures,
    Handover,
    JoinLink,
    JoinRequest,
    Membership,
    MembershipOffer,
    Message,
    StructureDocument,
    StructureImport,
    StructureMerge,
)
from structures.notifications import answer_key
from structures.operations import (
    erase_old_cohort_messages,
    erase_old_imports,
    erase_old_messages,
    erase_old_requests,
)

ERASED = "Message effacé"


def _gather(user: User) -> Iterable[Table]:
    me = user.person_id
    yield table_of("Vos places dans des structures", Membership.objects.filter(person=me), without=("person",))
    yield table_of(
        "Structures que vous accompagnez", Accompaniment.objects.filter(practitioner=me), without=("practitioner",)
    )
    yield table_of("Vos notes de relais", Handover.objects.filter(accompaniment__practitioner=me))
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

    yield table_of(
        "Places auxquelles vous êtes invité·e",
        MembershipOffer.objects.filter(invitation__email__iexact=user.email),
    )
    yield table_of("Liens que vous avez créés", JoinLink.objects.filter(made_by=user), without=("code", "made_by"))
    yield table_of(
        "Demandes de rejoindre une structure",
        JoinRequest.objects.filter(Q(person=me) | Q(email__iexact=user.email)),
        without=("person", "decided_by"),
    )
    yield table_of(
        "Fichiers que vous avez importés",
        StructureImport.objects.filter(made_by=user),
        only=("file_name", "made_at", "state", "written_at"),
    )
    yield table_of(
        "Fiches que vous avez réunies", StructureMerge.objects.filter(merged_by=user), only=("kept", "merged_at")
    )
    yield table_of(
        "Réunions de fiches que vous avez défaites",
        StructureMerge.objects.filter(undone_by=user),
        only=("kept", "undone_at"),
    )
    yield table_of(
        "Structures que vous avez dites distinctes",
        DistinctStructures.objects.filter(said_by=user),
        without=("said_by",),
    )
    yield table_of(
        "Documents que vous avez ajoutés à des structures",
        StructureDocument.objects.filter(added_by=me),
        without=("added_by",),
    )
    taken_part = Conversation.objects.filter(Q(opened_by=me) | Q(practitioners=me)).distinct()
    yield table_of("Conversations auxquelles vous prenez part", taken_part)
    yield table_of("Messages que vous avez écrits", Message.objects.filter(author=me), without=("author",))
    to_cohorts = CohortMessage.objects.filter(author=me)
    yield table_of("Messages que vous avez écrits à une promotion", to_cohorts, without=("author",))


def _forget(leaving: Leaving) -> None:
    """They leave every structure today; that they were there stays, without a function that would name them."""
    person, today = leaving.person, timezone.localdate()
    memberships = Membership.objects.filter(person=person)
    Membership.objects.current().filter(person=person).update(until=today)
    memberships.exclude(function="").update(function="")
    forget_in_history(model=Membership, columns=["function"], person_id=person.pk)
    # What was planned for them never begins.
    held = Accompaniment.objects.unended().filter(practitioner=person)
    held.update(until=Greatest(F("since"), Value(today)))
    for address in leaving.emails:
        asked = AccompanimentRequest.objects.filter(email__iexact=address)
        mails.erase(keys=[answer_key(one) for one in asked])
        asked.delete()
        JoinRequest.objects.filter(email__iexact=address).delete()
    JoinRequest.objects.filter(person=person).delete()
    # The other side keeps its own words; that something was said to them stays, not what.
    Message.objects.filter(author=person).update(subject="", text=ERASED)
    CohortMessage.objects.filter(author=person).update(text=ERASED)


def _erase_join_requests(before: datetime) -> int:
    """Those that were decided; who still waits has somebody to answer them."""
    return JoinRequest.objects.filter(decided_at__lt=before).delete()[0]


def _keeps_here(person: Person) -> list[str]:
    return reasons_to_stay(person, None)


def register() -> None:
    PARTS.register("structures", Part("Vos structures", 20, _gather, _forget, keeps_here=_keeps_here))
    RULES.register("join_requests", Rule("demandes d’entrée décidées", "invitations", _erase_join_requests))
    RULES.register(
        "support_requests",
        Rule("demandes d’accompagnement closes", "support_requests", lambda before: erase_old_requests(before=before)),
    )
    RULES.register(
        "imports",
        Rule("fichiers importés", "imports", lambda before: erase_old_imports(before=before)),
    )
    RULES.register(
        "messages",
        Rule(
            "messages entre une structure et qui l’accompagne",
            "messages",
            lambda before: erase_old_messages(before=before),
        ),
    )
    RULES.register(
        "cohort_messages",
        Rule("messages d’une promotion", "messages", lambda before: erase_old_cohort_messages(before=before)),
    )
