"""A form is written once however often it is sent; with other words it is refused rather than lost."""

import hashlib
import json
import threading
import uuid

import pytest
from django.db import connection
from django.http import QueryDict

from efc_platform.backstage.models import Submission
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.errors import OperationRefused
from tests.factories.people import UserFactory

KEY = uuid.uuid4()
TYPED = "facts=Trois+silences.&dimensions=1&dimensions=2&csrfmiddlewaretoken=a"


@pytest.fixture
def written() -> list[str]:
    """What was written, in order."""
    return []


@pytest.fixture
def send(db, written):
    author = UserFactory()

    def once(typed: str = TYPED, *, by=author, key: uuid.UUID = KEY) -> str:
        def write() -> str:
            written.append(typed)
            return f"/page/{len(written)}/"

        return send_once(by=by, key=key, typed=QueryDict(typed), write=write)

    return once


def test_same_form_sent_again_is_written_once_and_leads_to_the_same_page(send, written):
    assert [send(), send(), send()] == ["/page/1/"] * 3
    assert written == [TYPED]


@pytest.mark.parametrize("again", [TYPED.replace("=a", "=b"), "dimensions=1&dimensions=2&facts=Trois+silences."])
def test_form_whose_token_or_order_changed_is_the_same(send, written, again):
    assert send() == send(again)
    assert written == [TYPED]


@pytest.mark.parametrize(
    "again",
    ["facts=Autre+chose.&dimensions=1&dimensions=2", "facts=Trois+silences.&dimensions=1", f"{TYPED}&title=Tri"],
)
def test_form_sent_again_with_other_words_is_refused_and_writes_nothing(send, written, again):
    send()
    with pytest.raises(OperationRefused, match="Ce formulaire a déjà été envoyé et enregistré"):
        send(again)
    assert written == [TYPED]


def test_other_key_or_other_author_is_another_form(send, written):
    assert [send(), send(key=uuid.uuid4()), send(by=UserFactory())] == ["/page/1/", "/page/2/", "/page/3/"]


def test_form_whose_writing_was_refused_may_be_sent_again(db, send, written):
    def refuse() -> str:
        raise OperationRefused("Refusé")

    author = UserFactory()
    with pytest.raises(OperationRefused, match="Refusé"):
        send_once(by=author, key=KEY, typed=QueryDict(TYPED), write=refuse)
    assert Submission.objects.count() == 0
    assert send(by=author) == "/page/1/"


def test_what_was_typed_is_not_guessed_at_from_what_is_kept(send, settings):
    """The same words under another secret leave another trace: without it, no guess can be checked."""
    send()
    values = sorted((name, value) for name, value in QueryDict(TYPED).lists() if name != "csrfmiddlewaretoken")
    kept = Submission.objects.get().digest
    assert kept != hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()
    settings.SECRET_KEY = "another-secret-of-the-application"
    send(key=uuid.uuid4())
    assert Submission.objects.exclude(digest=kept).count() == 1


def test_form_sent_eight_times_at_once_is_written_once(transactional_db):
    author, together = UserFactory(), threading.Barrier(8)
    written: list[str] = []
    answers: list[str] = []

    def write() -> str:
        written.append("une fois")
        return "/page/"

    def once() -> None:
        try:
            together.wait(timeout=20)
            answers.append(send_once(by=author, key=KEY, typed=QueryDict(TYPED), write=write))
        finally:
            connection.close()

    senders = [threading.Thread(target=once) for _ in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(timeout=30)
    assert (answers, written) == (["/page/"] * 8, ["une fois"])
    assert str(Submission.objects.get()).startswith(author.person.display_name)
