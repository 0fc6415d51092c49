"""Requests for an accompaniment: received from anyone, answered by the coordination, forgotten in time."""

import uuid
from datetime import date, timedelta

import pghistory
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Role
from efc_platform.backstage.models import Job
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures import operations
from structures.models import REQUEST_TRANSITIONS, AccompanimentRequest, RequestState
from structures.permissions import can_answer_request
from tests.factories.notices import want_mails
from tests.factories.people import UserFactory
from tests.factories.structures import AccompanimentRequestFactory

WRITTEN = {"person_name": "Léa Morin", "structure_name": "Le Petit Plateau", "message": "Nous voudrions en parler."}
LEA = WRITTEN | {"email": "lea@plateau.example", "phone": ""}


def mails(kind: str) -> list[Job]:
    return list(Job.objects.filter(key__startswith=f"mail:{kind}:").order_by("key"))


def answered(cast, **columns) -> AccompanimentRequest:
    asked = AccompanimentRequestFactory(**columns)
    return operations.answer_request(by=cast.coordinator, request=asked, answer="Bonjour.", expected_version=1)


def test_request_is_kept_as_it_was_written(cast):
    kept = operations.receive_request(**LEA, session_wanted="Découvrir l’EFC, 4 décembre 2026")
    assert {name: getattr(kept, name) for name in LEA} == LEA
    assert (kept.state, kept.version, kept.session_wanted) == ("received", 1, "Découvrir l’EFC, 4 décembre 2026")
    assert (str(kept), kept.is_open, kept.is_over) == ("Le Petit Plateau", True, False)
    assert str(AccompanimentRequestFactory.build(person_name="Léa Morin", structure_name="")) == "Léa Morin"


def test_request_is_tidied(cast):
    kept = operations.receive_request(person_name=" Léa ", message="\n Bonjour. ", phone=" 06 39 98 12 34 ")
    assert (kept.person_name, kept.message, kept.phone) == ("Léa", "Bonjour.", "06 39 98 12 34")


def test_request_without_a_way_to_be_answered_is_refused(cast):
    with pytest.raises(OperationRefused, match="Laissez une adresse électronique ou un numéro") as refusal:
        operations.receive_request(**WRITTEN, email=" ")
    assert refusal.value.field == "email"
    assert AccompanimentRequest.objects.count() == 0


def test_same_form_sent_twice_is_one_request_and_one_mail(cast):
    want_mails(cast.users.values())
    key = uuid.uuid4()
    first, second = (operations.receive_request(**LEA, client_key=key) for _ in range(2))
    assert first == second
    assert AccompanimentRequest.objects.count() == 1
    assert len(mails("request-received")) == 1


def test_form_changed_after_it_was_sent_is_refused_rather_than_lost(cast):
    key = uuid.uuid4()
    operations.receive_request(**LEA, client_key=key)
    with pytest.raises(OperationRefused, match="est déjà parti"):
        operations.receive_request(**LEA | {"message": "Autre chose."}, client_key=key)
    assert AccompanimentRequest.objects.get().message == LEA["message"]


def test_each_coordinator_is_told_and_the_mail_holds_nothing_of_the_request(cast):
    UserFactory(email="ferme@essai.example", roles=[Role.COORDINATOR], is_active=False)
    former = UserFactory(email="ancienne@essai.example", roles=[Role.COORDINATOR])
    former.role_grants.update(until=date(2024, 1, 1))
    want_mails([cast.coordinator, UserFactory(email="seconde@essai.example", roles=[Role.COORDINATOR])])
    kept = operations.receive_request(**LEA)
    sent = mails("request-received")
    assert sorted(job.payload["to"] for job in sent) == ["coordonne@essai.example", "seconde@essai.example"]
    said = str([job.payload for job in sent])
    assert [word for word in LEA.values() if word and word in said] == []
    assert [kept.get_absolute_url() in job.payload["body"] for job in sent] == [True, True]


def test_older_request_written_down_tells_nobody(cast):
    day = timezone.now() - timedelta(days=40)
    kept = operations.receive_request(**LEA, on=day)
    done = operations.answer_request(
        by=cast.coordinator, request=kept, answer="Bonjour.", expected_version=1, on=day + timedelta(days=2)
    )
    assert (done.received_at, done.answered_at) == (day, day + timedelta(days=2))
    assert Job.objects.count() == 0


def test_answer_is_kept_and_leaves_by_mail(cast):
    asked = AccompanimentRequestFactory(email="lea@plateau.example")
    done = operations.answer_request(by=cast.coordinator, request=asked, answer=" Voyons-nous. ", expected_version=1)
    assert (done.state, done.answer, done.answered_by, done.version) == (
        "answered",
        "Voyons-nous.",
        cast.coordinator.person,
        2,
    )
    assert timezone.now() - done.answered_at < timedelta(minutes=1)
    (mail,) = mails("request-answer")
    assert mail.payload["to"] == "lea@plateau.example"
    assert mail.payload["subject"] == "Votre demande d’accompagnement"
    assert "Voyons-nous.\n\n" + cast.coordinator.person.display_name in mail.payload["body"]
    assert asked.message not in mail.payload["body"]


def test_answer_to_somebody_who_left_a_number_only_is_the_note_of_a_call(cast):
    done = answered(cast, email="", phone="06 39 98 12 34")
    assert (done.state, done.answer) == ("answered", "Bonjour.")
    assert mails("request-answer") == []


