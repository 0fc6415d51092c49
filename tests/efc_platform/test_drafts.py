"""What is being typed is kept for its author, taken up again, never twice and never by anybody else."""

import threading
import uuid

import pytest
from django.db import connection
from django.http import QueryDict

from efc_platform.backstage.drafts import (
    LARGEST,
    MOST,
    draft_sent,
    drafts_by_key,
    drop_draft,
    keep_draft,
    open_draft,
    rotate_draft_keys,
)
from efc_platform.backstage.models import Draft
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.encryption import TamperedText, current_key_id
from efc_platform.shared.errors import OperationRefused
from tests.factories.people import UserFactory

ADDRESS = "/interventions/nouvelle/?trajectoire=1"
SECRET = "Canari-de-brouillon"


@pytest.fixture
def author(db):
    return UserFactory()


def typed(
    text: str = SECRET, *, draft: Draft | None = None, page: uuid.UUID | None = None, seen: int | None = None, **more
) -> QueryDict:
    """What the page of a form sends: its words, and where its draft stands as far as it knows."""
    data = QueryDict(mutable=True)
    page = page or (draft.page if draft else uuid.uuid4())
    values = {"account": text, "draft-address": ADDRESS, "draft-heading": "Intervention", "draft-page": str(page)}
    if draft:
        values |= {"draft-id": str(draft.public_id), "draft-revision": str(draft.revision if seen is None else seen)}
    data.update(values | {name.replace("_", "-"): value for name, value in more.items()})
    return data


def texts(author) -> list[list[str]]:
    return [open_draft(one).texts for one in Draft.objects.of(author).unsent().order_by("pk")]


def test_what_is_typed_is_kept_and_kept_again_in_one_draft(author):
    first = keep_draft(by=author, typed=typed("Un début"))
    second = keep_draft(by=author, typed=typed("Un début, et la suite", draft=first))
    assert (second.public_id, second.revision, texts(author)) == (first.public_id, 2, [["Un début, et la suite"]])
    assert (open_draft(second).heading, second.address) == ("Intervention", ADDRESS)


def test_database_holds_none_of_the_words_nor_the_heading(author):
    keep_draft(by=author, typed=typed())
    with connection.cursor() as cursor:
        cursor.execute("SELECT d::text, sealed_text FROM backstage_draft d")
        [(row, sealed)] = cursor.fetchall()
    assert [word for word in (SECRET, "Intervention", "account") if word in row or word.encode() in sealed] == []


def test_bytes_copied_into_anothers_draft_open_nothing(author):
    mine, other = keep_draft(by=author, typed=typed()), UserFactory()
    theirs = keep_draft(by=other, typed=typed("Autre chose"))
    Draft.objects.filter(pk=theirs.pk).update(sealed_text=mine.sealed_text)
    theirs.refresh_from_db()
    with pytest.raises(TamperedText):
        open_draft(theirs)


def test_another_persons_draft_is_neither_written_over_nor_found(author):
    mine, other = keep_draft(by=author, typed=typed("À moi")), UserFactory()
    keep_draft(by=other, typed=typed("À un autre", draft=mine))
    assert (texts(author), texts(other)) == ([["À moi"]], [["À un autre"]])
    drop_draft(by=other, draft=mine)
    assert texts(author) == [["À moi"]]


def test_second_tab_that_takes_a_draft_up_leaves_the_first_one_its_words(author):
    """The second goes on with it; what the first still types is another draft."""
    begun = keep_draft(by=author, typed=typed("Commencé"))
    first_page, second_page = begun.page, uuid.uuid4()
    taken = keep_draft(by=author, typed=typed("Repris ailleurs", draft=begun, page=second_page))
    assert taken.public_id == begun.public_id
    apart = keep_draft(by=author, typed=typed("Continué ici", draft=begun, page=first_page, seen=1))
    assert apart.public_id != begun.public_id
    assert texts(author) == [["Repris ailleurs"], ["Continué ici"]]


