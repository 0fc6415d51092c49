"""Who is told what of structures and of those who ask to come in, after which operation."""

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import Category, Person, User
from accounts.notices import SUBJECTS, tell
from accounts.notifications import coordinators
from efc_platform.backstage import mails
from efc_platform.shared.mail import absolute_url
from structures.models import (
    Accompaniment,
    AccompanimentRequest,
    Cohort,
    CohortMessage,
    CohortPlace,
    Conversation,
    JoinRequest,
    LocalRole,
    Membership,
    Message,
    Structure,
    StructureMerge,
    answering_for,
    handovers_open_to,
    in_charge,
)


def people_around(structure: Structure) -> QuerySet[User]:
    """Who has an open account and belongs to it, or accompanies it; each rule says who reads what."""
    belong = Membership.objects.current().filter(structure=structure).values("person")
    accompany = Accompaniment.objects.current().filter(structure=structure).values("practitioner")
    return User.objects.filter(Q(person__in=belong) | Q(person__in=accompany), is_active=True).order_by("pk")


def answer_key(request: AccompanimentRequest) -> str:
    return f"request-answer:{request.public_id}"


def tell_request_received(request: AccompanimentRequest) -> None:
    """Each coordinator learns that a request has come, and none of its words."""
    tell(
        coordinators(),
        category=Category.REQUESTS,
        about=request,
        key=f"request-received:{request.public_id}",
        title="Une demande d’accompagnement est arrivée",
        url=request.get_absolute_url(),
        template="emails/request_received.txt",
    )


def tell_requester(request: AccompanimentRequest) -> None:
    """Whoever asked receives the coordinator's own words: they have no page to read them on."""
    context = {"answer": request.answer, "coordinator": request.answered_by, "received_at": request.received_at}
    mails.post(key=answer_key(request), to=request.email, template="emails/request_answer.txt", context=context)


def tell_join_asked(asked: JoinRequest) -> None:
    """Those who may answer: the structure's leaders, and whoever is in charge of its accompaniment."""
    leads = Q(person__memberships__in=asked.structure.memberships.current().filter(role=LocalRole.LEADER))
    charged = Q(person__in=in_charge().filter(structure=asked.structure).values("practitioner"))
    tell(
        User.objects.filter(leads | charged, is_active=True).distinct(),
        category=Category.REQUESTS,
        about=asked,
        by=asked.person,
        key=f"join-asked:{asked.public_id}",
        title=f"Quelqu’un demande à rejoindre {asked.structure.name}",
        url=reverse("welcome", args=[asked.structure.public_id]),
        template="emails/join_asked.txt",
        context={"structure": asked.structure},
    )


def tell_join_decided(asked: JoinRequest) -> None:
    """Whoever asked with an account; the structure's name stands in the page, as in the link they were given."""
    url = absolute_url(reverse("home"))
    context = {"asked": asked, "structure": asked.structure, "url": url}
    key = f"join-decided:{asked.public_id}"
    mails.post(key=key, to=asked.email, template="emails/join_decided.txt", context=context)


def tell_entrusted(accompaniment: Accompaniment, *, by: Person | None = None) -> None:
    """Whoever accompanies a structure from now on, or answers for it. What is planned is told on its day: the
    structure is not open to them yet."""
    structure = accompaniment.structure
    what = "Vous êtes en charge de" if accompaniment.is_lead else "Vous accompagnez maintenant"
    tell(
        User.objects.filter(person=accompaniment.practitioner_id),
        category=Category.STEPS,
        about=structure,
        by=by,
        key=f"entrusted:{accompaniment.pk}:{'lead' if accompaniment.is_lead else 'with'}",
        title=f"{what} {structure.name}",
        url=structure.get_absolute_url(),
    )


def ask_for_handover(accompaniment: Accompaniment, *, by: Person) -> None:
    """Whoever leaves is asked for a note, while they may still write it."""
    tell(
        User.objects.filter(person=accompaniment.practitioner_id),
        category=Category.STEPS,
        about=accompaniment,
        by=by,
        key=f"handover-asked:{accompaniment.pk}",
        title=f"Une note de relais vous est demandée pour {accompaniment.structure.name}",
        url=handover_url(accompaniment),
    )


def tell_handover(accompaniment: Accompaniment) -> None:
    """Those who accompany the structure learn that a note waits, never what it says."""
    others = Accompaniment.objects.unended().filter(structure=accompaniment.structure_id).values("practitioner")
    tell(
        User.objects.filter(person__in=others).order_by("pk"),
        category=Category.STEPS,
        about=accompaniment,
        by=accompaniment.practitioner,
        key=f"handover:{accompaniment.pk}",
        title=f"Une note de relais vous attend pour {accompaniment.structure.name}",
        url=handover_url(accompaniment),
    )


def handover_url(accompaniment: Accompaniment) -> str:
    return reverse("handover", args=[accompaniment.structure.public_id, accompaniment.pk])


def tell_merged(merge: StructureMerge, *, by: Person) -> None:
    """Everybody around the sheet that stays: they now read what the other one's people shared with the structure."""
    tell(
        people_around(merge.kept),
        category=Category.STEPS,
        about=merge.kept,
        by=by,
        key=f"merged:{merge.public_id}",
        title=f"Deux fiches de {merge.kept.name} n’en font plus qu’une",
        url=merge.kept.get_absolute_url(),
    )


def tell_message(message: Message) -> None:
    """The other side learns that a message waits, never what it says."""
    conversation = message.conversation
    people = {conversation.opened_by, *answering_for(conversation.structure)}
    tell(
        User.objects.filter(person__in=people).order_by("pk"),
        category=Category.STEPS,
        about=conversation,
        by=message.author,
        key=f"message:{message.pk}",
        title=f"Un message vous attend, à propos de {conversation.structure.name}",
        url=conversation.get_absolute_url(),
    )


def people_in(cohort: Cohort) -> QuerySet[User]:
    """Who has an open account and belongs to a structure that travels with it today, or accompanies one."""
    structures = CohortPlace.objects.current().filter(cohort=cohort).values("structure")
    belong = Membership.objects.current().filter(structure__in=structures).values("person")
    accompany = Accompaniment.objects.current().filter(structure__in=structures).values("practitioner")
    return User.objects.filter(Q(person__in=belong) | Q(person__in=accompany), is_active=True).order_by("pk")


def tell_cohort(message: CohortMessage) -> None:
    """All those of the cohort, and coordination, learn that a message waits, never what it says."""
    tell(
        {*people_in(message.cohort), *coordinators()},
        category=Category.STEPS,
        about=message.cohort,
        by=message.author,
        key=f"cohort-message:{message.pk}",
        title=f"Un message pour la promotion {message.cohort.name}",
        url=message.cohort.get_absolute_url(),
    )


def register() -> None:
    SUBJECTS.register(Accompaniment._meta.label, handovers_open_to)
    SUBJECTS.register(Cohort._meta.label, Cohort.objects.visible_to)
    SUBJECTS.register(Structure._meta.label, Structure.objects.visible_to)
    SUBJECTS.register(AccompanimentRequest._meta.label, AccompanimentRequest.objects.visible_to)
    SUBJECTS.register(JoinRequest._meta.label, JoinRequest.objects.visible_to)
    SUBJECTS.register(Conversation._meta.label, Conversation.objects.visible_to)
