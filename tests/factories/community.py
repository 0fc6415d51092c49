"""Experience reports, what is answered to them, and the sheets they cite."""

import factory
from django.utils import timezone

from community.models import (
    Contribution,
    ContributionKind,
    ExperienceReport,
    ReportState,
    ResourceKind,
    SharedResource,
)
from tests.factories.people import PersonFactory


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
