"""What a progress report holds of a small trajectory: what is shared, over its period, for those who open it."""

import hashlib
import json
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Circle
from efc_platform.backstage.tasks import run_job
from efc_platform.shared.frozen import digest, from_json, to_json
from structures.models import Cohort, CohortPlace
from tests.factories import evolution
from tests.factories.trajectories import InterventionFactory, NextStepFactory, ReadingFactory, TrialFactory
from trajectories.gathering import progress_report_content
from trajectories.models import (
    Participation,
    Positioning,
    ProgressReport,
    Reading,
    TrialState,
    Viewpoint,
)
from trajectories.operations import JournalText, request_progress_report, write_journal_entry
from trajectories.reports import (
    Cell,
    Fact,
    Figure,
    InterventionLine,
    MoveLine,
    PastLevel,
    ProgressReportContent,
    Quote,
    StepLine,
    StoryMoment,
    TrialLine,
    ViewpointLine,
)

START, END = date(2024, 3, 1), date(2024, 9, 30)
DIRECTION, ACCOMPANIMENT = ViewpointLine("direction", "Direction"), ViewpointLine("accompaniment", "Accompagnement")

pytestmark = pytest.mark.usefixtures("frozen_day")


@pytest.fixture
def frozen_day():
    with time_machine.travel("2024-10-15T09:00:00+02:00", tick=False):
        yield


@pytest.fixture
def gather(cast):
    """The report's content as the leader, or another, asked for it over the period."""

    def content(by=None) -> ProgressReportContent:
        report = request_progress_report(
            by=by or cast.leader, trajectory=cast.trajectory_a, period_start=START, period_end=END
        )
        return progress_report_content(report)

    return content


@pytest.fixture
def meet(cast):
    def log(on: date, title: str = "Atelier", circle: Circle = Circle.STRUCTURE, **texts: str):
        share = {"trajectory": cast.trajectory_a, "circle": circle, **texts}
        return InterventionFactory(occurred_on=on, title=title, created_by=cast.practitioner.person, share=share)

    return log


def read(cast, on: date, viewpoint=Viewpoint.DIRECTION, sealed=True, **levels: int) -> Reading:
    return ReadingFactory(trajectory=cast.trajectory_a, read_on=on, viewpoint=viewpoint, levels=levels, sealed=sealed)


def test_empty_trajectory_says_only_who_and_when(cast, gather):
    content = gather()
    assert (content.structure_name, content.started_on, content.period_start, content.period_end) == (
        "Alpha",
        date(2024, 1, 15),
        START,
        END,
    )
    assert (content.established_on, content.cohort_name, content.quote, content.lead) == (
        date(2024, 10, 15),
        None,
        None,
        "",
    )
    assert content.practitioners == (cast.practitioner.person.display_name,)
    assert (content.story, content.interventions, content.trials, content.next_steps) == ((), (), (), ())
    assert (content.viewpoints, content.is_read, len(content.dimensions), len(content.levels)) == ((), False, 9, 5)


def test_words_of_the_trajectory_open_the_report(cast, gather):
    cast.trajectory_a.starting_words, cast.trajectory_a.lead_words = "On court.", "Un an déjà."
    cast.trajectory_a.save()
    assert gather().quote == Quote("On court.", "Au départ")
    cast.trajectory_a.starting_words_by = cast.leader.person
    cast.trajectory_a.save()
    content = gather()
    assert content.quote == Quote("On court.", f"{cast.leader.person.display_name}, au départ")
    assert content.lead == "Un an déjà."


def test_cohort_is_the_latest_that_the_structure_joined(cast, gather):
    for name, since in (("Deuxième", date(2024, 6, 1)), ("Première", date(2023, 6, 1))):
        cohort = Cohort.objects.create(name=name, starts_on=since)
        CohortPlace.objects.create(cohort=cohort, structure=cast.structure_a, since=since)
    assert gather().cohort_name == "Deuxième"


def test_interventions_are_those_of_the_period_both_days_included(meet, gather):
    for on in (date(2024, 2, 29), START, END, date(2024, 10, 1)):
        meet(on, title=f"Le {on}")
    content = gather()
    assert [line.heading for line in content.interventions] == [f"Le {START}", f"Le {END}"]
    assert [(moment.on, moment.title) for moment in content.story] == [(START, f"Le {START}"), (END, f"Le {END}")]
    assert content.figures[1] == Figure("2", "interventions, 4\u00a0h")


