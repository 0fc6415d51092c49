"""The end of a trajectory: by whom, what it leaves open, the news that follow, and coming back."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Category, Notice
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.merging import what_stands_in_the_way
from structures.models import Accompaniment
from tests.factories.trajectories import ReadingFactory, TrialFactory
from tests.visitor import Visitor
from trajectories import operations
from trajectories.models import Closing, ClosingReason, FollowUp, Intervention, NextStep, Trajectory, Viewpoint
from trajectories.story import story_of
from trajectories.tasks import remind_of_news

REVIEW = "Les plannings se décident à plusieurs. Le devis unique a résisté."


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def close(cast):
    def closing(by: str = "practitioner", *, reason=ClosingReason.ALONE, closed_on: date | None = None) -> Closing:
        day = closed_on or timezone.localdate()
        return operations.close_trajectory(
            by=cast.users[by],
            trajectory=cast.trajectory_a,
            closed_on=day,
            reason=reason,
            review=REVIEW,
            what_continues="Le groupe des tournées.",
        )

    return closing


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


def trajectory_a(cast) -> Trajectory:
    return Trajectory.objects.get(pk=cast.trajectory_a.pk)


def test_end_is_kept_with_its_words_and_two_promises_of_news(cast, close):
    closing = close(closed_on=date(2026, 8, 31))
    assert trajectory_a(cast).closed_on == date(2026, 8, 31)
    steps = NextStep.objects.filter(trajectory=cast.trajectory_a)
    assert [(one.due_on, one.owner) for one in steps] == [
        (date(2027, 2, 28), cast.practitioner.person),
        (date(2027, 8, 28), cast.practitioner.person),
    ]
    assert [one.months for one in closing.follow_ups.all()] == [6, 12]


def test_structure_that_is_no_more_is_asked_for_no_news(cast, close):
    close(reason=ClosingReason.DISSOLVED)
    assert NextStep.objects.count() == FollowUp.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["coordinator", "leader", "board", "staff", "other_practitioner", "former_practitioner"]
)
def test_only_who_accompanies_it_closes_it(cast, close, name):
    with pytest.raises(OperationRefused, match="Seules les personnes qui accompagnent"):
        close(name)
    assert trajectory_a(cast).closed_on is None


def test_end_lies_between_the_beginning_and_today_after_what_was_noted(cast, close, today):
    for day in (cast.trajectory_a.started_on - timedelta(days=1), today + timedelta(days=1)):
        with pytest.raises(OperationRefused, match="entre le début de la trajectoire et aujourd’hui"):
            close(closed_on=day)
    log(cast, today - timedelta(days=3))
    with pytest.raises(OperationRefused, match="Une intervention est notée après ce jour"):
        close(closed_on=today - timedelta(days=4))
    close()
    with pytest.raises(OperationRefused, match="déjà close"):
        close()


def log(cast, day: date) -> Intervention:
    facts = operations.InterventionFacts(day, 60, "other")
    share = operations.ShareFacts(cast.trajectory_a, 60, account="Ce qui s’est dit.")
    return operations.log_intervention(by=cast.practitioner, client_key=uuid.uuid4(), facts=facts, shares=[share])[0]


def test_people_around_are_told_of_the_end_not_of_its_words(cast, close):
    close()
    told = Notice.objects.filter(category=Category.STRUCTURES)
    names = {user.pk: name for name, user in cast.users.items()}
    assert {names[one.recipient_id] for one in told} == {"leader", "board", "staff", "volunteer"}
    assert {one.title for one in told} == {"L’accompagnement a pris fin · Alpha"}


def test_old_end_brought_in_afterwards_is_told_to_nobody(cast, close, today):
    close(closed_on=today - timedelta(days=60))
    assert Notice.objects.count() == 0


def test_nothing_new_is_begun_in_a_closed_trajectory_what_is_under_way_ends(cast, close, today):
    trial = TrialFactory(trajectory=cast.trajectory_a)
    draft = ReadingFactory(
        trajectory=cast.trajectory_a, created_by=cast.leader.person, viewpoint=Viewpoint.DIRECTION, levels={"D1": 2}
    )
    step = operations.add_next_step(by=cast.leader, trajectory=cast.trajectory_a, text="Appeler la mairie")
    close()
    closed = trajectory_a(cast)
    for begin in (
        lambda: operations.start_trial(by=cast.leader, trajectory=closed, title="Un essai"),
        lambda: operations.add_next_step(by=cast.leader, trajectory=closed, text="Un pas"),
        lambda: operations.plan_appointment(
            by=cast.leader, trajectory=closed, starts_at=timezone.now() + timedelta(days=1), minutes=60, subject="X"
        ),
    ):
        with pytest.raises(OperationRefused, match=f"Cette trajectoire est close depuis le .*{today.year}"):
            begin()
    with pytest.raises(OperationRefused):
        operations.start_reading(by=cast.leader, trajectory=closed, viewpoint=Viewpoint.DIRECTION, read_on=today)
    assert operations.change_trial(by=cast.leader, trial=trial, state="kept", expected_version=1, learnt="Utile.")
    assert operations.seal_reading(by=cast.leader, reading=draft).is_sealed
    assert operations.complete_next_step(by=cast.leader, step=step).done_at


def test_log_under_way_when_it_was_closed_is_accepted_with_its_promise(cast, close, visits, today):
    """The page was open before the end; what took place until then is noted all the same."""
    practitioner = visits("practitioner")
    form = practitioner.open(f"/interventions/nouvelle/?trajectoire={cast.trajectory_a.public_id}")
    close()
    page = practitioner.press(
        "Enregistrer",
        page=form,
        occurred_on=today.isoformat(),
        minutes="2 h",
        account="Le dernier jour.",
        next_step="Rappeler",
    )
    assert page.status == 200
    assert Intervention.objects.get().occurred_on == today
    assert NextStep.objects.filter(text="Rappeler").exists()


def test_log_of_a_day_after_the_end_gives_its_text_back(cast, close, visits, today):
    close(closed_on=today - timedelta(days=1))
    practitioner = visits("practitioner")
    form = practitioner.open(f"/interventions/nouvelle/?trajectoire={cast.trajectory_a.public_id}")
    page = practitioner.press(
        "Enregistrer", page=form, occurred_on=today.isoformat(), minutes="2 h", account="Un mot gardé."
    )
    assert "on y note encore ce qui a eu lieu jusqu’à ce jour-là" in page.errors()["occurred_on"]
    assert "Un mot gardé." in page.html
    assert Intervention.objects.count() == 0


def test_closed_pages_say_why_they_take_nothing_more(cast, close, visits):
    close()
    leader = visits("leader")
    base = cast.trajectory_a.get_absolute_url()
    for path in ("essais/", "prochains-pas/"):
        page = leader.open(f"{base}{path}")
        assert "La trajectoire est close depuis le" in page.words
    assert leader.client.get(f"{base}lectures/nouvelle/").status_code == 409
    assert leader.client.get(f"{base}rendez-vous/nouveau/").status_code == 409


def test_dashboard_and_story_tell_the_end_to_each_reader(cast, close, visits):
    close()
    base = cast.trajectory_a.get_absolute_url()
    ending = f"L’accompagnement a pris fin le {timezone.localdate().day}"
    for name, reads in (("leader", True), ("staff", True), ("practitioner", True), ("coordinator", False)):
        page = visits(name).open(base)
        assert ending in page.words
        assert "la structure continue seule" in page.words
        assert (REVIEW in page.words) is reads
        assert (REVIEW in visits(name).open(f"{base}histoire/").words) is reads


def test_leader_writes_the_review_again_a_stale_edit_shows_both(cast, close):
    closing = close()
    texts = {"reason": ClosingReason.COMPLETED, "review": "Relu.", "what_continues": "Tout."}
    written = operations.edit_closing(by=cast.leader, closing=closing, expected_version=1, **texts)
    assert (written.review, written.reason, written.version) == ("Relu.", "completed", 2)
    with pytest.raises(StaleEdit):
        operations.edit_closing(by=cast.practitioner, closing=closing, expected_version=1, **texts)
    with pytest.raises(OperationRefused, match="Seules la direction"):
        operations.edit_closing(by=cast.staff, closing=closing, expected_version=2, **texts)


def test_clock_reminds_once_whoever_is_in_charge_that_day(cast, close, today):
    close()
    assert remind_of_news() == 0
    Accompaniment.objects.filter(practitioner=cast.practitioner.person).update(is_lead=False)
    cast.structure_a.accompaniments.create(practitioner=cast.other_practitioner.person, since=today, is_lead=True)
    with time_machine.travel(today + timedelta(days=190)):
        assert (remind_of_news(), remind_of_news()) == (1, 1)
    reminded = Notice.objects.get(key__startswith="news-due")
    assert (reminded.recipient, reminded.category) == (cast.other_practitioner, Category.STEPS)
    assert reminded.title == "Il est temps de prendre des nouvelles · Alpha"


def test_clock_turns_to_coordination_when_nobody_is_in_charge(cast, close, today):
    close()
    Accompaniment.objects.filter(structure=cast.structure_a).update(is_lead=False)
    with time_machine.travel(today + timedelta(days=190)):
        remind_of_news()
    reminded = Notice.objects.get(key__startswith="news-due")
    assert (reminded.recipient, reminded.url) == (cast.coordinator, cast.structure_a.get_absolute_url())


def test_news_are_written_the_promise_is_kept_and_the_story_tells_it(cast, close, visits, today):
    news = close(closed_on=today - timedelta(days=200)).follow_ups.first()
    practitioner = visits("practitioner")
    page = practitioner.press(
        "Enregistrer", page=practitioner.open(news.get_absolute_url()), words="Le groupe se réunit."
    )
    assert page.messages == ["C’est enregistré."]
    news.refresh_from_db()
    assert (news.heard_on, news.written_by, bool(news.step.done_at)) == (today, cast.practitioner.person, True)
    told = [one for one in story_of(trajectory_a(cast), cast.staff) if one.kind == "news"]
    assert [(one.on, one.detail, one.summary) for one in told] == [(today, "6\u00a0mois après", "Le groupe se réunit.")]
    [hidden] = [one for one in story_of(trajectory_a(cast), cast.coordinator) if one.kind == "news"]
    assert hidden.summary == ""
    with time_machine.travel(today + timedelta(days=1)):
        assert remind_of_news() == 0


def test_news_written_in_two_tabs_are_both_shown(cast, close):
    news = close().follow_ups.first()
    text = {"heard_on": timezone.localdate(), "words": "Bien."}
    operations.write_news(by=cast.leader, follow_up=news, expected_version=1, **text)
    with pytest.raises(StaleEdit):
        operations.write_news(by=cast.practitioner, follow_up=news, expected_version=1, **text)
    with pytest.raises(OperationRefused, match="entre la fin de l’accompagnement et aujourd’hui"):
        operations.write_news(
            by=cast.leader, follow_up=news, expected_version=2, words="Bien.", heard_on=date(2020, 1, 1)
        )


def test_closing_by_mistake_is_taken_back_and_its_words_offered_again(cast, close, visits):
    close()
    practitioner = visits("practitioner")
    dashboard = practitioner.open(cast.trajectory_a.get_absolute_url())
    page = practitioner.press("Rouvrir cette trajectoire", page=dashboard)
    assert page.messages == ["La trajectoire est rouverte. Le bilan déjà écrit est gardé pour la fin."]
    assert trajectory_a(cast).closed_on is None
    assert NextStep.objects.count() == 0
    assert practitioner.open(f"{cast.trajectory_a.get_absolute_url()}clore/").typed("review").strip() == REVIEW
    close()
    assert Closing.objects.standing().count() == 1


def test_nobody_takes_an_end_back_once_something_came_after(cast, close, today):
    news = close().follow_ups.first()

    def reopen(by="practitioner"):
        operations.reopen_trajectory(by=cast.users[by], trajectory=cast.trajectory_a)

    with pytest.raises(OperationRefused):
        reopen("leader")
    with time_machine.travel(today + timedelta(days=31)), pytest.raises(OperationRefused):
        reopen()
    operations.write_news(by=cast.leader, follow_up=news, expected_version=1, heard_on=today, words="Bien.")
    with pytest.raises(OperationRefused, match="dans les 30 jours"):
        reopen()


def test_structure_that_comes_back_sets_out_again_beside_what_it_went_through(cast, close, visits, today):
    close(closed_on=today - timedelta(days=40))
    with pytest.raises(OperationRefused, match="La trajectoire précédente finit le"):
        operations.open_trajectory(
            by=cast.practitioner, structure=cast.structure_a, started_on=today - timedelta(days=41)
        )
    practitioner = visits("practitioner")
    form = practitioner.open(f"{cast.structure_a.get_absolute_url()}trajectoire/ouvrir/")
    assert "La structure revient" in form.words
    page = practitioner.press("Ouvrir", page=form)
    made = cast.structure_a.trajectories.open().get()
    assert "À la suite d’une trajectoire de janvier 2024" in page.words
    assert f"La trajectoire suivante, depuis {made.started_on:%Y}"[:24] in " ".join(
        practitioner.open(cast.trajectory_a.get_absolute_url()).links
    )
    assert story_of(made, cast.leader)[-1].url == cast.trajectory_a.get_absolute_url()
    assert FollowUp.objects.count() == 0, "news of the past are asked for no more"


def test_merging_two_structures_on_their_way_points_to_the_closing(cast, close):
    [reason] = what_stands_in_the_way(cast.structure_b, cast.structure_a)
    assert "Clore cette trajectoire" in reason
    close()
    assert what_stands_in_the_way(cast.structure_b, cast.structure_a) == []
