"""What the story of a trajectory and the search box tell of the community, and to whom."""

import pytest

from community.models import ExperienceReport
from efc_platform.shared.search import FEW, SOURCES
from tests.factories.community import ReportFactory, ResourceFactory
from trajectories.story import Period, story_of

TOLD = "Retour d’expérience partagé\u00a0: Le tri"


@pytest.fixture
def of_a(cast, shared):
    ExperienceReport.objects.filter(pk=shared.pk).update(structure=cast.structure_a)
    ReportFactory(structure=cast.structure_a, title="Un brouillon")
    ReportFactory(shared=True, title="D’ailleurs")
    return shared


def told_to(user, cast, **options) -> list[tuple[str, str]]:
    moments = story_of(cast.trajectory_a, user, **options)
    return [(moment.title, moment.url) for moment in moments if moment.kind == "report"]


@pytest.mark.parametrize("name", ["practitioner", "leader", "board"])
def test_story_leads_those_who_may_read_it_to_the_report(cast, of_a, name):
    assert told_to(cast.users[name], cast) == [(TOLD, of_a.get_absolute_url())]


@pytest.mark.parametrize("name", ["staff", "volunteer"])
def test_people_of_the_structure_know_that_it_was_shared(cast, of_a, name):
    assert told_to(cast.users[name], cast) == [(TOLD, "")]


def test_whoever_reads_no_text_of_the_structure_does_not_learn_where_the_report_comes_from(cast, of_a):
    cast.coordinator.role_grants.create(role="member", since="2020-01-01")
    assert told_to(cast.coordinator, cast) == []


def test_story_keeps_to_its_period_and_is_told_in_a_report_too(cast, of_a):
    assert told_to(cast.leader, cast, period=Period(end=cast.trajectory_a.started_on)) == []
    assert [title for title, _url in told_to(cast.leader, cast, in_report=True)] == [TOLD]


def found(name: str, user, words: str) -> list[str]:
    return [hit.title for hit in SOURCES[name].find(user, words)]


def test_search_box_finds_reports_and_sheets_whatever_the_accents(cast):
    ReportFactory(shared=True, title="Le métier qu’on ne remplace pas")
    ResourceFactory(title="La convention commentée")
    assert found("community_reports", cast.member, "metier") == ["Le métier qu’on ne remplace pas"]
    assert found("community_resources", cast.member, "commentees") == ["La convention commentée"]
    for name in ("community_reports", "community_resources"):
        assert found(name, cast.coordinator, "metier OR commentee") == []


def test_search_box_finds_ones_own_drafts_and_says_so(cast):
    ReportFactory(created_by=cast.member.person, title="Compter les cafés")
    (hit,) = SOURCES["community_reports"].find(cast.member, "cafes")
    assert (hit.detail, hit.on) == ("Brouillon", None)
    assert found("community_reports", cast.trainer, "cafes") == []


def test_search_box_gives_a_few_of_each(cast):
    for rank in range(FEW + 1):
        ReportFactory(shared=True, title=f"Tri {rank}")
        ResourceFactory(title=f"Tri {rank}")
    assert len(found("community_reports", cast.member, "tri")) == FEW
    assert len(found("community_resources", cast.member, "tri")) == FEW