def test_intervention_is_told_whole(cast, meet, gather, dimensions):
    one = meet(START, account="Le tri.", decision="En duo.", open_question="Qui décide ?")
    one.shares.get().dimensions.set([dimensions["D1"], dimensions["D3"]])
    Participation.objects.create(intervention=one, person=cast.leader.person)
    Participation.objects.create(intervention=one, words="4 salariées", kind="staff", count=4)
    content = gather()
    assert content.interventions == (
        InterventionLine(
            on=START,
            heading="Atelier",
            modality="Organisation du travail et de l’activité",
            minutes=120,
            place="sur place",
            practitioners=(cast.practitioner.person.display_name,),
            with_whom=f"{cast.leader.person.display_name}, 4 salariées",
            dimensions=("Travail vivant", "Coopération interne"),
            account="Le tri.",
            decision="En duo.",
            open_question="Qui décide ?",
        ),
    )
    assert content.story == (StoryMoment(START, "Atelier", "Décision\u00a0: En duo.", False),)
    assert content.open_questions == ("Qui décide ?",)
    assert content.figures == (
        Figure("8\u00a0mois", "de trajectoire"),
        Figure("1", "intervention, 2\u00a0h"),
        Figure("0 sur 0", "essais en cours, 0 gardé"),
    )


@pytest.mark.parametrize("name", ["leader", "practitioner"])
def test_account_kept_to_the_team_is_in_no_report_since_leaders_open_them_all(cast, meet, gather, name):
    meet(START, title="Partagé", account="Un texte partagé.")
    meet(START, title="Entre nous", circle=Circle.TEAM, account="Un texte gardé.", open_question="Le dire ?")
    content = gather(cast.users[name])
    assert [(line.heading, line.account) for line in content.interventions] == [
        ("Partagé", "Un texte partagé."),
        ("Organisation du travail et de l’activité", ""),
    ]
    written = json.dumps(to_json(content), ensure_ascii=False)
    assert [text in written for text in ("Un texte partagé.", "Un texte gardé.", "Le dire ?")] == [True, False, False]


def test_account_for_the_direction_is_in_the_report(meet, gather):
    meet(START, circle=Circle.DIRECTION, account="Entre direction et équipe.")
    assert gather().interventions[0].account == "Entre direction et équipe."


def test_other_trajectory_is_not_in_the_report(cast, gather):
    InterventionFactory(occurred_on=START, share={"trajectory": cast.trajectory_b, "account": "Ailleurs."})
    TrialFactory(trajectory=cast.trajectory_b)
    NextStepFactory(trajectory=cast.trajectory_b)
    ReadingFactory(trajectory=cast.trajectory_b, levels={"D1": 5}, sealed=True)
    content = gather()
    assert (content.interventions, content.trials, content.next_steps, content.is_read) == ((), (), (), False)


def test_dimension_shows_each_voice_the_start_and_the_facts_of_the_period(cast, gather):
    read(cast, date(2024, 2, 1), D1=1)
    read(cast, date(2024, 6, 1), D1=2)
    read(cast, END, Viewpoint.ACCOMPANIMENT, D1=4)
    line = gather().dimensions[0]
    assert (line.code, line.short_name, line.start_level, line.is_debated) == ("D1", "Travail vivant", 1, True)
    assert line.cells == (Cell(2, "Mise en question"), Cell(4, "Structuration"))
    assert line.facts == (
        Fact(DIRECTION, date(2024, 6, 1), "Mise en question", "Un fait observé pour D1."),
        Fact(ACCOMPANIMENT, END, "Structuration", "Un fait observé pour D1."),
    )
    assert line.past_levels == (
        PastLevel("direction", date(2024, 2, 1), 1),
        PastLevel("direction", date(2024, 6, 1), 2),
        PastLevel("accompaniment", END, 4),
    )


def test_reading_after_the_period_and_draft_are_not_in_the_report(cast, gather):
    read(cast, date(2024, 6, 1), D1=2)
    read(cast, date(2024, 10, 1), D1=5)
    read(cast, date(2024, 7, 1), Viewpoint.TEAM, sealed=False, D1=5)
    content = gather()
    assert content.viewpoints == (DIRECTION,)
    assert content.dimensions[0].cells == (Cell(2, "Mise en question"),)
    assert len(content.dimensions[0].past_levels) == len(content.dimensions[0].facts) == 1


