"""What is recalled before meeting again, one's habits, and what a form began from."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from accounts.models import Circle
from tests.factories.trajectories import InterventionFactory, NextStepFactory
from trajectories import remembering
from trajectories.models import AddedModality, Modality


def test_last_time_is_empty_before_the_first_meeting(cast):
    before = remembering.last_time(cast.trajectory_a, cast.practitioner)
    assert (before.is_empty, before.share, before.promises, before.open_questions) == (True, None, [], [])


@time_machine.travel("2024-11-20T10:00:00+01:00", tick=False)
def test_last_time_gives_the_account_the_promises_and_the_open_questions(cast):
    def meet(on: date, question: str = ""):
        share = {"trajectory": cast.trajectory_a, "account": f"Le {on}.", "open_question": question}
        return InterventionFactory(occurred_on=on, share=share).shares.get()

    meet(date(2023, 10, 31), "Trop ancienne ?")
    asked = meet(date(2023, 11, 1), "Qui décide ?")
    last = meet(date(2024, 10, 1))
    kept = NextStepFactory(trajectory=cast.trajectory_a, text="Tenu", done_at=timezone.now())
    NextStepFactory(trajectory=cast.trajectory_a, text="Tenu avant", done_at=datetime(2024, 9, 30, 12, tzinfo=UTC))
    undated = NextStepFactory(trajectory=cast.trajectory_a)
    dated = NextStepFactory(trajectory=cast.trajectory_a, due_on=date(2024, 12, 1))
    before = remembering.last_time(cast.trajectory_a, cast.practitioner)
    assert before == remembering.LastTime(last, [dated, undated], [kept], [asked], [])


def test_last_time_keeps_from_a_leader_what_stays_in_the_team(cast):
    kept = {"trajectory": cast.trajectory_a, "circle": Circle.TEAM, "account": "Entre nous.", "open_question": "Dire ?"}
    InterventionFactory(share=kept)
    assert remembering.last_time(cast.trajectory_a, cast.practitioner).share.account == "Entre nous."
    assert remembering.last_time(cast.trajectory_a, cast.leader).is_empty


def test_last_time_tells_nothing_to_coordination(cast):
    InterventionFactory(share={"trajectory": cast.trajectory_a, "account": "Un texte."})
    NextStepFactory(trajectory=cast.trajectory_a)
    assert not remembering.last_time(cast.trajectory_a, cast.leader).is_empty
    assert remembering.last_time(cast.trajectory_a, cast.coordinator).is_empty


def test_decisions_of_the_year_are_recalled_beside_the_last_one(cast):
    today = timezone.localdate()
    for days, decision in ((400, "Trop vieux"), (40, "En duo"), (2, "À trois")):
        share = {"trajectory": cast.trajectory_a, "decision": decision}
        InterventionFactory(occurred_on=today - timedelta(days=days), share=share)
    before = remembering.last_time(cast.trajectory_a, cast.practitioner)
    assert (before.share.decision, [one.decision for one in before.decisions]) == ("À trois", ["En duo"])


def test_habits_are_what_comes_back_among_ones_own_interventions(cast):
    me, added = cast.practitioner.person, AddedModality.objects.create(name="Marche")
    for times, kind in ((3, {"minutes": 90, "modality": Modality.PEER_SPACE}), (2, {"added_modality": added})):
        InterventionFactory.create_batch(times, created_by=me, **{"modality": Modality.OTHER, "minutes": 60} | kind)
    InterventionFactory(created_by=me, minutes=45)
    InterventionFactory.create_batch(4, created_by=cast.other_practitioner.person, minutes=30)
    found = remembering.habits_among(remembering.recent_ones(cast.practitioner))
    assert [one.label for one in found] == [
        "1\u00a0h\u00a030, espace d’échange et de professionnalisation, sur place",
        "1\u00a0h, marche, sur place",
    ]
    assert found[1].query == f"modalite=reseau-{added.pk}&duree=60&lieu=on_site"


@pytest.mark.django_db(transaction=True)
def test_row_is_known_as_it_was_at_the_version_a_form_was_opened_on(cast):
    made = InterventionFactory(title="Un", share={"trajectory": cast.trajectory_a, "account": "Avant"})
    share = made.shares.get()
    share.account, made.title, made.version = "Après", "Deux", 2
    with transaction.atomic():
        made.save()
        share.save()
    then = remembering.as_it_was(made, share, 1)
    assert (then["title"], then["account"], then["modality"]) == ("Un", "Avant", made.modality)
    assert [remembering.as_it_was(made, share, version) for version in (2, 9)] == [{}, {}]
