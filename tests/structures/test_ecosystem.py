"""The map of an ecosystem: who draws it, what it was on a day, what moved since, and that nothing is overwritten."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures import operations
from structures.ecosystem import ecosystem_of
from structures.models import ActorCategory, EcosystemActor, EcosystemRelation
from tests.factories.ecosystem import SINCE, ActorFactory
from tests.factories.structures import MembershipFactory
from tests.visitor import Visitor

TODAY = timezone.localdate()
LATER = date(2024, 6, 1)
EDITED = {"name": "Le bailleur", "category": "clients", "linked": None, "since": SINCE}
WORDS = {"contributes": "Un local", "receives": "Des caves vidées", "tendency": "towards"}


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


def add(cast, name: str = "Le bailleur", *, by: str = "leader", category: str = "clients", kind: str = "order", **more):
    user = cast.users[by]
    return operations.add_relation(by=user, structure=cast.structure_a, name=name, category=category, kind=kind, **more)


def change(cast, actor: EcosystemActor, kind: str, since: date, **told) -> EcosystemActor:
    return operations.change_relation(
        by=cast.leader, actor=actor, expected_version=actor.version, kind=kind, since=since, **told
    )


def end(cast, actor: EcosystemActor, until: date) -> EcosystemActor:
    return operations.end_relation(by=cast.leader, actor=actor, expected_version=actor.version, until=until)


def states(actor: EcosystemActor) -> list[tuple[str, date, date | None]]:
    return list(actor.relations.values_list("kind", "since", "until"))


def kinds_on(cast, day: date) -> dict[str, str]:
    return {one.actor.name: one.now.kind for one in ecosystem_of(cast.structure_a, on=day).here}


@pytest.mark.parametrize("name", ["leader", "practitioner"])
def test_leaders_and_those_who_accompany_draw_the_map(cast, name):
    actor = add(cast, by=name)
    assert (actor.number, actor.rank, states(actor)) == (1, 0, [("order", TODAY, None)])


@pytest.mark.parametrize("name", ["coordinator", "board", "staff", "volunteer", "leader_b", "other_practitioner"])
def test_nobody_else_writes_on_it(cast, name):
    actor = add(cast)
    user, version = cast.users[name], actor.version
    with pytest.raises(OperationRefused, match="La carte est tenue par la dirigeance"):
        add(cast, "Une autre", by=name)
    for act, written in (
        (operations.edit_relation, EDITED),
        (operations.change_relation, {"kind": "cooperation", "since": TODAY}),
        (operations.end_relation, {"until": TODAY}),
    ):
        with pytest.raises(OperationRefused, match="La carte est tenue par la dirigeance"):
            act(by=user, actor=actor, expected_version=version, **written)
    assert states(actor) == [("order", TODAY, None)]


def test_numbers_follow_each_other_and_ranks_in_each_category(cast):
    made = [add(cast, str(rank), category=category) for rank, category in enumerate(["clients", "funders", "clients"])]
    assert [(one.number, one.rank) for one in made] == [(1, 0), (2, 0), (3, 1)]


def test_name_already_on_the_map_is_refused_and_says_its_number(cast):
    add(cast)
    with pytest.raises(OperationRefused, match="Le bailleur est déjà sur la carte, numéro 1") as refused:
        add(cast, "LE BAILLEUR ")
    assert refused.value.field == "name"


def test_another_kind_is_another_state_and_the_map_of_before_is_as_it_was(cast):
    actor = add(cast, since=SINCE)
    change(cast, actor, "cooperation", LATER, contributes="Un local")
    assert states(actor) == [("order", SINCE, LATER), ("cooperation", LATER, None)]
    assert kinds_on(cast, LATER - timedelta(days=1)) == {"Le bailleur": "order"}
    assert kinds_on(cast, LATER) == {"Le bailleur": "cooperation"}
    assert kinds_on(cast, SINCE - timedelta(days=1)) == {}


def test_same_kind_is_no_change_and_a_day_before_what_is_said_is_refused(cast):
    actor = add(cast, since=SINCE)
    with pytest.raises(OperationRefused, match="déjà de ce genre"):
        change(cast, actor, "order", TODAY)
    with pytest.raises(OperationRefused, match="avant ce qui est déjà noté"):
        change(cast, actor, "exchange", SINCE - timedelta(days=1))


def test_relation_that_stopped_leaves_the_map_and_comes_back_to_its_place(cast):
    actor = add(cast, since=SINCE)
    add(cast, "La ville", category="authorities")
    end(cast, actor, LATER)
    assert kinds_on(cast, TODAY) == {"La ville": "order"}
    again = add(cast, "le bailleur", kind="cooperation")
    assert (again.pk, again.number, again.rank) == (actor.pk, 1, 0)
    assert states(actor) == [("order", SINCE, LATER), ("cooperation", TODAY, None)]


def test_relation_does_not_come_back_before_it_stopped(cast):
    end(cast, add(cast, since=SINCE), LATER)
    with pytest.raises(OperationRefused, match="s’est arrêtée plus tard"):
        add(cast, since=SINCE)


def test_relation_stops_once_and_not_before_it_began(cast):
    actor = add(cast, since=LATER)
    with pytest.raises(OperationRefused, match="n’avait pas commencé"):
        end(cast, actor, SINCE)
    actor = end(cast, actor, TODAY)
    with pytest.raises(OperationRefused, match="s’est déjà arrêtée"):
        end(cast, actor, TODAY)


def test_relation_written_by_mistake_is_on_no_map(cast):
    end(cast, add(cast), TODAY)
    assert kinds_on(cast, TODAY) == {}
    assert EcosystemActor.objects.count() == 1


def test_mistake_of_the_day_is_corrected_in_place(cast):
    actor = add(cast)
    operations.edit_relation(
        by=cast.practitioner, actor=actor, expected_version=1, **EDITED | {"kind": "exchange"}, **WORDS
    )
    assert states(actor) == [("exchange", SINCE, None)]
    assert actor.relations.get().contributes == "Un local"


def test_kind_of_an_earlier_day_is_not_overwritten(cast):
    actor = ActorFactory(structure=cast.structure_a)
    with pytest.raises(OperationRefused, match="ce qu’elle était reste") as refused:
        operations.edit_relation(by=cast.leader, actor=actor, expected_version=1, **EDITED | {"kind": "exchange"})
    assert refused.value.field == "kind"


def test_correcting_the_day_it_changed_moves_the_end_of_what_was_before(cast):
    actor = change(cast, add(cast, since=SINCE), "cooperation", TODAY)
    operations.edit_relation(by=cast.leader, actor=actor, expected_version=2, **EDITED | {"since": LATER})
    assert states(actor) == [("order", SINCE, LATER), ("cooperation", LATER, None)]
    with pytest.raises(OperationRefused, match="d’un autre genre à cette date"):
        operations.edit_relation(
            by=cast.leader, actor=actor, expected_version=3, **EDITED | {"since": SINCE - timedelta(days=1)}
        )


def test_name_of_another_is_refused_when_correcting(cast):
    add(cast)
    other = add(cast, "La ville")
    with pytest.raises(OperationRefused, match="Ce nom est déjà sur la carte"):
        operations.edit_relation(by=cast.leader, actor=other, expected_version=1, **EDITED)


def test_other_category_takes_its_last_place_there_and_moves_nobody(cast):
    first, second, funder = add(cast, "Un"), add(cast, "Deux"), add(cast, "Trois", category="funders")
    operations.edit_relation(
        by=cast.leader, actor=first, expected_version=1, **EDITED | {"name": "Un", "category": "funders"}
    )
    places = EcosystemActor.objects.values_list("name", "category", "rank")
    assert list(places) == [("Un", "funders", 1), ("Deux", "clients", 1), ("Trois", "funders", 0)]
    assert add(cast, "Quatre").rank == second.rank + 1
    assert funder.number == 3


def test_edit_overtaken_is_refused(cast):
    actor = add(cast)
    change(cast, actor, "cooperation", TODAY)
    for act, written in (
        (operations.edit_relation, EDITED),
        (operations.change_relation, {"kind": "exchange", "since": TODAY}),
        (operations.end_relation, {"until": TODAY}),
    ):
        with pytest.raises(StaleEdit):
            act(by=cast.leader, actor=actor, expected_version=1, **written)


@pytest.mark.parametrize("wrong", [{"until": None}, {"until": SINCE - timedelta(days=1)}])
def test_database_refuses_two_open_states_and_an_end_before_the_beginning(cast, wrong):
    actor = ActorFactory(structure=cast.structure_a)
    with pytest.raises(IntegrityError), transaction.atomic():
        EcosystemRelation.objects.create(actor=actor, kind="order", since=SINCE, **wrong)


def test_rows_say_their_names(cast):
    actor = ActorFactory(structure=cast.structure_a, name="La ville")
    assert [str(actor), str(actor.relations.get())] == ["La ville · Alpha", "La ville · Alpha · commande"]


@pytest.fixture
def compared(cast):
    """Somebody came nearer, somebody went farther, one stayed, one came, one left."""
    moves = {
        "Proche": [("exchange", SINCE, LATER), ("cooperation", LATER, None)],
        "Loin": [("cooperation", SINCE, LATER), ("order", LATER, None)],
        "Pareil": [("order", SINCE, None)],
        "Neuf": [("exchange", LATER, None)],
        "Parti": [("exchange", SINCE, LATER)],
    }
    for name, held in moves.items():
        ActorFactory(structure=cast.structure_a, name=name, states=held, states__contributes=f"Ce que {name} donne")
    return ecosystem_of(cast.structure_a, on=TODAY, since=date(2024, 1, 1))


def test_comparison_says_in_words_what_moved_who_came_and_who_left(compared):
    assert [(one.actor.name, one.change) for one in compared.changed] == [
        ("Proche", "de l’échange à la coopération"),
        ("Loin", "de la coopération à la commande"),
        ("Neuf", "nouvelle relation"),
        ("Parti", "partie"),
    ]
    assert [one.actor.name for one in compared.places if not one.change] == ["Pareil"]


def test_comparison_is_drawn_from_where_each_stood(compared):
    nodes = {one.name: (one.ring, one.came_from, one.is_new) for one in compared.drawing.nodes}
    assert nodes == {
        "Proche": (0, 2, False),
        "Loin": (1, 0, False),
        "Pareil": (1, None, False),
        "Neuf": (2, None, True),
        "Parti": (None, 2, False),
    }


def test_table_holds_each_of_the_map_once_and_those_who_left_apart(compared):
    (row,) = compared.rows
    assert compared.headers == ["Coopération", "Commande", "Échange", "Parties"]
    assert [[one.actor.name for one in cell] for cell in row.cells] == [
        ["Proche"],
        ["Loin", "Pareil"],
        ["Neuf"],
        ["Parti"],
    ]


def test_fifteen_names_stand_in_the_table_alone(cast):
    for rank in range(15):
        assert ecosystem_of(cast.structure_a, on=TODAY).has_names
        ActorFactory(structure=cast.structure_a, category=list(ActorCategory)[rank % 7])
    assert not ecosystem_of(cast.structure_a, on=TODAY).has_names


def address(cast) -> str:
    return reverse("ecosystem", args=[cast.structure_a.public_id])


def test_line_is_added_and_the_next_begins_where_it_ended(visits, cast):
    nadia = visits("leader")
    nadia.open(address(cast))
    page = nadia.press("Ajouter", name="Le bailleur", category="clients", kind="order", since="2024-06-01")
    assert page.messages == ["Le bailleur est sur la carte."]
    assert [page.typed(name) for name in ("name", "category", "kind", "since")] == [
        "",
        "clients",
        "order",
        "2024-06-01",
    ]
    assert "autofocus" in page.html
    assert "1 Le bailleur" in page.links


def test_line_sent_with_htmx_brings_the_map_alone_with_the_cursor_in_the_name(cast, signed_in):
    line = {"name": "Le bailleur", "category": "clients", "kind": "order", "since": "2024-06-01"}
    answer = signed_in(cast.leader).post(address(cast), line, headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert (answer.status_code, html.count("<html"), html.count('id="carte"')) == (200, 0, 1)
    assert "Le bailleur est sur la carte." in html
    assert html.count("autofocus") == 1


def test_line_refused_with_htmx_says_why_and_keeps_what_was_typed(cast, signed_in):
    add(cast)
    line = {"name": "le bailleur", "category": "funders", "kind": "order", "since": "2024-06-01"}
    html = signed_in(cast.leader).post(address(cast), line, headers={"HX-Request": "true"}).content.decode()
    assert "est déjà sur la carte, numéro 1" in html
    assert 'value="le bailleur"' in html


def test_line_sent_twice_is_written_once(visits, cast):
    nadia = visits("leader")
    form = nadia.open(address(cast))
    for _ in range(2):
        nadia.press("Ajouter", page=form, name="Le bailleur", category="clients", kind="order")
    assert EcosystemActor.objects.count() == 1


def test_day_to_come_is_not_one_of_a_relation(visits, cast):
    nadia = visits("leader")
    nadia.open(address(cast))
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    page = nadia.press("Ajouter", name="Le bailleur", category="clients", kind="order", since=tomorrow)
    assert page.errors()["since"].startswith("Cette date est dans le futur")


@pytest.mark.parametrize("name", ["coordinator", "board", "staff"])
def test_others_see_the_map_without_the_line(visits, cast, name):
    add(cast)
    page = visits(name).open(address(cast))
    assert "1 Le bailleur" in page.links
    assert ("En une ligne" in page.words, "Ajouter une relation" in page.links) == (False, False)


def test_map_is_compared_with_the_day_that_is_asked(visits, cast, compared):
    page = visits("staff").open(f"{address(cast)}?compare=2024-01-01")
    assert page.section("Ce qui a bougé") == (
        "de l’échange à la coopération Proche Apporte : Ce que Proche donne "
        "de la coopération à la commande Loin Apporte : Ce que Loin donne "
        "nouvelle relation Neuf Apporte : Ce que Neuf donne partie Parti"
    )
    earlier = visits("staff").open(f"{address(cast)}?au=2024-01-01")
    assert {"5 Parti", "1 Proche"} <= set(earlier.links)
    assert "4 Neuf" not in earlier.links


def test_coordination_sees_what_moved_not_what_each_brings(visits, cast, compared):
    page = visits("coordinator").open(f"{address(cast)}?compare=2024-01-01")
    assert page.section("Ce qui a bougé").startswith("de l’échange à la coopération Proche")
    assert "Apporte" not in page.section("Ce qui a bougé")


@pytest.mark.parametrize("asked", ["compare=2999-01-01", "compare=hier", "au=0001-01-01", "au=%00", "compare="])
def test_day_that_is_none_is_not_heeded(visits, cast, asked):
    assert visits("staff").open(f"{address(cast)}?{asked}").status == 200


def test_change_is_written_on_its_page_and_the_story_tells_both(visits, cast):
    nadia, actor = visits("leader"), add(cast, since=SINCE)
    nadia.open(actor.get_absolute_url())
    nadia.click("La relation a changé")
    page = nadia.press(
        "Enregistrer", kind="cooperation", since="2024-06-01", contributes="Un local", receives="Du soin"
    )
    assert page.messages == ["C’est noté : Le bailleur."]
    story = nadia.open(actor.get_absolute_url()).section("Comment elle a évolué")
    assert story.startswith(
        "depuis le 1er juin 2024 Coopération Apporte : Un local Reçoit : Du soin du 2 mai 2023 au 1er"
    )


def test_overtaken_edit_shows_both_texts_and_loses_neither(visits, cast):
    nadia, actor = visits("leader"), add(cast, since=SINCE)
    mine = nadia.open(actor.get_absolute_url())
    operations.edit_relation(by=cast.practitioner, actor=actor, expected_version=1, **EDITED, contributes="Le sien")
    page = nadia.press("Enregistrer", page=mine, contributes="Le mien")
    assert ("Le sien" in page.words, page.typed("contributes"), page.typed("version")) == (True, "Le mien", "2")
    assert nadia.press("Enregistrer").messages == ["C’est noté : Le bailleur."]
    assert actor.relations.get().contributes == "Le mien"


def test_structure_of_the_platform_is_a_link_only_for_whoever_sees_it_and_is_never_lost(visits, cast):
    MembershipFactory(structure=cast.structure_b, person=cast.leader.person, role="board")
    nadia, actor = visits("leader"), add(cast, "Bêta", since=SINCE)
    nadia.open(actor.get_absolute_url())
    nadia.press("Enregistrer", linked=str(cast.structure_b.pk))
    assert "Sa fiche : Bêta" in nadia.open(actor.get_absolute_url()).links
    ines = visits("practitioner")
    page = ines.open(actor.get_absolute_url())
    assert "Sa fiche : Bêta" not in page.links
    ines.press("Enregistrer", contributes="Un coup de main")
    actor.refresh_from_db()
    assert actor.linked == cast.structure_b


def test_structure_that_one_does_not_see_cannot_be_chosen(visits, cast, signed_in):
    actor = add(cast)
    sent = {"version": 1, "name": "Bêta", "category": "peers", "kind": "order", "since": TODAY.isoformat()}
    signed_in(cast.practitioner).post(actor.get_absolute_url(), sent | {"linked": cast.structure_b.pk})
    actor.refresh_from_db()
    assert actor.linked is None


def test_history_tells_who_drew_and_keeps_the_words_from_coordination(visits, cast):
    nadia = visits("leader")
    nadia.open(address(cast))
    nadia.press("Ajouter", name="Le bailleur", category="clients", kind="order")
    nadia.open(EcosystemActor.objects.get().get_absolute_url())
    nadia.press("Enregistrer", contributes="Un local")
    history = reverse("structure_history", args=[cast.structure_a.public_id])
    words = visits("staff").open(history).words
    assert f"{cast.leader.person.display_name} a inscrit Le bailleur sur la carte de l’écosystème (clientèle)" in words
    assert "Ce que l’acteur apporte" in words
    assert "Un local" in words
    seen = visits("coordinator").open(history).words
    assert ("Le bailleur sur la carte" in seen, "Un local" in seen) == (True, False)


def test_map_of_the_sheet_that_goes_comes_after_the_one_that_stays_and_goes_back_with_it(cast):
    """Two maps give the same numbers and the same places to others."""
    for structure, names in ((cast.structure_a, ["Mairie", "Bailleur"]), (cast.structure_b, ["Région", "Crèche"])):
        for name in names:
            ActorFactory(structure=structure, name=name, category="partners")
    ActorFactory(structure=cast.structure_b, name="Banque", category="funders")
    cast.trajectory_b.delete()
    both = {"kept": cast.structure_a, "merged": cast.structure_b}
    merge = operations.merge_structures(by=cast.coordinator, taken={}, **both)
    assert list(cast.structure_a.ecosystem_actors.values_list("number", "name", "category", "rank")) == [
        (1, "Mairie", "partners", 0),
        (2, "Bailleur", "partners", 1),
        (3, "Région", "partners", 2),
        (4, "Crèche", "partners", 3),
        (5, "Banque", "funders", 0),
    ]
    operations.undo_merge(by=cast.coordinator, merge=merge)
    assert list(cast.structure_b.ecosystem_actors.values_list("number", "name")) == [
        (3, "Région"),
        (4, "Crèche"),
        (5, "Banque"),
    ]
    assert cast.structure_a.ecosystem_actors.count() == 2
