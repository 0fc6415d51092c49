"""Who is told what of the requests for an accompaniment, by mail, after which operation."""

from django.db.models import Q
from django.urls import reverse

from accounts.models import Role, RoleGrant, User
from efc_platform.backstage import mails
from efc_platform.shared.mail import absolute_url
from structures.models import (
    AccompanimentRequest,
    Conversation,
    JoinRequest,
    LocalRole,
    Message,
    answering_for,
    in_charge,
)


def answer_key(request: AccompanimentRequest) -> str:
    return f"request-answer:{request.public_id}"


def tell_request_received(request: AccompanimentRequest) -> None:
    """Each coordinator learns that a request has come; the mail holds none of its words."""
    grants = RoleGrant.objects.current().filter(role=Role.COORDINATOR)
    for user in User.objects.filter(is_active=True, pk__in=grants.values("user")):
        context = {"person": user.person, "url": absolute_url(request.get_absolute_url())}
        key = f"request-received:{request.public_id}:{user.pk}"
        mails.post(key=key, to=user.email, template="emails/request_received.txt", context=context)


def tell_requester(request: AccompanimentRequest) -> None:
    """Whoever asked receives the coordinator's own words: they have no page to read them on."""
    context = {"answer": request.answer, "coordinator": request.answered_by, "received_at": request.received_at}
    mails.post(key=answer_key(request), to=request.email, template="emails/request_answer.txt", context=context)


def tell_join_asked(asked: JoinRequest) -> None:
    """Those who may answer: the structure's leaders, and whoever is in charge of its accompaniment."""
    leads = Q(person__memberships__in=asked.structure.memberships.current().filter(role=LocalRole.LEADER))
    charged = Q(person__in=in_charge().filter(structure=asked.structure).values("practitioner"))
    url = absolute_url(reverse("welcome", args=[asked.structure.public_id]))
    for user in User.objects.filter(leads | charged, is_active=True).distinct():
        context = {"person": user.person, "structure": asked.structure, "url": url}
        key = f"join-asked:{asked.public_id}:{user.pk}"
        mails.post(key=key, to=user.email, template="emails/join_asked.txt", context=context)


def tell_join_decided(asked: JoinRequest) -> None:
    """Whoever asked with an account; the structure's name stands in the page, as in the link they were given."""
    url = absolute_url(reverse("home"))
    context = {"asked": asked, "structure": asked.structure, "url": url}
    key = f"join-decided:{asked.public_id}"
    mails.post(key=key, to=asked.email, template="emails/join_decided.txt", context=context)


def tell_message(message: Message) -> None:
    """The other side learns that a message waits, never what it says; whoever may no longer read it is not told."""
    conversation = message.conversation
    people = {conversation.opened_by, *answering_for(conversation.structure)} - {message.author}
    for user in User.objects.filter(person__in=people, is_active=True).order_by("pk"):
        if not Conversation.objects.visible_to(user).filter(pk=conversation.pk).exists():
            continue
        context = {
            "person": user.person,
            "author": message.author,
            "structure": conversation.structure,
            "url": absolute_url(conversation.get_absolute_url()),
        }
        key = f"message:{conversation.public_id}:{message.pk}:{user.pk}"
        mails.post(key=key, to=user.email, template="emails/message_waiting.txt", context=context)
