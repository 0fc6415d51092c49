"""Notices, as the operations that tell people something leave them."""

from collections.abc import Iterable

import factory

from accounts.models import Category, Notice, Rhythm, User
from accounts.operations import choose_rhythms
from tests.factories.people import UserFactory


def want_mails(users: Iterable[User], rhythm: Rhythm = Rhythm.AT_ONCE) -> None:
    """They want to hear of everything so."""
    for user in users:
        choose_rhythms(by=user, rhythms=dict.fromkeys(Category, rhythm))


class NoticeFactory(factory.django.DjangoModelFactory):
    """`about` is the row that the notice is about."""

    class Meta:
        model = Notice
        exclude = ["about"]

    recipient = factory.SubFactory(UserFactory)
    category = Category.STRUCTURES
    key = factory.Sequence(lambda number: f"essai:{number}")
    title = "Une intervention a été partagée"
    url = "/structures/"
    rhythm = Rhythm.DAILY
    subject = factory.LazyAttribute(lambda made: made.about._meta.label)
    subject_id = factory.LazyAttribute(lambda made: made.about.pk)
