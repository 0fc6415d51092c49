"""Structures of which nothing was heard: who is told, what breaks a silence, when it is expected."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from efc_platform.shared.errors import OperationRefused
from structures import operations
from structures.models import Accompaniment, Structure
from structures.permissions import can_watch_silence, can_watch_some_silence
from structures.silence import NEWS, silent
from tests.factories.people_talking import ConversationFactory, MessageFactory
from tests.factories.structures import AccompanimentFactory, StructureFactory
from tests.factories.trainings import EnrolmentFactory, SessionFactory
from tests.factories.trajectories import (
    AppointmentFactory,
    InterventionFactory,
    NextStepFactory,
    ReadingFactory,
    TrajectoryFactory,
    TrialFactory,
)
from tests.visitor import Visitor
from trajectories.models import InterventionShare, Trajectory

LIST = "/structures/silencieuses/"
TODAY = timezone.localdate()
LONG_AGO = TODAY - timedelta(days=200)


@pytest.fixture
def quiet(cast) -> Structure:
    """Alpha, that somebody accompanies and of which nothing was noted for long; of Bêta nobody is in charge."""
    Trajectory.objects.update(started_on=LONG_AGO)
    Structure.objects.update(created_at=timezone.now() - timedelta(days=200))
    Accompaniment.objects.filter(until=None).update(since=LONG_AGO)
    return cast.structure_a


def told(user) -> list[str]:
    return [one.name for one in silent(user)]


def test_those_who_accompany_it_and_the_coordination_are_told(cast, quiet):
    assert {name for name, user in cast.users.items() if can_watch_silence(user, quiet)} == {
        "coordinator",
        "practitioner",
    }
    assert {name for name, user in cast.users.items() if told(user) == ["Alpha"]} == {"coordinator", "practitioner"}
    practitioners = {"coordinator", "practitioner", "other_practitioner", "former_practitioner"}
    assert {name for name, user in cast.users.items() if can_watch_some_silence(user)} == practitioners


def _share(trajectory, on):
    made = InterventionFactory(occurred_on=on)
    InterventionShare.objects.create(intervention=made, trajectory=trajectory, minutes=60)


HEARD = {
    "an intervention": lambda trajectory: _share(trajectory, TODAY),
    "a sealed reading": lambda trajectory: ReadingFactory(trajectory=trajectory, read_on=TODAY, sealed=True),
    "a trial begun": lambda trajectory: TrialFactory(trajectory=trajectory, started_on=TODAY),
    "a step made": lambda trajectory: NextStepFactory(trajectory=trajectory, done_at=timezone.now()),
    "a meeting to come": lambda trajectory: AppointmentFactory(trajectory=trajectory),
    "a message": lambda trajectory: MessageFactory(conversation=ConversationFactory(structure=trajectory.structure)),
    "a session to come": lambda trajectory: EnrolmentFactory(session=SessionFactory(), structure=trajectory.structure),
    "another who accompanies": lambda trajectory: AccompanimentFactory(structure=trajectory.structure, since=TODAY),
}


@pytest.mark.parametrize("heard", HEARD)
def test_what_is_heard_of_it_breaks_the_silence(cast, quiet, heard):
    HEARD[heard](cast.trajectory_a)
    assert told(cast.practitioner) == []


def test_draft_and_old_news_leave_it_silent(cast, quiet):
    ReadingFactory(trajectory=cast.trajectory_a, read_on=TODAY, sealed=False)
    _share(cast.trajectory_a, TODAY - timedelta(days=91))
    assert told(cast.practitioner) == ["Alpha"]
    _share(cast.trajectory_a, TODAY - timedelta(days=90))
    assert told(cast.practitioner) == []


def test_how_long_is_a_setting(cast, quiet, settings):
    settings.SILENCE_DAYS = 201
    assert told(cast.practitioner) == []


def test_longest_silence_comes_first_and_every_application_says_what_it_knows(cast, quiet):
    other = AccompanimentFactory(practitioner=cast.practitioner.person, since=LONG_AGO - timedelta(days=9)).structure
    Structure.objects.filter(pk=other.pk).update(created_at=timezone.now() - timedelta(days=209))
    assert told(cast.practitioner) == [other.name, "Alpha"]
    assert {"accompaniments", "interventions", "messages", "readings", "sessions", "trials"} <= set(NEWS.names)


def test_pause_is_taken_with_a_day_and_a_reason_then_ended_by_hand(cast, quiet, signed_in):
    visitor = Visitor(signed_in(cast.practitioner))
    assert visitor.open("/").links["1 structure à retrouver"] == LIST
    page = visitor.open(LIST)
    assert "Ce n’est un reproche pour personne" in page.words
    visitor.click("C’est attendu : mettre Alpha en pause")
    until = TODAY + timedelta(days=30)
    page = visitor.press("Enregistrer", until=until.isoformat(), reason="Une saison creuse")
    assert "Des nouvelles de chacune" in page.words
    assert "Une saison creuse" in page.section("Un silence attendu")
    assert told(cast.coordinator) == []
    page = visitor.press("Reprendre le suivi de Alpha")
    assert page.messages == ["La pause est finie : Alpha est de nouveau suivie."]
    assert told(cast.coordinator) == ["Alpha"]
    history = visitor.open(f"{quiet.get_absolute_url()}historique/")
    assert "a inscrit un silence attendu" in history.words


def test_pause_that_has_passed_hides_nothing_any_more(cast, quiet):
    quiet.silence_pauses.create(until=TODAY - timedelta(days=1), reason="Un congé")
    assert told(cast.practitioner) == ["Alpha"]
    operations.pause_silence(by=cast.practitioner, structure=quiet, until=TODAY + timedelta(days=5), reason="Encore")
    assert [one.reason for one in quiet.silence_pauses.filter(ended_on=None)] == ["Encore"]


@pytest.mark.parametrize("days", [0, -1])
def test_pause_until_a_day_that_has_passed_is_refused_and_nothing_typed_is_lost(cast, quiet, signed_in, days):
    visitor = Visitor(signed_in(cast.practitioner))
    visitor.open(f"{quiet.get_absolute_url()}silence/")
    page = visitor.press("Enregistrer", until=(TODAY + timedelta(days=days)).isoformat(), reason="Un congé")
    assert page.errors() == {"until": "Choisissez un jour à venir."}
    assert page.typed("reason") == "Un congé"


def test_same_form_sent_twice_pauses_once(cast, quiet, signed_in):
    client, key = signed_in(cast.practitioner), str(uuid.uuid4())
    sent = {"until": (TODAY + timedelta(days=9)).isoformat(), "reason": "Un congé", "client_key": key}
    for _time in range(2):
        assert client.post(f"{quiet.get_absolute_url()}silence/", sent).status_code == 302
    assert quiet.silence_pauses.count() == 1


@pytest.mark.parametrize("name", ["leader", "other_practitioner"])
def test_others_pause_nothing(cast, quiet, name):
    by = cast.users[name]
    with pytest.raises(OperationRefused, match="suivent ses silences"):
        operations.pause_silence(by=by, structure=quiet, until=TODAY + timedelta(days=5), reason="Non")
    with pytest.raises(OperationRefused, match="suivent ses silences"):
        operations.end_pause(by=by, structure=quiet)


def test_long_list_asks_no_more_queries(cast, quiet, signed_in):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert signed_in(cast.coordinator).get(LIST).status_code == 200
        return len(queries)

    few = asked()
    created = datetime.combine(LONG_AGO, datetime.min.time(), tzinfo=timezone.get_current_timezone())
    for one in StructureFactory.create_batch(12):
        Structure.objects.filter(pk=one.pk).update(created_at=created)
        AccompanimentFactory(structure=one, practitioner=cast.practitioner.person, since=LONG_AGO)
        TrajectoryFactory(structure=one, started_on=LONG_AGO)
    assert (asked(), len(told(cast.coordinator))) == (few, 13)
