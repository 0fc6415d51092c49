"""Who reads what of the community. Where a report comes from is known to those who sign it: their page names the
people of that structure, the community's does not."""

from typing import Any

from accounts.models import Circle, User
from community.models import Calibration, Contribution, ExperienceReport, Profile, ReportState, SharedResource
from community.permissions import is_of_community
from efc_platform.templatetags.french import clock, long_date
from structures.readers import KINDS, Kind, Names, Reader, named

_DIRECTION = "La direction de la structure d’où vient ce texte"


def _of_report(report: ExperienceReport, viewer: User, readers: list[Reader]) -> list[Names]:
    authors = set(report.authors.values_list("pk", flat=True))
    signed = [reader for reader in readers if reader.user.person_id in authors]
    peers = [reader for reader in readers if reader not in signed and is_of_community(reader.user)]
    direction = [reader for reader in readers if reader not in signed and reader not in peers]
    groups = [
        named("Qui le signe", "personnes qui le signent", signed),
        named("La communauté", "membres de la communauté", peers),
    ]
    return [group for group in groups if group.people] + _direction(report, viewer, authors, direction)


def _direction(report: ExperienceReport, viewer: User, authors: set[int], direction: list[Reader]) -> list[Names]:
    """By name for who knows the structure; to the others, the same words whether there is one or not."""
    if viewer.person_id in authors or any(reader.user == viewer for reader in direction):
        return [named(_DIRECTION, "personnes qui la dirigent", direction)] if direction else []
    return [Names(_DIRECTION, ["s’il vient d’une structure, et sans qu’on la nomme ici"])]


def _report_sentence(report: ExperienceReport) -> str:
    if report.state == ReportState.DRAFT:
        return "Les personnes qui le signent, tant que c’est un brouillon."
    return f"{Circle.COMMUNITY.sentence[:-1]}, et la direction de la structure d’où il vient."


REPORT = Kind(
    rule=ExperienceReport.objects.visible_to,
    told=lambda report: f"le retour d’expérience «\u00a0{report.title}\u00a0»",
    sentence=_report_sentence,
    groups=_of_report,
)
CONTRIBUTION = Kind(
    rule=Contribution.objects.visible_to,
    told=lambda one: (
        f"la contribution de {one.author.display_name} du {long_date(one.created_at)} à "
        f"{clock(one.created_at)}, au débat sur «\u00a0{one.report.title}\u00a0»"
    ),
    sentence=lambda one: _report_sentence(one.report),
    groups=lambda one, viewer, readers: _of_report(one.report, viewer, readers),
    related=("report", "author"),
)


def _peers(row: Any, viewer: User, readers: list[Reader]) -> list[Names]:
    return [named("La communauté", "membres de la communauté", readers)]


RESOURCE = Kind(
    rule=SharedResource.objects.visible_to,
    told=lambda sheet: f"la fiche «\u00a0{sheet.title}\u00a0»",
    sentence=lambda sheet: Circle.COMMUNITY.sentence,
    groups=_peers,
)


PROFILE = Kind(
    rule=Profile.objects.visible_to,
    told=lambda one: f"le profil de {one.person.display_name}",
    sentence=lambda one: Circle.COMMUNITY.sentence,
    groups=_peers,
    related=("person",),
)


CALIBRATION = Kind(
    rule=Calibration.objects.visible_to,
    told=lambda one: f"l’accordage «\u00a0{one.title}\u00a0»",
    sentence=lambda one: (
        "La coordination, tant qu’il est en préparation."
        if one.is_draft
        else "La communauté et la coordination\u00a0; ce que chacun·e y lit, cette personne seule."
    ),
    groups=lambda one, viewer, readers: _community_first(readers),
)


def _community_first(readers: list[Reader]) -> list[Names]:
    peers = [reader for reader in readers if is_of_community(reader.user)]
    others = [reader for reader in readers if reader not in peers]
    groups = [named("La communauté", "membres de la communauté", peers)] if peers else []
    return groups + ([named("La coordination", "personnes de la coordination", others)] if others else [])


def register() -> None:
    KINDS.register("accordage", CALIBRATION)
    KINDS.register("retour", REPORT)
    KINDS.register("contribution", CONTRIBUTION)
    KINDS.register("fiche", RESOURCE)
    KINDS.register("profil", PROFILE)
