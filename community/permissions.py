"""Who may write, share, answer and take back in the community; each rule reads the object at hand."""

from accounts.models import User
from accounts.permissions import Standing, act, declare, is_permitted
from community.models import (
    Calibration,
    CalibrationState,
    Contribution,
    ContributionKind,
    ExperienceReport,
    ReportState,
)

_COMMUNITY = (Standing.PRACTITIONER, Standing.TRAINER, Standing.MEMBER)
_WRITING = "Écrire un retour d’expérience, répondre à un autre, tenir les fiches d’outils, de concepts et de méthodes"

declare(
    "community",
    "La communauté",
    40,
    take_part_in_community=act(
        _WRITING, *_COMMUNITY, operations="write_report contribute answer write_resource edit_resource"
    ),
    read_profile=act("Voir les membres de la communauté, et ce que chacun·e dit de sa pratique", *_COMMUNITY),
    read_what_came_before=act(
        "Lire ce qu’avaient fait les structures qui ont bougé, par nombres où aucune ne se reconnaît",
        *_COMMUNITY,
        Standing.COORDINATOR,
    ),
    keep_profile=act(
        "Dire sur quoi l’on travaille, où, et en quoi l’on peut aider\u00a0; ou n’en rien dire",
        *_COMMUNITY,
        Standing.COORDINATOR,
        operations="edit_profile",
    ),
    read_shared_report=act(
        "Lire un retour d’expérience partagé et son débat (la dirigeance et le conseil\u00a0: ceux qui viennent de "
        "leur structure)",
        *_COMMUNITY,
        Standing.LEADER,
        Standing.BOARD,
        Standing.AUTHOR,
    ),
    edit_report=act(
        "Modifier et partager un retour d’expérience", Standing.AUTHOR, operations="edit_report share_report"
    ),
    withdraw_report=act("Retirer un retour d’expérience", Standing.AUTHOR, operations="withdraw_report"),
    edit_contribution=act("Récrire sa contribution à un débat", Standing.AUTHOR, operations="edit_contribution"),
    withdraw_contribution=act(
        "Retirer sa contribution à un débat", Standing.AUTHOR, operations="withdraw_contribution"
    ),
    see_calibration=act(
        "Voir les accordages ouverts, et ce que ceux qui sont clos disent des mots du référentiel",
        *_COMMUNITY,
        Standing.COORDINATOR,
    ),
    read_vignettes=act(
        "Lire à l’aveugle les récits d’un accordage ; personne d’autre ne voit qui a lu quoi",
        *_COMMUNITY,
        operations="read_vignette finish_calibration",
    ),
    compose_calibration=act(
        "Composer un accordage, l’ouvrir, le clore",
        Standing.COORDINATOR,
        operations="compose_calibration edit_calibration write_vignette edit_vignette remove_vignette "
        "open_calibration close_calibration",
    ),
)


def _allows(user: User, name: str, wrote: bool) -> bool:
    return is_permitted(user, name, standings=frozenset({Standing.AUTHOR} if wrote else ()))


def is_of_community(user: User) -> bool:
    """Those who accompany, those who train, and the other members."""
    return is_permitted(user, "take_part_in_community")


def can_keep_profile(user: User) -> bool:
    """Whoever holds a role in the network, for themselves alone."""
    return is_permitted(user, "keep_profile")


def can_read_what_came_before(user: User) -> bool:
    """The community, and coordination."""
    return is_permitted(user, "read_what_came_before")


def is_author(user: User, report: ExperienceReport) -> bool:
    return ExperienceReport.objects.written_by(user).filter(pk=report.pk).exists()


def can_edit_report(user: User, report: ExperienceReport) -> bool:
    """Its authors, as long as they are of the community."""
    return is_of_community(user) and _allows(user, "edit_report", is_author(user, report))


def can_withdraw_report(user: User, report: ExperienceReport) -> bool:
    """Any of its authors, even once they have left the community: a text can always be taken back."""
    return _allows(user, "withdraw_report", is_author(user, report))


def can_contribute(user: User, report: ExperienceReport) -> bool:
    """The community, to a shared report; its authors answer instead."""
    return report.state == ReportState.SHARED and is_of_community(user) and not is_author(user, report)


def can_answer(user: User, contribution: Contribution) -> bool:
    """The community, authors included, as long as the contribution stands and its report is shared."""
    is_open = contribution.withdrawn_at is None and contribution.kind != ContributionKind.ANSWER
    return is_open and contribution.report.state == ReportState.SHARED and is_of_community(user)


def can_edit_contribution(user: User, contribution: Contribution) -> bool:
    """Whoever wrote it, until they take it back."""
    if contribution.withdrawn_at is not None or not is_of_community(user):
        return False
    return _allows(user, "edit_contribution", contribution.author_id == user.person_id)


def can_withdraw_contribution(user: User, contribution: Contribution) -> bool:
    """Whoever wrote it."""
    return _allows(user, "withdraw_contribution", contribution.author_id == user.person_id)


def can_see_calibrations(user: User) -> bool:
    """The community, and coordination."""
    return is_permitted(user, "see_calibration")


def can_compose_calibration(user: User) -> bool:
    """Coordination, in its own name: closing one signs remarks."""
    return user.lent_to is None and is_permitted(user, "compose_calibration")


def can_read_vignettes(user: User, calibration: Calibration) -> bool:
    """The community, while it is open; in a place that is lent, nobody reads instead of somebody."""
    return calibration.is_open and user.lent_to is None and is_permitted(user, "read_vignettes")


def can_still_keep_reading(user: User, calibration: Calibration) -> bool:
    """Whoever was writing when it was closed: what they typed stays theirs, and is not counted."""
    is_closed = calibration.state == CalibrationState.CLOSED
    return is_closed and user.lent_to is None and is_permitted(user, "read_vignettes")