def test_absence_of_level_is_said_in_words_and_drawn_nowhere(cast, gather, dimensions):
    reading = read(cast, date(2024, 6, 1), sealed=False, D2=3)
    Positioning.objects.create(reading=reading, dimension=dimensions["D1"], state="not_enough_evidence")
    Reading.objects.filter(pk=reading.pk).update(sealed_at="2024-06-01T10:00Z")
    content = gather()
    assert content.dimensions[0].cells == (Cell(None, "pas assez d’éléments"),)
    assert (content.dimensions[0].past_levels, content.dimensions[0].start_level) == ((), None)
    assert content.dimensions[2].cells == (Cell(),)


def test_trials_go_from_the_running_to_the_planned_and_say_what_was_learnt(cast, gather):
    for state in TrialState:
        TrialFactory(trajectory=cast.trajectory_a, title=state.label, state=state, question="?", learnt="Appris.")
    content = gather()
    assert content.trials == tuple(
        TrialLine(label, label, "?", "Appris.", days="depuis mai 2024")
        for label in ("en cours", "suspendu", "gardé", "adapté", "abandonné", "proposé")
    )
    assert content.figures[2] == Figure("1 sur 6", "essais en cours, 1 gardé")


def test_promises_still_open_end_the_report_but_for_the_late(cast, gather):
    NextStepFactory(trajectory=cast.trajectory_a, text="Tenue", done_at="2024-10-01T10:00Z")
    NextStepFactory(trajectory=cast.trajectory_a, text="Un jour")
    ahead = timezone.localdate() + timedelta(days=1)
    for text, due_on in (("Rappeler", ahead), ("Oublié", ahead - timedelta(days=2))):
        NextStepFactory(trajectory=cast.trajectory_a, text=text, due_on=due_on, owner=cast.leader.person)
    assert gather().next_steps == (
        StepLine("Rappeler", ahead, cast.leader.person.display_name),
        StepLine("Un jour", None, ""),
    )


def test_issued_report_keeps_its_data_its_digest_and_no_journal(cast, meet, gather):
    one = meet(START, account="Ce qui est partagé.")
    secret = JournalText("Faits tus.", "Colère tue.", "Pensée tue.")
    write_journal_entry(by=cast.practitioner, text=secret, written_on=START, intervention=one)
    report = request_progress_report(
        by=cast.practitioner, trajectory=cast.trajectory_a, period_start=START, period_end=END
    )
    run_job(report.job_id)
    report = ProgressReport.objects.get()
    written = json.dumps(report.content, ensure_ascii=False)
    assert ("Ce qui est partagé." in written, "tue" in written) == (True, False)
    assert report.digest == digest(report.content)
    assert from_json(ProgressReportContent, report.content) == gather(cast.practitioner)


def test_file_on_disk_is_the_one_whose_digest_and_size_are_kept(cast):
    report = request_progress_report(by=cast.leader, trajectory=cast.trajectory_a, period_start=START, period_end=END)
    run_job(report.job_id)
    kept = ProgressReport.objects.get().file
    content = kept.read()
    assert content.startswith(b"%PDF-")
    assert (kept.digest, kept.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (kept.name, str(kept), kept.content_type) == (
        "bilan-alpha-2024-09.pdf",
        "bilan-alpha-2024-09.pdf",
        "application/pdf",
    )


def test_words_come_from_the_start_and_moves_from_the_period_its_first_day_with_it(cast, gather):
    for day, level in ((date(2024, 2, 1), 2), (START, 3), (date(2024, 10, 1), 5)):
        evolution.read(cast.trajectory_a, Viewpoint.DIRECTION, day, D1=level)
    evolution.read(cast.trajectory_a, Viewpoint.TEAM, date(2024, 2, 1), D1="not_enough_evidence")
    told = gather().dimensions[0]
    assert [(one.viewpoint, one.on, one.level) for one in told.words] == [
        ("direction", date(2024, 2, 1), 2),
        ("direction", START, 3),
        ("team", date(2024, 2, 1), None),
    ]
    assert {one.fact for one in told.words} == {""}
    way = "Mise en question (février 2024), puis Expérimentation (mars 2024)"
    assert told.moves == (MoveLine(DIRECTION, "a bougé", way),)
    assert told.still == "Équipe\u00a0: toujours «\u00a0pas assez d’éléments\u00a0», pas relue depuis février 2024"
