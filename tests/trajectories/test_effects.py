"""Useful effects and immaterial resources: their page, their facts, what the story and the report tell of them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.factories.trajectories import TrialFactory
from tests.visitor import Visitor
from trajectories import operations
from trajectories.gathering import progress_report_content
from trajectories.models import Confidence, Direction, Resource, ResourceNote, UsefulEffect
from trajectories.operations import request_progress_report
from trajectories.reports import EffectLine, ResourceLine
from trajectories.story import FILTERS, story_of

TODAY = timezone.localdate()


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


@pytest.fixture
def page_of(cast):
    return reverse("effects", args=[cast.trajectory_a.public_id])


EFFECT = {
    "title": "Oser réparer",
    "for_whom": "les locataires du quartier",
    "since_on": date(2024, 5, 2),
    "fact": "Trois voisines ont remonté un grille-pain.",
    "confidence": Confidence.OBSERVED,
}
NOTE = {
    "resource": Resource.TRUST,
    "direction": Direction.DEVELOPED,
    "noted_on": date(2024, 5, 2),
    "situation": "La mairie a laissé la clé de la salle.",
}


def note_effect(cast, **more) -> UsefulEffect:
    return operations.note_effect(by=cast.leader, trajectory=cast.trajectory_a, **EFFECT | more)


def note_resource(cast, **more) -> ResourceNote:
    return operations.note_resource(by=cast.leader, trajectory=cast.trajectory_a, **NOTE | more)


def test_leader_notes_an_effect_of_a_trial_and_the_team_reads_it(cast, visits, page_of):
    trial = TrialFactory(trajectory=cast.trajectory_a, title="Le samedi sans balance")
    nadia = visits("leader")
    nadia.open(page_of)
    nadia.click("Noter un effet utile")
    sent = {name: str(value) for name, value in EFFECT.items()} | {"territory": "Le Vieux Port"}
    page = nadia.press("Noter", **sent, trial=str(trial.public_id))
    assert page.messages == ["L’effet est noté."]
    read = visits("staff").open(page_of)
    assert (
        "Oser réparer Pour qui : les locataires du quartier (Le Vieux Port), depuis mai 2024. constaté "
        "Trois voisines ont remonté un grille-pain. Venu de l’essai Le samedi sans balance. "
        f"Noté par {cast.leader.person.display_name}."
    ) in read.section("Les effets utiles")
    assert "Noter un effet utile" not in read.words


def test_trial_leads_to_the_effects_that_came_of_it(cast, visits):
    trial = TrialFactory(trajectory=cast.trajectory_a, title="Le samedi sans balance")
    nadia = visits("leader")
    nadia.open(trial.get_absolute_url())
    nadia.click("Noter un effet utile de cet essai")
    nadia.press("Noter", **{name: str(value) for name, value in EFFECT.items()})
    assert UsefulEffect.objects.get().trial == trial
    told = visits("staff").open(trial.get_absolute_url()).section("Ce qui en témoigne")
    assert "Oser réparer les locataires du quartier, depuis mai 2024" in told


def test_each_resource_has_its_notes_the_latest_first_and_no_count(cast, visits, page_of):
    note_resource(cast, noted_on=date(2024, 3, 1), among="le quai et la boutique")
    note_resource(cast, noted_on=date(2024, 9, 1), direction=Direction.WEAKENED, situation="Deux plannings refaits.")
    note_resource(cast, resource=Resource.HEALTH, direction=Direction.UNCERTAIN, situation="On court moins, parfois.")
    page = visits("staff").open(page_of)
    told = page.section("Confiance")
    assert told.index("Fragilisée Deux plannings refaits.") < told.index("Développée le quai et la boutique")
    assert "Incertaine On court moins, parfois." in page.section("Santé")
    assert page.section("Pertinence") == "Rien n’en est encore dit."


def test_each_direction_has_a_shape_of_its_own_in_one_colour(cast, signed_in, page_of):
    for direction in Direction:
        note_resource(cast, direction=direction)
    drawings = [part.split("</svg>")[0] for part in _html(signed_in(cast.staff), page_of).split('"direction">')[1:]]
    assert len(set(drawings)) == 3
    assert {colour for one in drawings for colour in one.split('"') if colour.startswith("#")} == {"#0f5c4d", "#fff"}


def _html(client, url: str) -> str:
    return client.get(url).content.decode()


def test_effect_is_refused_without_a_fact_ahead_of_time_or_of_a_strange_trial(cast):
    with pytest.raises(OperationRefused, match="Dites le fait"):
        note_effect(cast, fact=" ")
    with pytest.raises(OperationRefused, match="une fois qu’il se voit"):
        note_effect(cast, since_on=TODAY + timedelta(days=1))
    with pytest.raises(OperationRefused, match="de cette trajectoire"):
        note_effect(cast, trial=TrialFactory(trajectory=cast.trajectory_b))
    assert not UsefulEffect.objects.exists()


def test_resource_is_refused_without_a_situation_or_ahead_of_time(cast):
    with pytest.raises(OperationRefused, match="Racontez la situation"):
        note_resource(cast, situation=" ")
    with pytest.raises(OperationRefused, match="une fois passée"):
        note_resource(cast, noted_on=TODAY + timedelta(days=1))
    assert not ResourceNote.objects.exists()


@pytest.mark.parametrize("name", ["coordinator", "board", "staff", "other_practitioner", "leader_b"])
def test_only_those_who_steer_note(cast, name):
    told = {"by": cast.users[name], "trajectory": cast.trajectory_a}
    with pytest.raises(OperationRefused, match="Seules la direction"):
        operations.note_effect(**told, **EFFECT)
    with pytest.raises(OperationRefused, match="Seules la direction"):
        operations.note_resource(**told, **NOTE)
    assert (UsefulEffect.objects.exists(), ResourceNote.objects.exists()) == (False, False)


def test_words_about_the_health_of_somebody_are_asked_about_once(cast, visits, page_of):
    nadia = visits("leader")
    nadia.open(f"{reverse('resource_note_new', args=[cast.trajectory_a.public_id])}?ressource=health")
    page = nadia.press("Noter", direction="weakened", noted_on="2024-05-02", situation="Kevin est en arrêt maladie.")
    assert "Ce texte semble parler de la santé de quelqu’un" in page.words
    assert not ResourceNote.objects.exists()
    nadia.press("Enregistrer quand même")
    note = ResourceNote.objects.get()
    assert (note.resource, note.situation) == (Resource.HEALTH, "Kevin est en arrêt maladie.")


def test_effect_rewritten_by_two_keeps_both_texts(cast, visits):
    effect = note_effect(cast)
    nadia = visits("leader")
    nadia.open(effect.get_absolute_url())
    told = {"effect": effect, "expected_version": 1, **EFFECT, "title": "Oser demander"}
    operations.edit_effect(by=cast.practitioner, **told)
    page = nadia.press("Enregistrer", title="Oser prêter")
    heading = "Ce texte a changé entre-temps : Ce qui change"
    assert "Oser demander Ce que vous avez écrit Oser prêter" in page.section(heading)
    with pytest.raises(StaleEdit):
        operations.edit_effect(by=cast.practitioner, **told)
    nadia.press("Enregistrer")
    assert (UsefulEffect.objects.get().title, UsefulEffect.objects.get().version) == ("Oser prêter", 3)


def test_note_rewritten_by_two_shows_directions_in_words(cast, visits):
    note = note_resource(cast)
    nadia = visits("leader")
    nadia.open(note.get_absolute_url())
    told = {"note": note, "expected_version": 1, **NOTE, "direction": Direction.UNCERTAIN}
    operations.edit_resource_note(by=cast.practitioner, **told)
    page = nadia.press("Enregistrer", direction="weakened")
    heading = "Ce texte a changé entre-temps : Dans cette situation, elle est"
    assert "incertaine Ce que vous avez écrit fragilisée" in page.section(heading)
    with pytest.raises(StaleEdit):
        operations.edit_resource_note(by=cast.practitioner, **told)


@pytest.mark.parametrize(
    ("note", "press", "again", "words"),
    [
        (note_effect, "Retirer cet effet", "Remettre : Oser réparer", "Trois voisines ont remonté un grille-pain."),
        (
            note_resource,
            "Retirer cette note",
            "Remettre : Confiance développée, 2 mai 2024",
            "La mairie a laissé la clé de la salle.",
        ),
    ],
)
def test_what_is_taken_away_is_told_to_nobody_and_put_back(cast, visits, page_of, note, press, again, words):
    row = note(cast)
    nadia = visits("leader")
    nadia.open(row.get_absolute_url())
    nadia.press(press)
    assert words not in visits("staff").open(page_of).words
    assert words not in visits("staff").open(f"{cast.trajectory_a.get_absolute_url()}histoire/").words
    assert visits("staff").open(row.get_absolute_url()).status == 404
    nadia.press(again, page=nadia.open(page_of))
    assert words in visits("staff").open(page_of).words


def test_what_was_taken_away_for_a_month_stays_away(cast, visits, page_of):
    effect = operations.remove_effect(by=cast.leader, effect=note_effect(cast))
    note = operations.remove_resource_note(by=cast.leader, note=note_resource(cast))
    for model in (UsefulEffect, ResourceNote):
        model.objects.update(removed_at=timezone.now() - timedelta(days=31))
    with pytest.raises(OperationRefused, match="plus d’un mois"):
        operations.remove_effect(by=cast.leader, effect=effect, removed=False)
    with pytest.raises(OperationRefused, match="plus d’un mois"):
        operations.remove_resource_note(by=cast.leader, note=note, removed=False)
    assert "Ce qui a été retiré" not in visits("leader").open(page_of).words


def test_story_tells_them_to_those_who_read_and_shows_them_apart(cast):
    note_effect(cast)
    note_resource(cast, noted_on=date(2024, 6, 1), direction=Direction.WEAKENED, among="le quai")
    told = story_of(cast.trajectory_a, cast.staff, kinds=FILTERS.get("effets"))
    assert [(one.title, one.detail, one.summary) for one in told] == [
        ("Confiance fragilisée", "le quai", "La mairie a laissé la clé de la salle."),
        (
            "Effet utile\u00a0: Oser réparer",
            "les locataires du quartier",
            "Trois voisines ont remonté un grille-pain.",
        ),
    ]
    assert story_of(cast.trajectory_a, cast.coordinator, kinds=FILTERS.get("effets")) == []


def test_report_prints_effects_seen_by_its_end_and_notes_of_its_period_apart_from_the_story(cast):
    note_effect(cast, territory="Le Vieux Port", since_on=date(2023, 5, 2))
    note_effect(cast, title="Après", since_on=date(2024, 10, 1))
    note_resource(cast, resource=Resource.HEALTH, noted_on=date(2024, 4, 1))
    note_resource(cast, noted_on=date(2024, 9, 30), direction=Direction.WEAKENED, among="le quai")
    for noted_on in (date(2024, 2, 29), date(2024, 10, 1)):
        note_resource(cast, noted_on=noted_on)
    operations.remove_effect(by=cast.leader, effect=note_effect(cast, title="Retiré"))
    period = {"period_start": date(2024, 3, 1), "period_end": date(2024, 9, 30)}
    content = progress_report_content(request_progress_report(by=cast.leader, trajectory=cast.trajectory_a, **period))
    assert content.effects == (
        EffectLine(
            "Oser réparer",
            "les locataires du quartier",
            date(2023, 5, 2),
            "Trois voisines ont remonté un grille-pain.",
            "constaté",
            "Le Vieux Port",
        ),
    )
    situation = "La mairie a laissé la clé de la salle."
    assert content.resources == (
        ResourceLine(date(2024, 9, 30), "weakened", "Confiance fragilisée", situation, "le quai"),
        ResourceLine(date(2024, 4, 1), "developed", "Santé développée", situation),
    )
    assert content.story == ()


def test_history_says_who_noted_what(cast, visits):
    note_effect(cast)
    note_resource(cast)
    page = visits("staff").open(reverse("trajectory_history", args=[cast.trajectory_a.public_id]))
    assert "a noté l’effet « Oser réparer »" in page.words
    assert "a noté une situation : confiance développée" in page.words
