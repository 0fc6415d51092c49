"""Experience reports, what is answered to them, and the sheets they cite."""

from collections.abc import Callable
from datetime import date
from typing import Any

import factory
from django.utils import timezone

from accounts.models import Person
from community.models import (
    Contribution,
    ContributionKind,
    Deed,
    DeedFloor,
    ExperienceReport,
    QuarterlyLook,
    ReportState,
    ResourceKind,
    SharedResource,
    StepTable,
)
from structures.models import Structure
from tests.factories.people import PersonFactory
from trajectories.models import Dimension


class ResourceFactory(factory.django.DjangoModelFactory):
    """`authors=[…]` says who wrote it."""

    class Meta:
        model = SharedResource
        skip_postgeneration_save = True

    kind = ResourceKind.TOOL
    title = factory.Sequence(lambda n: f"Fiche {n}")
    intention = "Rendre visible ce qui ne se compte pas."
    usage = "À deux, une heure, après le service."
    edited_by = factory.SubFactory(PersonFactory)
    edited_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def authors(self, create, extracted, **kwargs):
        self.authors.set(extracted or [self.edited_by])


class ReportFactory(factory.django.DjangoModelFactory):
    """A draft with its essential parts; `shared=True` shares it, `authors`, `dimensions` and `resources` fill it."""

    class Meta:
        model = ExperienceReport
        skip_postgeneration_save = True

    class Params:
        shared = factory.Trait(
            state=ReportState.SHARED, shared_at=factory.LazyFunction(timezone.now), is_about_structure=False
        )

    title = factory.Sequence(lambda n: f"Retour {n}")
    created_by = factory.SubFactory(PersonFactory)
    context = "Une ressourcerie d’une quinzaine de personnes, en milieu rural."
    situation = "Une bénévole a posé le carton et demandé à qui il manquerait."
    done = "Nous avons rejoué la matinée."
    question = "Jusqu’où ne rien conclure ?"

    @factory.post_generation
    def authors(self, create, extracted, **kwargs):
        self.authors.set(extracted or [self.created_by])

    @factory.post_generation
    def dimensions(self, create, extracted, **kwargs):
        self.dimensions.set(extracted or [])

    @factory.post_generation
    def resources(self, create, extracted, **kwargs):
        self.resources.set(extracted or [])


class ContributionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Contribution

    report = factory.SubFactory(ReportFactory, shared=True)
    kind = ContributionKind.QUESTION
    author = factory.SubFactory(PersonFactory)
    text = factory.Sequence(lambda n: f"Qui était dans la salle, question {n} ?")
    created_at = factory.LazyFunction(timezone.now)


class AnswerFactory(ContributionFactory):
    """`answers_to=…` gives the report too."""

    kind = ContributionKind.ANSWER
    answers_to = factory.SubFactory(ContributionFactory)
    report = factory.SelfAttribute("answers_to.report")


REPORT_TEXTS = [
    *("title", "period", "context", "starting_question", "situation", "done", "resisted", "effects"),
    *("interpretations", "stance_shift", "kept", "open_controversies", "question"),
]
RESOURCE_TEXTS = ["title", "intention", "usage", "conditions", "limits", "variants"]


def furnish_community(structure: Structure, practitioner: Person, words: Callable[[str], str]) -> dict[str, Any]:
    """A sheet; a shared report of this structure and a draft, by its practitioner; their contribution to another
    report of it, with an earlier text and an answer."""
    about = {name: words(f"resource.{name}") for name in RESOURCE_TEXTS}
    # Two of one kind never share a title.
    resource = ResourceFactory(edited_by=practitioner, **about | {"title": f"{about['title']} {structure.pk}"})
    texts = {name: words(f"shared_report.{name}") for name in REPORT_TEXTS}
    consent = {"consent_on": date(2025, 5, 5), "consent_scope": words("shared_report.consent_scope")}
    told = {"structure": structure, "is_about_structure": True}
    debated = ReportFactory(shared=True, **told | {"consent_on": date(2025, 5, 5)})
    contribution = ContributionFactory(
        report=debated, author=practitioner, text=words("contribution.earlier"), linked_resource=resource
    )
    Contribution.objects.filter(pk=contribution.pk).update(
        text=words("contribution.text"), edited_at=timezone.now(), version=2
    )
    contribution.refresh_from_db()
    AnswerFactory(answers_to=contribution, text=words("answer.text"))
    return {
        "resource": resource,
        "shared_report": ReportFactory(
            shared=True, created_by=practitioner, resources=[resource], **told, **consent, **texts
        ),
        "draft_report": ReportFactory(
            created_by=practitioner, title=words("draft_report.title"), context=words("draft_report.context")
        ),
        "contribution": contribution,
    }


def tell_step(dimension: Dimension, *, cut_on: date, lower: int = 2) -> StepTable:
    """A look of that quarter told something of a step forward: two things, of five at least."""
    look = QuarterlyLook.objects.create(cut_on=cut_on)
    table = StepTable.objects.create(look=look, dimension=dimension, lower=lower, is_forward=True, is_told=True)
    for deed in (Deed.PEER_SPACE, Deed.TRIAL):
        DeedFloor.objects.create(table=table, deed=deed, at_least=5)
    return table