def test_page_whose_answer_was_lost_on_the_way_still_writes_in_its_own_draft(author):
    begun = keep_draft(by=author, typed=typed("Un"))
    for text in ("Un deux", "Un deux trois"):
        keep_draft(by=author, typed=typed(text, draft=begun, seen=1))
    assert texts(author) == [["Un deux trois"]]


def test_sent_form_leaves_no_text_and_a_late_saving_writes_nothing(author):
    begun = keep_draft(by=author, typed=typed())
    draft_sent(by=author, typed=typed(draft=begun))
    assert keep_draft(by=author, typed=typed("En retard", draft=begun)) is None
    kept = Draft.objects.get()
    assert (bytes(kept.sealed_text), kept.sent_at is None, texts(author)) == (b"", False, [])


def test_form_sent_by_another_leaves_my_draft(author):
    begun = keep_draft(by=author, typed=typed("À moi"))
    draft_sent(by=UserFactory(), typed=typed(draft=begun))
    assert texts(author) == [["À moi"]]


@pytest.mark.parametrize("address", ["", "//ailleurs.example/", "https://ailleurs.example/", "/" + "a" * 300])
def test_draft_of_no_page_of_ours_is_refused(author, address):
    with pytest.raises(OperationRefused, match="ne dit pas d’où vient ce texte"):
        keep_draft(by=author, typed=typed(draft_address=address))


def test_too_large_a_text_and_too_many_drafts_are_refused_in_words(author):
    with pytest.raises(OperationRefused, match="trop long pour un brouillon"):
        keep_draft(by=author, typed=typed("a" * (LARGEST + 1)))
    first = keep_draft(by=author, typed=typed())
    others = [
        Draft(author=author.person, address=ADDRESS, page=uuid.uuid4(), sealed_text=b"x") for _n in range(1, MOST)
    ]
    Draft.objects.bulk_create(others)
    with pytest.raises(OperationRefused, match=f"déjà {MOST}"):
        keep_draft(by=author, typed=typed("Un de trop"))
    assert keep_draft(by=author, typed=typed("Le même", draft=first)).revision == 2


def test_nothing_is_kept_nor_read_in_somebody_elses_place(author):
    keep_draft(by=author, typed=typed())
    author.lent_to = UserFactory()
    with pytest.raises(OperationRefused, match="la place de quelqu’un"):
        keep_draft(by=author, typed=typed())
    assert list(Draft.objects.of(author)) == []


def test_token_and_password_are_never_kept(author):
    draft = keep_draft(by=author, typed=typed(csrfmiddlewaretoken="jeton", password1="motdepasse"))
    assert list(open_draft(draft).typed) == ["account"]


def test_another_key_opens_the_same_drafts(author, settings):
    old = settings.JOURNAL_KEYS[0]
    keep_draft(by=author, typed=typed())
    settings.JOURNAL_KEYS = ["neuve:" + "A" * 43 + "=", old]
    assert rotate_draft_keys().resealed == 1
    settings.JOURNAL_KEYS = settings.JOURNAL_KEYS[:1]
    assert (texts(author), drafts_by_key(), current_key_id()) == ([[SECRET]], {"neuve": 1}, "neuve")


@pytest.mark.django_db(transaction=True)
def test_two_savings_at_once_of_one_page_are_one_draft():
    author = UserFactory()
    begun = keep_draft(by=author, typed=typed("Un"))

    def save(text: str) -> None:
        keep_draft(by=author, typed=typed(text, draft=begun))
        connection.close()

    threads = [threading.Thread(target=save, args=(f"Un {rank}",)) for rank in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (Draft.objects.count(), Draft.objects.get().revision) == (1, 9)


def test_saving_that_comes_after_the_same_form_was_sent_from_elsewhere_keeps_nothing(author):
    sent, other = typed(), typed("Autre chose")
    sent["client_key"] = other["client_key"] = str(uuid.uuid4())
    send_once(by=author, key=uuid.UUID(sent["client_key"]), typed=sent, write=lambda: "/")
    assert keep_draft(by=author, typed=sent) is None
    assert keep_draft(by=author, typed=other) is not None
    assert texts(author) == [["Autre chose"]]
