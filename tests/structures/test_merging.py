"""Two sheets of one structure: found, made one with all that hangs on them, taken apart again."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Notice
from efc_platform.shared.errors import OperationRefused
from structures import operations
from structures.likeness import FEW, Identity, pairs_alike, sheets_alike
from structures.merging import FOLLOWING, columns_to_move, what_would_follow
from structures.models import (
    Cohort,
    DistinctStructures,
    Membership,
    MergedRow,
    Structure,
    StructureMerge,
    YearlyFigures,
)
from structures.permissions import can_merge_structures
from tests.factories.people import PersonFactory
from tests.factories.structures import CohortFactory, MembershipFactory, StructureFactory
from tests.factories.trajectories import TrajectoryFactory
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db
SIRET = "73282932000074"
BUTTON = "Réunir les deux fiches"


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


@pytest.fixture
def pair(cast) -> tuple[Structure, Structure]:
    """Alpha, and the same structure entered a second time, of which no trajectory is open."""
    again = StructureFactory(name="Alpha association", commune_name="Hénin", rna="W621000123", presentation="Nous.")
    MembershipFactory(structure=again, person=PersonFactory(first_name="Zoé"))
    return cast.structure_a, again


def merge(cast, kept, merged, **taken) -> StructureMerge:
    return operations.merge_structures(by=cast.coordinator, kept=kept, merged=merged, taken=taken)


def alike(**known) -> list[tuple[str, str]]:
    return [(one.structure.name, one.reason) for one in sheets_alike(Identity(**known))]


def test_every_table_that_hangs_on_a_structure_is_moved_under_a_name_of_its_own():
    tables = {column.model._meta.label for column in columns_to_move()}
    assert tables == set(FOLLOWING.names)


def test_coordination_alone_merges(cast):
    assert {name for name, user in cast.users.items() if can_merge_structures(user)} == {"coordinator"}


@pytest.mark.parametrize("operation", ["merge_structures", "undo_merge", "keep_apart"])
def test_nobody_else_merges_undoes_or_keeps_apart(cast, pair, operation):
    kept, merged = pair
    arguments = {
        "merge_structures": lambda: {"kept": kept, "merged": merged, "taken": {}},
        "undo_merge": lambda: {"merge": merge(cast, kept, merged)},
        "keep_apart": lambda: {"one": kept, "other": merged},
    }[operation]()
    with pytest.raises(OperationRefused, match="Seule la coordination"):
        getattr(operations, operation)(by=cast.leader, **arguments)
    assert DistinctStructures.objects.count() == 0


# Finding them


def test_number_of_a_register_finds_its_sheet_whatever_the_name():
    StructureFactory(name="La Ressourcerie", siren=SIRET[:9], siret=SIRET, rna="W621000123")
    assert alike(name="Tout autre nom", siret=SIRET) == [("La Ressourcerie", "le même SIRET")]
    assert alike(rna="W621000123") == [("La Ressourcerie", "le même numéro RNA")]
    assert alike(siren=SIRET[:9]) == alike(siret=SIRET[:9] + "00012") == [("La Ressourcerie", "le même SIREN")]


@pytest.mark.parametrize("typed", ["vélos du terril", "Velo du Terril", "LES VÉLOS DU TERRIL", "Velos du téril"])
def test_name_finds_it_in_its_commune_accents_case_and_slips_aside(typed):
    StructureFactory(name="Les Vélos du Terril", commune_name="Hénin-Beaumont")
    assert alike(name=typed, commune_name="Henin-beaumont") == [
        ("Les Vélos du Terril", "un nom proche, dans la même commune")
    ]


def test_name_that_many_bear_is_not_enough_elsewhere():
    StructureFactory(name="Régie de quartier du Ried", commune_name="Sélestat")
    assert alike(name="Régie de quartier des Corons", commune_name="Lens") == []
    assert alike(name="Régie de quartier du Ried", commune_name="Lens") == [
        ("Régie de quartier du Ried", "un nom proche")
    ]


@pytest.mark.parametrize("known", [{}, {"name": "  "}, {"name": "Al"}, {"name": "%%%"}])
def test_nothing_or_little_typed_finds_nothing(cast, known):
    assert alike(**known) == []


def test_surest_come_first_and_few_are_shown():
    for place in range(FEW + 2):
        StructureFactory(name=f"Le Pain commun {place}")
    StructureFactory(name="Boulangerie", siren=SIRET[:9], siret=SIRET)
    found = alike(name="Le Pain commun", siret=SIRET)
    assert (found[0], len(found)) == (("Boulangerie", "le même SIRET"), FEW)


def test_pairs_are_found_over_the_whole_register():
    first = StructureFactory(name="Pain commun", commune_name="Lille")
    StructureFactory(name="Le Fil long", commune_name="Lille")
    second = StructureFactory(name="Le Pain commun", commune_name="LILLE")
    third = StructureFactory(name="Autre", siren=SIRET[:9])
    fourth = StructureFactory(name="Encore", siren=SIRET[:9])
    found = [(older, one.structure, one.reason) for older, one in pairs_alike(10)]
    assert found == [
        (third, fourth, "le même SIREN"),
        (first, second, "un nom proche, dans la même commune"),
    ]


def test_two_that_somebody_said_distinct_are_put_forward_no_more(cast):
    first, second = (StructureFactory(name="Pain commun", commune_name="Lille") for _ in range(2))
    for one, other in ((second, first), (first, second)):
        operations.keep_apart(by=cast.coordinator, one=one, other=other)
    assert (pairs_alike(10), DistinctStructures.objects.count()) == ([], 1)
    assert sheets_alike(Identity.of(first), but=first) == []


@pytest.mark.parametrize(("number", "field"), [(SIRET, "siret"), ("W621000123", "rna")])
def test_second_sheet_under_one_number_is_refused(cast, number, field):
    siren = {"siren": number[:9]} if field == "siret" else {}
    StructureFactory(name="Première", **{field: number}, **siren)
    with pytest.raises(OperationRefused, match="La fiche de Première porte déjà") as refused:
        operations.open_structure(by=cast.coordinator, name="Seconde", **{field: number})
    assert refused.value.field == field


# Making them one


def test_all_that_hangs_on_the_merged_sheet_follows(cast, pair):
    kept, merged = pair
    CohortFactory(name="Lens", structures=[merged])
    past = TrajectoryFactory(structure=merged, started_on=date(2020, 1, 1), closed_on=date(2021, 1, 1))
    merge(cast, kept, merged)
    past.refresh_from_db()
    assert past.structure == kept
    assert Cohort.objects.get(places__structure=kept).name == "Lens"
    assert Membership.objects.filter(structure=kept, person__first_name="Zoé").exists()
    assert Structure.objects.filter(pk=merged.pk).count() == 0
    assert Structure.with_merged.get(pk=merged.pk).merged_into == kept


def test_row_whose_like_is_there_already_stays_aside_and_is_foreseen(cast, pair):
    kept, merged = pair
    for sheet, employees in ((kept, 3), (merged, 8)):
        YearlyFigures.objects.create(structure=sheet, year=2023, employees=employees)
    YearlyFigures.objects.create(structure=merged, year=2022, employees=7)
    foreseen = [(one.words, one.moving, one.staying) for one in what_would_follow(kept, merged)]
    assert foreseen == [("personnes inscrites", 1, 0), ("années de chiffres", 1, 1)]
    merge(cast, kept, merged)
    assert list(kept.yearly_figures.values_list("year", "employees")) == [(2023, 3), (2022, 7)]
    assert MergedRow.objects.filter(moved=False).count() == 1


def test_chosen_columns_are_written_and_the_rest_stays(cast, pair):
    kept, merged = pair
    made = merge(cast, kept, merged, rna=merged.rna, name="Alpha")
    kept.refresh_from_db()
    assert (kept.name, kept.rna, kept.version) == ("Alpha", "W621000123", 2)
    assert made.changed == {"rna": ["", "W621000123"]}


def test_numbers_that_do_not_go_together_are_refused_and_nothing_moves(cast, pair):
    kept, merged = pair
    with pytest.raises(OperationRefused, match="ne vont pas ensemble"):
        merge(cast, kept, merged, siret=SIRET)
    assert Structure.objects.filter(pk=merged.pk).exists()


def test_two_open_trajectories_stand_in_the_way(cast, pair):
    kept, merged = pair
    TrajectoryFactory(structure=merged)
    with pytest.raises(OperationRefused, match="une trajectoire ouverte"):
        merge(cast, kept, merged)
    assert Membership.objects.filter(structure=merged).count() == 1


def test_sheet_merged_meanwhile_is_refused(cast, pair):
    kept, merged = pair
    merge(cast, kept, merged)
    with pytest.raises(OperationRefused, match="déjà été réunie"):
        merge(cast, cast.structure_b, merged)


def test_people_of_both_are_told(cast, pair):
    kept, merged = pair
    merge(cast, kept, merged)
    told = Notice.objects.filter(title="Deux fiches de Alpha n’en font plus qu’une")
    assert cast.leader in {one.recipient for one in told}
    assert cast.coordinator not in {one.recipient for one in told}


# Taking them apart


def test_undoing_brings_back_what_moved_and_leaves_what_came_after(cast, pair):
    kept, merged = pair
    done = merge(cast, kept, merged, rna=merged.rna, presentation=merged.presentation)
    later = MembershipFactory(structure=kept, person=PersonFactory(first_name="Ali"))
    Structure.objects.filter(pk=kept.pk).update(presentation="Réécrite depuis.")
    operations.undo_merge(by=cast.coordinator, merge=done)
    kept.refresh_from_db()
    later.refresh_from_db()
    assert (kept.rna, kept.presentation, later.structure) == ("", "Réécrite depuis.", kept)
    assert Membership.objects.get(person__first_name="Zoé").structure == merged
    assert Structure.objects.get(pk=merged.pk).rna == "W621000123"


def test_numbers_written_since_stay_whole(cast, pair):
    kept, merged = pair
    Structure.objects.filter(pk=merged.pk).update(siren=SIRET[:9], siret=SIRET)
    merged.refresh_from_db()
    done = merge(cast, kept, merged, siren=merged.siren, siret=merged.siret)
    other = SIRET[:9] + "00082"
    Structure.objects.filter(pk=kept.pk).update(siret=other)
    operations.undo_merge(by=cast.coordinator, merge=done)
    kept.refresh_from_db()
    assert (kept.siren, kept.siret) == (SIRET[:9], other)


def test_row_removed_or_moved_on_since_is_left(cast, pair):
    kept, merged = pair
    second = MembershipFactory(structure=merged, person=PersonFactory(first_name="Ines"))
    done = merge(cast, kept, merged)
    Membership.objects.filter(person__first_name="Zoé").delete()
    Membership.objects.filter(pk=second.pk).update(structure=cast.structure_b)
    operations.undo_merge(by=cast.coordinator, merge=done)
    second.refresh_from_db()
    assert second.structure == cast.structure_b


@pytest.mark.parametrize(("days", "is_late"), [(29, False), (31, True)])
def test_merge_is_undone_for_thirty_days(cast, pair, days, is_late):
    done = merge(cast, *pair)
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        assert done.may_be_taken_back is not is_late
        if is_late:
            with pytest.raises(OperationRefused, match="ce délai est passé"):
                operations.undo_merge(by=cast.coordinator, merge=done)
        else:
            operations.undo_merge(by=cast.coordinator, merge=done)


def test_merge_is_undone_once_and_from_the_last(cast, pair):
    kept, merged = pair
    first = merge(cast, kept, merged)
    second = merge(cast, StructureFactory(), kept)
    with pytest.raises(OperationRefused, match="défaites d’abord cette réunion"):
        operations.undo_merge(by=cast.coordinator, merge=first)
    for one in (second, first):
        operations.undo_merge(by=cast.coordinator, merge=one)
    with pytest.raises(OperationRefused, match="déjà été défaite"):
        operations.undo_merge(by=cast.coordinator, merge=first)
    assert set(Structure.objects.all()) >= {kept, merged}


def test_sheets_are_merged_again_after_an_undoing(cast, pair):
    operations.undo_merge(by=cast.coordinator, merge=merge(cast, *pair))
    merge(cast, *pair)
    assert [one.undone_at is None for one in StructureMerge.objects.all()] == [True, False]


# Pages


def test_old_address_leads_to_the_sheet_that_stays_on_every_page_of_it(cast, pair, signed_in):
    kept, merged = pair
    merge(cast, kept, merged)
    client = signed_in(cast.leader)
    for page in ("", "modifier/", "historique/?page=1"):
        answer = client.get(f"/structures/{merged.public_id}/{page}")
        assert (answer.status_code, answer.url) == (302, f"/structures/{kept.public_id}/{page}")


def test_old_address_says_nothing_to_whoever_sees_neither(cast, pair, signed_in):
    merge(cast, *pair)
    assert signed_in(cast.leader_b).get(f"/structures/{pair[1].public_id}/").status_code == 404


def test_text_sent_to_an_old_address_is_given_back(cast, pair, signed_in):
    kept, merged = pair
    merge(cast, kept, merged)
    typed = {"name": "Alpha", "presentation": "Ce que je venais d’écrire, et qui compte pour moi.", "version": "1"}
    answer = signed_in(cast.leader).post(f"/structures/{merged.public_id}/modifier/", typed)
    assert answer.status_code == 409
    assert "Ce que je venais d’écrire" in answer.content.decode()


def test_preview_shows_each_part_and_writes_what_was_chosen(visits, pair):
    kept, merged = pair
    Structure.objects.filter(pk=kept.pk).update(presentation="Eux.")
    visitor = visits("coordinator")
    page = visitor.open(f"/structures/{kept.public_id}/reunir/{merged.public_id}/")
    assert "Alpha association" in page.words
    assert "W621000123" in page.words
    visitor.press(BUTTON, name="merged", presentation="both")
    kept.refresh_from_db()
    assert (kept.name, kept.presentation, kept.commune_name) == ("Alpha association", "Eux.\n\nNous.", "Hénin")


def test_preview_of_sheets_changed_meanwhile_asks_to_read_again(visits, pair):
    kept, merged = pair
    visitor = visits("coordinator")
    visitor.open(f"/structures/{kept.public_id}/reunir/{merged.public_id}/")
    Structure.objects.filter(pk=kept.pk).update(version=7)
    assert "a été modifiée entre-temps" in visitor.press(BUTTON).words
    assert StructureMerge.objects.count() == 0


def test_merge_sent_twice_is_one(visits, pair):
    kept, merged = pair
    visitor = visits("coordinator")
    page = visitor.open(f"/structures/{kept.public_id}/reunir/{merged.public_id}/")
    for _ in range(2):
        assert visitor.press(BUTTON, page=page).address == f"/structures/{kept.public_id}/"
    assert StructureMerge.objects.count() == 1


def test_coordination_sees_what_looks_alike_and_nobody_else(visits, pair):
    Structure.objects.filter(pk=pair[1].pk).update(name="Alpha")
    said = "Une autre fiche ressemble à celle-ci"
    assert said in visits("coordinator").open(f"/structures/{pair[0].public_id}/").words
    assert said not in visits("leader").open(f"/structures/{pair[0].public_id}/").words


def test_new_sheet_alike_is_opened_only_when_it_is_another(visits, pair):
    visitor = visits("coordinator")
    visitor.open("/structures/nouvelle/")
    assert "Peut-être déjà connue" in visitor.press("Enregistrer", name="Alpha").words
    assert Structure.objects.filter(name="Alpha").count() == 1
    visitor.press("Enregistrer", is_another="on")
    assert Structure.objects.filter(name="Alpha").count() == 2


def test_what_is_typed_so_far_finds_them_right_or_wrong(visits, pair):
    page = visits("coordinator").open("/structures/ressemblances/?name=alpha+association&siret=12&commune_name=henin")
    assert "Alpha association" in page.html
    assert "<html" not in page.html


def test_pairs_are_compared_kept_apart_and_undone_from_one_page(cast, visits, pair):
    Structure.objects.filter(pk=pair[1].pk).update(name="Alpha")
    visitor = visits("coordinator")
    assert "Un nom proche" in visitor.open("/structures/doublons/").words
    page = visitor.press("Ce sont deux structures : Alpha et Alpha")
    assert "Aucune fiche ne ressemble à une autre" in page.words
    merge(cast, *pair)
    visitor.open("/structures/doublons/")
    visitor.press("Défaire la réunion de Alpha à Alpha")
    assert Structure.objects.filter(pk=pair[1].pk).exists()


def test_history_tells_the_merge_and_its_undoing(cast, visits, pair):
    done = merge(cast, *pair)
    operations.undo_merge(by=cast.coordinator, merge=done)
    words = visits("leader").open(f"/structures/{pair[0].public_id}/historique/").words
    assert "a réuni à celle-ci la fiche Alpha association" in words
    assert "a défait la réunion avec la fiche Alpha association" in words
