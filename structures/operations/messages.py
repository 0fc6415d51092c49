"""What is written between somebody of a structure and whoever accompanies it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.errors import OperationRefused
from structures import notifications
from structures.models import Conversation, Message, Structure, answering_for, own_conversation
from structures.permissions import can_answer_conversation, can_write_to_practitioner

NOBODY = (
    "Personne n’accompagne cette structure pour l’instant\u00a0: votre message ne serait lu de personne. "
    "Copiez-le\u00a0; il pourra partir dès qu’elle aura été confiée à quelqu’un."
)
OVER = (
    "Cette conversation est close\u00a0: ce ne sont plus les mêmes personnes qui répondent de la structure. Votre "
    "message n’est pas parti, copiez-le pour en ouvrir une autre."
)


@transaction.atomic
def write_to_practitioner(
    *, by: User, structure: Structure, text: str, subject: str = "", on: datetime | None = None
) -> Message:
    """Somebody of the structure writes to those who answer for its accompaniment, in the conversation they have
    with them, or in a new one when these are not the same people any more. They are told that a message
    waits, unless it is dated `on` a past day. OperationRefused from outside, or when nobody would read it."""
    # Two messages of one person, sent together, must not open two conversations.
    current = Structure.objects.select_for_update().get(pk=structure.pk)
    if not can_write_to_practitioner(by, current):
        raise OperationRefused("On écrit à qui accompagne sa propre structure.")
    answering = [one for one in answering_for(current) if one != by.person]
    if not answering:
        raise OperationRefused(NOBODY)
    conversation = own_conversation(current, by.person).first()
    if conversation is None or not conversation.is_between(answering):
        conversation = Conversation.objects.create(
            structure=current, opened_by=by.person, opened_at=on or timezone.now()
        )
        conversation.practitioners.set(answering)
    return _write(conversation, by, text, subject, on)


@transaction.atomic
def answer_conversation(*, by: User, conversation: Conversation, text: str, on: datetime | None = None) -> Message:
    """One of the two sides goes on; the other is told that a message waits, unless it is dated `on` a past
    day. OperationRefused for anybody else, and once others answer for the structure."""
    current = Conversation.objects.select_for_update(of=("self",)).select_related("structure").get(pk=conversation.pk)
    if not can_answer_conversation(by, current):
        raise OperationRefused(OVER)
    return _write(current, by, text, "", on)


def _write(conversation: Conversation, by: User, text: str, subject: str, on: datetime | None) -> Message:
    made = Message.objects.create(
        conversation=conversation,
        author=by.person,
        subject=subject.strip(),
        text=text.strip(),
        written_at=on or timezone.now(),
    )
    if on is None:
        notifications.tell_message(made)
    return made


def erase_old_messages(*, before: datetime) -> int:
    """Forgets what was written before that moment, and the conversations that nothing is left of; a retention rule
    does it, nobody acts."""
    gone = Message.objects.filter(written_at__lt=before).delete()[1].get("structures.Message", 0)
    Conversation.objects.filter(messages__isnull=True, opened_at__lt=before).delete()
    return gone
