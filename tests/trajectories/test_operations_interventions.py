"""Logging and correcting an intervention: once, by who accompanies, never over somebody else's words."""

import threading
import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Circle, RoleGrant
from efc_platform.shared.duration import share_out
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import Accompaniment
from tests.factories.structures import AccompanimentFactory
from trajectories.models import Intervention, InterventionShare, Modality, ParticipantKind, Participation, Place
from trajectories.operations import ShareFacts, edit_intervention, log_intervention
from trajectories.participants import Participant, some


@pytest.fixture
def log(cast, workshop):
    """Sends the form as the practitioner, once more with the same key if one is given."""

    def send(by=None, *, key: uuid.UUID | None = None, trajectory=None, circle=Circle.STRUCTURE, **facts):
        share = ShareFacts(trajectory or cast.trajectory_a, minutes=180, account="Le tri est raconté.", circle=circle)
        key = key or uuid.uuid4()
        return log_intervention(by=by or cast.practitioner, client_key=key, facts=workshop(**facts), shares=[share])

    return send


@pytest.fixture
def correct(cast, workshop):
    """Sends the correction form as it was opened at some version."""

    def send(intervention, *, by=None, version=1, account="Corrigé.", circle=Circle.STRUCTURE, **facts):
        share = ShareFacts(cast.trajectory_a, minutes=90, account=account, circle=circle)
        return edit_intervention(
            by=by or cast.practitioner,
            intervention=intervention,
            expected_version=version,
            facts=workshop(**facts),
            share=share,
        )

    return send


def events(model) -> list[tuple]:
    """What the triggers wrote of a model: the label of each event, in order."""
    return list(model.pgh_event_model.objects.order_by("pgh_id").values_list("pgh_label", flat=True))


def test_intervention_keeps_all_that_was_said_of_it(cast, workshop, dimensions):
    colleague = cast.other_practitioner.person
    AccompanimentFactory(structure=cast.structure_a, practitioner=colleague)
    facts = workshop(
        title="Atelier tri",
        place=Place.REMOTE,
        preparation_minutes=30,
        travel_minutes=40,
        participants=[Participant(person=cast.leader.person), some(ParticipantKind.STAFF, 4)],
    )
    share = ShareFacts(
        trajectory=cast.trajectory_a,
        minutes=150,
        account="Le tri est raconté.",
        decision="Essayer en duo.",
        open_question="Qui décide ?",
        circle=Circle.DIRECTION,
        dimensions=[dimensions["D1"], dimensions["D3"]],
    )
    made, is_new = log_intervention(
        by=cast.practitioner, client_key=uuid.uuid4(), facts=facts, shares=[share], practitioners=[colleague]
    )
    kept = made.shares.get()
    assert is_new
    assert (made.occurred_on, made.minutes, made.modality, made.title, made.place) == (
        date(2024, 5, 14),
        180,
        Modality.WORK_ORGANISATION,
        "Atelier tri",
        Place.REMOTE,
    )
    assert (made.preparation_minutes, made.travel_minutes, made.created_by) == (30, 40, cast.practitioner.person)
    assert set(made.practitioners.all()) == {cast.practitioner.person, colleague}
    assert [(one.person, one.kind, one.count) for one in made.participations.all()] == [
        (cast.leader.person, "", 1),
        (None, ParticipantKind.STAFF, 4),
    ]
    assert (kept.minutes, kept.account, kept.decision, kept.open_question, kept.circle) == (
        150,
        "Le tri est raconté.",
        "Essayer en duo.",
        "Qui décide ?",
        Circle.DIRECTION,
    )
    assert [one.code for one in kept.dimensions.all()] == ["D1", "D3"]


def test_one_event_may_serve_two_trajectories(cast, workshop):
    AccompanimentFactory(structure=cast.structure_b, practitioner=cast.practitioner.person)
    shares = [
        ShareFacts(one, minutes=90, account=f"Pour {one.structure}.") for one in (cast.trajectory_a, cast.trajectory_b)
    ]
    made, _is_new = log_intervention(by=cast.practitioner, client_key=uuid.uuid4(), facts=workshop(), shares=shares)
    assert [one.account for one in made.shares.order_by("pk")] == ["Pour Alpha.", "Pour Bêta."]
    assert list(Intervention.objects.visible_to(cast.leader_b)) == [made]
    assert [one.account for one in InterventionShare.objects.readable_by(cast.leader_b)] == ["Pour Bêta."]


