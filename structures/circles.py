"""Who reads what of structures."""

from accounts.models import User
from structures.models import AccompanimentRequest, Structure
from structures.readers import KINDS, Kind, Names, Reader, named

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


def register() -> None:
    KINDS.register("fiche-structure", SHEET)
    KINDS.register("demande", REQUEST)
