"""A report of structure A shared by its practitioner, and the peer who answers."""

import pytest

from accounts.models import Person
from community import operations
from community.models import ContributionKind, ExperienceReport
from community.operations import ReportContent
from tests.factories.community import ReportFactory


@pytest.fixture
def names(cast) -> None:
    """Those of the cast that a text might say."""
    for user, (first, last) in {
        cast.practitioner: ("Inès", "Carrel"),
        cast.member: ("Sofia", "Benali"),
        cast.leader: ("Nadia", "Roussel"),
        cast.leader_b: ("Samia", "Dhaoui"),
    }.items():
        Person.objects.filter(user=user).update(first_name=first, last_name=last)
        user.person.refresh_from_db()


@pytest.fixture
def content() -> ReportContent:
    """Enough to be shared, with nobody to recognise."""
    return ReportContent(
        title="Quand le tri devient une conversation",
        context="Une ressourcerie d’une quinzaine de personnes, en milieu rural.",
        situation="Une bénévole a posé le carton.",
        done="Nous avons rejoué la matinée.",
        question="Jusqu’où ne rien conclure ?",
    )


@pytest.fixture
def draft(cast, content) -> ExperienceReport:
    return operations.write_report(by=cast.practitioner, content=content)


@pytest.fixture
def shared(cast, names) -> ExperienceReport:
    return ReportFactory(shared=True, created_by=cast.practitioner.person, title="Le tri")


@pytest.fixture
def disagreement(cast, shared):
    return operations.contribute(
        by=cast.member,
        report=shared,
        kind=ContributionKind.DISAGREEMENT,
        text="Ne rien conclure fait porter l’incertitude aux plus fragiles : j’ai vu une équipe décrocher.",
    )