def test_same_form_sent_again_is_the_same_intervention(log):
    key = uuid.uuid4()
    (first, is_new), (again, is_new_again) = log(key=key), log(key=key, title="Un autre titre")
    assert (first, is_new, is_new_again) == (again, True, False)
    assert (Intervention.objects.count(), InterventionShare.objects.count()) == (1, 1)
    assert Intervention.objects.get().title == ""


def test_same_key_of_two_authors_is_two_interventions(cast, log):
    key = uuid.uuid4()
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    log(key=key)
    log(cast.other_practitioner, key=key)
    assert Intervention.objects.count() == 2


def test_form_sent_twenty_times_at_once_is_one_intervention(transactional_cast, workshop):
    cast, key, sent = transactional_cast, uuid.uuid4(), threading.Barrier(20)
    share = ShareFacts(cast.trajectory_a, minutes=180, account="Une seule fois.")
    answers: list[tuple[int, bool]] = []

    def send() -> None:
        try:
            sent.wait(timeout=20)
            made, is_new = log_intervention(by=cast.practitioner, client_key=key, facts=workshop(), shares=[share])
            answers.append((made.pk, is_new))
        finally:
            connection.close()

    senders = [threading.Thread(target=send) for _ in range(20)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(timeout=30)
    only = Intervention.objects.get()
    assert sorted(answers) == [(only.pk, False)] * 19 + [(only.pk, True)]
    assert (only.shares.count(), only.practitioners.count()) == (1, 1)


@time_machine.travel("2024-11-20T23:30:00+01:00", tick=False)
def test_day_ahead_is_refused_and_today_is_not_even_late_in_the_evening(log):
    today = date(2024, 11, 20)
    assert log(occurred_on=today)[1]
    with pytest.raises(OperationRefused, match="la date est dans le futur") as refusal:
        log(occurred_on=today + timedelta(days=1))
    assert refusal.value.field == "occurred_on"
    assert Intervention.objects.count() == 1


@pytest.mark.parametrize(
    "name",
    ["coordinator", "other_practitioner", "former_practitioner", "leader", "board", "staff", "volunteer", "nobody"],
)
def test_whoever_does_not_accompany_the_structure_today_is_refused(cast, log, name):
    with pytest.raises(OperationRefused, match="Vous n’accompagnez pas cette structure"):
        log(cast.users[name])
    assert Intervention.objects.count() == 0


def test_what_took_place_before_the_end_is_still_noted_afterwards(cast, log):
    cast.trajectory_a.closed_on = date(2024, 5, 14)
    log()
    assert Intervention.objects.get().occurred_on == date(2024, 5, 14)


def test_what_took_place_after_the_end_is_refused(cast, log):
    cast.trajectory_a.closed_on = date(2024, 5, 13)
    with pytest.raises(OperationRefused, match="close depuis le 13 mai 2024"):
        log()
    assert Intervention.objects.count() == 0


def test_second_share_of_a_stranger_refuses_the_whole(cast, workshop):
    shares = [ShareFacts(one, minutes=90) for one in (cast.trajectory_a, cast.trajectory_b)]
    with pytest.raises(OperationRefused):
        log_intervention(by=cast.practitioner, client_key=uuid.uuid4(), facts=workshop(), shares=shares)
    assert Intervention.objects.count() == 0


@pytest.mark.parametrize("circle", [Circle.AUTHOR, Circle.COMMUNITY, Circle.PUBLIC])
def test_account_in_a_circle_that_is_none_of_its_own_is_a_database_error(log, circle):
    with pytest.raises(IntegrityError, match="share_circle"):
        log(circle=circle)


@pytest.mark.parametrize("minutes", [0, 1441])
def test_event_that_lasts_nothing_or_more_than_a_day_is_a_database_error(log, minutes):
    made, _is_new = log()
    with pytest.raises(IntegrityError, match="intervention_lasts_at_most_a_day"):
        Intervention.objects.filter(pk=made.pk).update(minutes=minutes)


def test_correction_rewrites_the_event_its_share_and_who_was_there(cast, log, correct, dimensions):
    made, _is_new = log(participants=[Participant(words="Mme Lopez")])
    corrected = correct(
        made,
        title="Atelier tri",
        minutes=90,
        participants=[Participant(person=cast.staff.person), some(ParticipantKind.VOLUNTEER, 2)],
    )
    made.refresh_from_db()
    assert (made.title, made.minutes, made.version, corrected.version) == ("Atelier tri", 90, 2, 2)
    assert (made.shares.get().account, made.shares.get().minutes) == ("Corrigé.", 90)
    assert [(one.person, one.kind, one.count) for one in made.participations.all()] == [
        (cast.staff.person, "", 1),
        (None, ParticipantKind.VOLUNTEER, 2),
    ]


def test_stale_correction_is_refused_and_the_first_one_stays(log, correct):
    made, _is_new = log()
    correct(made, version=1, account="La première.")
    with pytest.raises(StaleEdit, match="modifiée entre-temps"):
        correct(made, version=1, account="La seconde.")
    assert made.shares.get().account == "La première."
    correct(made, version=2, account="La seconde, relue.")
    assert made.shares.get().account == "La seconde, relue."


@pytest.mark.parametrize("name", ["coordinator", "other_practitioner", "leader", "board", "staff", "nobody"])
def test_correction_by_whoever_did_not_lead_it_is_refused(cast, log, correct, name):
    made, _is_new = log()
    with pytest.raises(OperationRefused, match="Seules les personnes qui ont mené"):
        correct(made, by=cast.users[name])
    assert made.shares.get().account == "Le tri est raconté."


def test_correction_by_a_practitioner_who_did_not_lead_it_is_refused(cast, log, correct):
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    made, _is_new = log()
    with pytest.raises(OperationRefused):
        correct(made, by=cast.other_practitioner)


@pytest.mark.parametrize("ended", [Accompaniment, RoleGrant])
def test_correction_by_whoever_no_longer_accompanies_is_refused(cast, log, correct, ended):
    made, _is_new = log()
    ended.objects.update(until=timezone.localdate())
    cast.practitioner.__dict__.pop("roles")
    with pytest.raises(OperationRefused):
        correct(made)


def test_correction_to_a_day_ahead_is_refused_whole(log, correct):
    made, _is_new = log()
    with pytest.raises(OperationRefused, match="futur"):
        correct(made, account="Perdu ?", occurred_on=timezone.localdate() + timedelta(days=1))
    made.refresh_from_db()
    assert (made.version, made.shares.get().account) == (1, "Le tri est raconté.")


def test_history_of_the_event_its_share_and_its_participations_is_written_by_the_database(log, correct):
    made, _is_new = log(participants=[Participant(words="Mme Lopez")])
    correct(made)
    assert events(Intervention) == ["insert", "update"]
    assert events(InterventionShare) == ["insert", "update"]
    assert events(Participation) == ["insert", "delete"]


def test_write_that_no_operation_made_is_in_the_history_too(log):
    made, _is_new = log()
    InterventionShare.objects.update(account="Réécrit sans opération.")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trajectories_intervention SET title = 'En SQL' WHERE id = %s", [made.pk])
    written = InterventionShare.pgh_event_model.objects.order_by("pgh_id").values_list("account", flat=True)
    assert list(written) == ["Le tri est raconté.", "Réécrit sans opération."]
    assert Intervention.pgh_event_model.objects.latest("pgh_id").title == "En SQL"


@pytest.mark.parametrize(
    "write", ["UPDATE trajectories_interventionevent SET title = 'x'", "DELETE FROM trajectories_interventionevent"]
)
def test_history_is_never_rewritten(log, write):
    log()
    with (
        pytest.raises(Error, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(write)
    assert events(Intervention) == ["insert"]


def test_accounts_are_read_within_their_circle(cast, log):
    for circle in (Circle.TEAM, Circle.DIRECTION, Circle.STRUCTURE):
        log(circle=circle)

    def read_by(name: str) -> set[str]:
        return {share.circle for share in InterventionShare.objects.readable_by(cast.users[name])}

    everything = {Circle.TEAM, Circle.DIRECTION, Circle.STRUCTURE}
    assert {name: read_by(name) for name in cast.users} == {
        "practitioner": everything,
        "leader": everything - {Circle.TEAM},
        "board": everything - {Circle.TEAM},
        "staff": {Circle.STRUCTURE},
        "volunteer": {Circle.STRUCTURE},
        **{name: set() for name in ("coordinator", "other_practitioner", "former_practitioner")},
        **{name: set() for name in ("leader_b", "trainer", "member", "nobody")},
    }


def test_intervention_is_known_of_by_whoever_sees_the_structure(cast, log):
    made, _is_new = log()
    seen = {name for name, user in cast.users.items() if made in Intervention.objects.visible_to(user)}
    assert seen == {"coordinator", "practitioner", "leader", "board", "staff", "volunteer"}


def test_interventions_led_are_ones_own(cast, log):
    made, _is_new = log()
    assert list(Intervention.objects.led_by(cast.practitioner)) == [made]
    assert list(Intervention.objects.led_by(cast.other_practitioner)) == []


def test_rows_of_an_intervention_name_themselves(cast, log):
    made, _is_new = log(
        participants=[
            Participant(person=cast.leader.person),
            Participant(words="Mme Lopez"),
            some(ParticipantKind.STAFF, 2),
        ]
    )
    assert str(made) == "Organisation du travail et de l’activité"
    assert str(made.shares.get()) == "Organisation du travail et de l’activité · Trajectoire de Alpha"
    assert [str(one) for one in made.participations.all()] == [
        cast.leader.person.display_name,
        "Mme Lopez",
        "2 personnes salariées",
    ]


def test_one_day_with_several_structures_shares_its_time_and_keeps_their_accounts_apart(cast, workshop):
    AccompanimentFactory(structure=cast.structure_b, practitioner=cast.practitioner.person)
    parts = share_out(100, 2)
    shares = [
        ShareFacts(trajectory=trajectory, minutes=part, account=text)
        for trajectory, part, text in zip(
            (cast.trajectory_a, cast.trajectory_b), parts, ("Pour A", "Pour B"), strict=True
        )
    ]
    made, _is_new = log_intervention(
        by=cast.practitioner, client_key=uuid.uuid4(), facts=workshop(minutes=100), shares=shares
    )
    assert sorted(made.shares.values_list("minutes", flat=True)) == [50, 50]
    readable = InterventionShare.objects.readable_by(cast.leader)
    assert list(readable.values_list("account", flat=True)) == ["Pour A"]


@pytest.mark.parametrize(("minutes", "parts"), [(100, [34, 33, 33]), (1, [1, 0, 0]), (90, [30, 30, 30])])
def test_time_is_shared_out_without_losing_a_minute(minutes, parts):
    assert share_out(minutes, 3) == parts


def test_parts_never_exceed_the_whole(cast, log, correct):
    made, _is_new = log()
    Intervention.objects.filter(pk=made.pk).update(minutes=60)
    other = InterventionShare.objects.create(intervention=made, trajectory=cast.trajectory_b, minutes=30)
    made.refresh_from_db()
    with pytest.raises(OperationRefused, match="Les parts des structures font") as refusal:
        correct(made, minutes=60)
    assert (refusal.value.field, other.minutes) == ("share_minutes", 30)


def test_whoever_led_it_with_the_author_accompanies_one_of_its_structures(cast, workshop):
    share = ShareFacts(trajectory=cast.trajectory_a, minutes=60)
    with pytest.raises(OperationRefused, match="n’accompagne aucune de ces structures") as refusal:
        log_intervention(
            by=cast.practitioner,
            client_key=uuid.uuid4(),
            facts=workshop(minutes=60),
            shares=[share],
            practitioners=[cast.leader.person],
        )
    assert (refusal.value.field, Intervention.objects.count()) == ("practitioners", 0)