def test_second_answer_is_overtaken_then_refused(cast):
    done = answered(cast)
    with pytest.raises(StaleEdit):
        operations.answer_request(by=cast.coordinator, request=done, answer="Encore.", expected_version=1)
    with pytest.raises(OperationRefused, match="Cette demande est déjà répondue"):
        operations.answer_request(by=cast.coordinator, request=done, answer="Encore.", expected_version=2)
    assert len(mails("request-answer")) == 1


def test_answer_says_something(cast):
    with pytest.raises(OperationRefused) as refusal:
        operations.answer_request(
            by=cast.coordinator, request=AccompanimentRequestFactory(), answer="  ", expected_version=1
        )
    assert refusal.value.field == "answer"
    assert AccompanimentRequest.objects.get().state == RequestState.RECEIVED


@pytest.mark.parametrize("has_answer", [True, False])
def test_request_is_closed_with_a_reason_whether_answered_or_not(cast, has_answer):
    asked = answered(cast) if has_answer else AccompanimentRequestFactory()
    done = operations.close_request(by=cast.coordinator, request=asked, reason=" Sa fiche est ouverte. ")
    assert (done.state, done.closed_reason, done.is_over) == ("closed", "Sa fiche est ouverte.", True)
    with pytest.raises(OperationRefused, match="Cette demande est déjà classée"):
        operations.close_request(by=cast.coordinator, request=done, reason="Encore.")


def test_closing_says_why(cast):
    with pytest.raises(OperationRefused) as refusal:
        operations.close_request(by=cast.coordinator, request=AccompanimentRequestFactory(), reason=" ")
    assert refusal.value.field == "reason"


def test_closed_request_is_not_answered_any_more(cast):
    closed = operations.close_request(by=cast.coordinator, request=AccompanimentRequestFactory(), reason="Doublon.")
    with pytest.raises(OperationRefused, match="Cette demande est déjà classée"):
        operations.answer_request(by=cast.coordinator, request=closed, answer="Bonjour.", expected_version=2)


def test_every_state_says_where_it_leads():
    assert set(REQUEST_TRANSITIONS) == set(RequestState)


def test_only_the_coordination_answers_closes_and_sees(cast):
    asked = AccompanimentRequestFactory()
    allowed = {name for name, user in cast.users.items() if can_answer_request(user)}
    seeing = {name for name, user in cast.users.items() if AccompanimentRequest.objects.visible_to(user).exists()}
    assert allowed == seeing == {"coordinator"}
    for name in cast.users.keys() - allowed:
        with pytest.raises(OperationRefused, match="Seule la coordination répond"):
            operations.answer_request(by=cast.users[name], request=asked, answer="Bonjour.", expected_version=1)
        with pytest.raises(OperationRefused, match="Seule la coordination répond"):
            operations.close_request(by=cast.users[name], request=asked, reason="Doublon.")


def test_those_without_an_answer_come_first_and_the_latest_before(cast):
    closed = operations.close_request(by=cast.coordinator, request=AccompanimentRequestFactory(), reason="Doublon.")
    done = answered(cast)
    old = AccompanimentRequestFactory(received_at=timezone.now() - timedelta(days=9))
    new = AccompanimentRequestFactory()
    assert list(AccompanimentRequest.objects.to_be_done_first()) == [new, old, done, closed]
    assert set(AccompanimentRequest.objects.open()) == {new, old}


@pytest.mark.parametrize(
    "columns",
    [
        {"email": "", "phone": ""},
        {"state": RequestState.ANSWERED},
        {"state": RequestState.CLOSED},
        {"state": RequestState.CLOSED, "closed_reason": "Doublon."},
    ],
)
def test_database_refuses_what_the_operations_would_not_write(cast, columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        AccompanimentRequestFactory(**columns)


def age(row: AccompanimentRequest, column: str, days: int) -> None:
    """As if that had happened so many days ago."""
    AccompanimentRequest.objects.filter(pk=row.pk).update(**{column: timezone.now() - timedelta(days=days)})


def test_request_is_erased_a_year_after_its_answer_with_the_mail(cast):
    gone, kept = answered(cast), answered(cast)
    age(gone, "answered_at", 366)
    age(kept, "answered_at", 364)
    operations.erase_old_requests(before=timezone.now() - timedelta(days=365))
    assert list(AccompanimentRequest.objects.all()) == [kept]
    assert [job.key for job in mails("request-answer")] == [f"mail:request-answer:{kept.public_id}"]


def test_closed_request_is_erased_a_year_after_and_an_open_one_waits(cast):
    waiting = AccompanimentRequestFactory(received_at=timezone.now() - timedelta(days=900))
    close = {"by": cast.coordinator, "reason": "Doublon."}
    gone = operations.close_request(request=AccompanimentRequestFactory(), **close)
    # Closing an answered one later does not make it stay longer.
    late = operations.close_request(request=answered(cast), **close)
    age(gone, "closed_at", 366)
    age(late, "answered_at", 366)
    assert operations.erase_old_requests(before=timezone.now() - timedelta(days=365)) == 2
    assert list(AccompanimentRequest.objects.all()) == [waiting]


def test_history_keeps_states_and_no_word_of_the_request(cast):
    done = answered(cast, person_name="Léa Morin", message="Un secret.", email="lea@plateau.example")
    events = pghistory.models.Events.objects.tracks(done).order_by("pgh_created_at", "pgh_id")
    assert [event.pgh_data["state"] for event in events] == ["received", "answered"]
    said = str([event.pgh_data for event in events])
    assert [word for word in ("Léa", "secret", "lea@", "Bonjour") if word in said] == []
