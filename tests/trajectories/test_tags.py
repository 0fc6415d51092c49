"""Tags: whose word it is, who sees it, what it is put on, and how two become one."""

import threading

import pytest
from django.db import IntegrityError, connection

from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.merging import FOLLOWING
from tests.factories.structures import AccompanimentFactory
from tests.factories.trajectories import InterventionFactory
from trajectories import operations
from trajectories.models import Tag, TagScope


@pytest.fixture
def share(cast):
    return InterventionFactory(
        created_by=cast.practitioner.person, share={"trajectory": cast.trajectory_a}
    ).shares.get()


def make(by, scope=TagScope.MINE, name="Relais", structure=None) -> Tag:
    return operations.make_tag(by=by, scope=scope, name=name, structure=structure)


def test_own_tag_is_seen_by_oneself_the_teams_by_the_team_and_the_networks_by_all_who_accompany(cast):
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    make(cast.practitioner, name="Moi")
    make(cast.practitioner, TagScope.TEAM, "Équipe", cast.structure_a)
    make(cast.coordinator, TagScope.NETWORK, "Réseau")

    def seen(who: str) -> list[str]:
        return [one.name for one in Tag.objects.visible_to(getattr(cast, who))]

    assert {who: seen(who) for who in ("practitioner", "other_practitioner", "coordinator", "leader", "staff")} == {
        "practitioner": ["Équipe", "Moi", "Réseau"],
        "other_practitioner": ["Équipe", "Réseau"],
        "coordinator": ["Réseau"],
        "leader": [],
        "staff": [],
    }


def test_one_word_is_one_tag_whatever_its_capitals_and_spaces(cast):
    first, again = make(cast.practitioner), make(cast.practitioner, name=" rELAIS ")
    assert (first, Tag.objects.count()) == (again, 1)
    assert make(cast.other_practitioner) != first


@pytest.mark.django_db(transaction=True)
def test_one_word_from_two_places_at_once_is_one_tag(cast):
    def make_and_close() -> None:
        make(cast.coordinator, TagScope.NETWORK)
        connection.close()

    threads = [threading.Thread(target=make_and_close) for _n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert Tag.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "scope"),
    [("practitioner", "network"), ("other_practitioner", "team"), ("leader", "mine"), ("leader", "team")],
)
def test_tag_is_made_by_whoever_may(cast, who, scope):
    with pytest.raises(OperationRefused, match="se tiennent à la coordination"):
        make(getattr(cast, who), TagScope(scope), structure=cast.structure_a if scope == "team" else None)


def test_tags_that_one_does_not_see_stay_where_they_are(cast, share):
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    theirs, mine = make(cast.other_practitioner, name="À Hugo"), make(cast.practitioner, name="À moi")
    elsewhere = Tag.objects.create(scope=TagScope.TEAM, structure=cast.structure_b, name="Ailleurs")
    operations.place_tags(by=cast.other_practitioner, share=share, tags=[theirs])
    operations.place_tags(by=cast.practitioner, share=share, tags=[mine, elsewhere])
    assert set(share.tags.all()) == {theirs, mine}
    operations.place_tags(by=cast.practitioner, share=share, tags=[])
    assert set(share.tags.all()) == {theirs}


def test_only_those_who_accompany_place_tags(cast, share):
    for who in (cast.leader, cast.coordinator, cast.other_practitioner):
        with pytest.raises(OperationRefused, match="par qui accompagne la structure"):
            operations.place_tags(by=who, share=share, tags=[])


def test_two_tags_made_one_leave_nothing_without_it(cast, share):
    kept, merged = make(cast.practitioner, name="Relais"), make(cast.practitioner, name="Relai")
    other = InterventionFactory(
        created_by=cast.practitioner.person, share={"trajectory": cast.trajectory_a}
    ).shares.get()
    share.tags.set([merged, kept])
    other.tags.set([merged])
    operations.merge_tags(by=cast.practitioner, kept=kept, merged=merged)
    assert (list(share.tags.all()), list(other.tags.all()), Tag.objects.count()) == ([kept], [kept], 1)


def test_tags_of_other_people_are_not_made_one(cast):
    mine, network = make(cast.practitioner), make(cast.coordinator, TagScope.NETWORK)
    with pytest.raises(OperationRefused, match="n’est pas à vous"):
        operations.merge_tags(by=cast.practitioner, kept=mine, merged=network)
    team = make(cast.practitioner, TagScope.TEAM, structure=cast.structure_a)
    with pytest.raises(OperationRefused, match="aux mêmes personnes"):
        operations.merge_tags(by=cast.practitioner, kept=mine, merged=team)
    with pytest.raises(OperationRefused, match="autre étiquette que celle-ci"):
        operations.merge_tags(by=cast.practitioner, kept=mine, merged=mine)


def test_tag_is_named_again_once_and_never_as_another(cast):
    tag, other = make(cast.practitioner), make(cast.practitioner, name="Table")
    operations.rename_tag(by=cast.practitioner, tag=tag, name="Passage", expected_version=1)
    with pytest.raises(StaleEdit):
        operations.rename_tag(by=cast.practitioner, tag=tag, name="Autre", expected_version=1)
    with pytest.raises(OperationRefused, match="réunissez plutôt"):
        operations.rename_tag(by=cast.practitioner, tag=other, name="PASSAGE", expected_version=1)
    operations.drop_tag(by=cast.practitioner, tag=tag)
    with pytest.raises(OperationRefused, match="n’existe plus"):
        operations.drop_tag(by=cast.practitioner, tag=tag)


@pytest.mark.parametrize("wrong", [{"scope": "mine"}, {"scope": "team"}, {"scope": "elsewhere"}])
def test_tag_belongs_to_one_person_one_team_or_all(db, wrong):
    with pytest.raises(IntegrityError, match="tag_is_somebodys"):
        Tag.objects.create(name="Relais", **wrong)


def test_tags_of_two_sheets_made_one_stay_two_words(cast):
    for structure in (cast.structure_a, cast.structure_b):
        Tag.objects.create(scope=TagScope.TEAM, structure=structure, name="Relais")
    FOLLOWING["trajectories.Tag"].prepare(cast.structure_a, cast.structure_b)
    assert list(Tag.objects.values_list("name", flat=True)) == ["Relais", "Relais (bis)"]
