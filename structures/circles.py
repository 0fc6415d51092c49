"""Who reads what of structures."""

from accounts.models import User
from structures.models import (
    AccompanimentRequest,
    Cohort,
    CohortPlace,
    Conversation,
    EcosystemActor,
    Structure,
    StructureDocument,
)
from structures.readers import KINDS, Kind, Names, Reader, by_place, named

SHEET = Kind(
    rule=Structure.objects.visible_to,
    told=lambda structure: f"la fiche de {structure.name}",
    sentence=lambda structure: "Les personnes de la structure, celles qui l’accompagnent et la coordination du réseau.",
)


def _coordination(row: AccompanimentRequest, viewer: User, readers: list[Reader]) -> list[Names]:
    return [named("La coordination du réseau", "personnes de la coordination", readers)]


REQUEST = Kind(
    rule=AccompanimentRequest.objects.visible_to,
    told=lambda asked: f"la demande de {asked.person_name}",
    sentence=lambda asked: "La coordination, et elle seule. La personne qui a écrit reçoit la réponse.",
    groups=_coordination,
)


CONVERSATION = Kind(
    rule=Conversation.objects.visible_to,
    told=lambda one: f"la conversation que {one.opened_by.display_name} a ouverte dans {one.structure.name}",
    sentence=lambda one: (
        "La personne de la structure qui l’a ouverte, tant qu’elle en fait partie, et celles à qui elle a écrit, tant "
        "qu’elles l’accompagnent. Ni la coordination, ni le reste de la structure, ni qui l’accompagnerait ensuite."
    ),
    groups=lambda one, viewer, readers: by_place(one.structure, readers),
    related=("structure", "opened_by"),
)


RELATION = Kind(
    rule=EcosystemActor.objects.telling,
    told=lambda actor: f"ce que {actor.name} apporte et reçoit",
    sentence=lambda actor: (
        "Les personnes de la structure et celles qui l’accompagnent. La coordination voit qui est sur la carte et à "
        "quelle distance, pas ces mots."
    ),
    groups=lambda actor, viewer, readers: by_place(actor.structure, readers),
    related=("structure",),
)


COHORT = Kind(
    rule=Cohort.objects.visible_to,
    told=lambda cohort: f"ce qui s’écrit dans la promotion {cohort.name}",
    sentence=lambda cohort: (
        "Les personnes des structures qui voyagent avec elle aujourd’hui, celles qui les accompagnent, et la "
        "coordination. Qui s’en va ne lit plus ce qui s’y écrit\u00a0; qui arrive lit ce qui s’y est dit."
    ),
    groups=lambda cohort, viewer, readers: by_cohort(cohort, readers),
)


def by_cohort(cohort: Cohort, readers: list[Reader]) -> list[Names]:
    """Under each structure that travels with it, its people and who accompanies it; the others coordinate."""
    left, groups = list(readers), []
    places = CohortPlace.objects.current().filter(cohort=cohort).select_related("structure").order_by("structure__name")
    for place in places:
        bound = [one for one in left if place.structure_id in one.ties.involving]
        left = [one for one in left if one not in bound]
        groups.append(named(place.structure.name, "personnes", bound))
    groups.append(named("La coordination du réseau", "personnes de la coordination", left))
    return [group for group in groups if group.people]


DOCUMENT = Kind(
    rule=StructureDocument.objects.visible_to,
    told=lambda one: f"le document «\u00a0{one.title}\u00a0»",
    sentence=lambda one: "Les personnes de la structure et celles qui l’accompagnent.",
    groups=lambda one, viewer, readers: by_place(one.structure, readers),
    related=("structure",),
)


def register() -> None:
    KINDS.register("promotion", COHORT)
    KINDS.register("fiche-structure", SHEET)
    KINDS.register("demande", REQUEST)
    KINDS.register("conversation", CONVERSATION)
    KINDS.register("ecosysteme", RELATION)
    KINDS.register("document", DOCUMENT)
