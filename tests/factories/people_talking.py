"""What members say of themselves, and what a structure and whoever accompanies it write to each other."""

from collections.abc import Callable
from typing import Any

import factory
from django.utils import timezone

from accounts.models import Person
from community.models import Profile
from structures.models import Conversation, Message, Structure
from tests.factories.people import PersonFactory
from tests.factories.structures import StructureFactory


class ProfileFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Profile

    person = factory.SubFactory(PersonFactory)
    work = "La réparation dans les écoles."
    territory = "Le Trégor"
    help = "Préparer une première rencontre."
    edited_at = factory.LazyFunction(timezone.now)


class ConversationFactory(factory.django.DjangoModelFactory):
    """`practitioners=[…]` says whom it is addressed to."""

    class Meta:
        model = Conversation
        skip_postgeneration_save = True

    structure = factory.SubFactory(StructureFactory)
    opened_by = factory.SubFactory(PersonFactory)

    @factory.post_generation
    def practitioners(self, create, extracted, **kwargs):
        self.practitioners.set(extracted or [])


class MessageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Message

    conversation = factory.SubFactory(ConversationFactory)
    author = factory.SelfAttribute("conversation.opened_by")
    text = "Pourrions-nous nous voir avant jeudi ?"


def furnish_talk(
    structure: Structure, practitioner: Person, leader: Person, words: Callable[[str], str]
) -> dict[str, Any]:
    """The practitioner's profile; the leader's conversation with them, with an answer."""
    said = {name: words(f"profile.{name}") for name in ("work", "territory", "help")}
    conversation = ConversationFactory(structure=structure, opened_by=leader, practitioners=[practitioner])
    MessageFactory(conversation=conversation, subject=words("message.subject"), text=words("message.text"))
    MessageFactory(conversation=conversation, author=practitioner, text=words("reply.text"))
    profile = Profile.objects.filter(person=practitioner).first() or ProfileFactory(person=practitioner, **said)
    return {"profile": profile, "conversation": conversation}
