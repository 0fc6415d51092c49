"""Writing an experience report, sharing it with the community, taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Person, User
from community.models import ExperienceReport, ReportState, SharedResource
from community.permissions import can_edit_report, can_withdraw_report, is_of_community
from community.queries import Readiness, people_of_community, readiness_of
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import Structure, ties_of
from trajectories.models import Dimension


@dataclass(frozen=True)
class ReportContent:
    """All that a form gives of a report; the title is enough to begin."""

    title: str
    period: str = ""
    context: str = ""
    starting_question: str = ""
    modality: str = ""
    phase: str = ""
    situation: str = ""
    done: str = ""
    resisted: str = ""
    effects: str = ""
    interpretations: str = ""
    stance_shift: str = ""
    kept: str = ""
    open_controversies: str = ""
    question: str = ""
    structure: Structure | None = None
    dimensions: Sequence[Dimension] = ()
    resources: Sequence[SharedResource] = ()
    co_authors: Sequence[Person] = ()


_MANY = {"dimensions", "resources", "co_authors"}


@transaction.atomic
def write_report(*, by: User, content: ReportContent) -> ExperienceReport:
    """Begins a draft, read by its authors alone: whoever writes it, and the peers they name.

    By somebody of the community; OperationRefused for others, for a co-author from outside it, or for
    a structure that the writer does not accompany.
    """
    if not is_of_community(by):
        raise OperationRefused("Les retours d’expérience s’écrivent dans la communauté.")
    report = ExperienceReport(created_by=by.person)
    _write(by, report, content)
    report.authors.add(by.person)
    return report


@transaction.atomic
def edit_report(
    *, by: User, report: ExperienceReport, expected_version: int, content: ReportContent
) -> ExperienceReport:
    """Rewrites a report, draft or shared; whoever began it stays an author.

    StaleEdit when another author did since the form was opened. OperationRefused for whoever is not
    an author, and for a shared text that would lose an essential part or let somebody be recognised.
    """
    current = _locked(report)
    if not can_edit_report(by, current):
        raise OperationRefused("Seules les personnes qui signent ce retour d’expérience le modifient.")
    if current.version != expected_version:
        raise StaleEdit("Ce retour d’expérience a été modifié entre-temps.")
    current.version += 1
    _write(by, current, content)
    if current.state == ReportState.SHARED:
        if not (current.structure is None or current.is_about_structure):
            raise OperationRefused(
                "Ce texte a été partagé comme ne parlant d’aucune structure\u00a0: retirez-le, puis partagez-le "
                "de nouveau avec l’accord de celle-ci.",
                field="structure",
            )
        _refuse_unready(readiness_of(current), beside_part=True)
    return current


@transaction.atomic
def share_report(
    *,
    by: User,
    report: ExperienceReport,
    expected_version: int,
    is_about_structure: bool,
    consent_on: date | None = None,
    consent_scope: str = "",
    on: datetime | None = None,
) -> ExperienceReport:
    """Opens a draft to the community; sharing what is shared already changes nothing.

    By an author, on the text that they have read again (StaleEdit otherwise). OperationRefused without
    the essential parts, without the agreement of the structure it comes from, its day and its scope, or
    when a word lets a structure or a person be recognised.
    """
    current = _locked(report)
    if not can_edit_report(by, current):
        raise OperationRefused("Seules les personnes qui signent ce retour d’expérience le partagent.")
    if current.state == ReportState.SHARED:
        return current
    if current.version != expected_version:
        raise StaleEdit("Ce texte a été modifié depuis que vous l’avez relu\u00a0: relisez-le avant de le partager.")
    _refuse_unready(readiness_of(current))
    _refuse_without_consent(current, is_about_structure, consent_on, consent_scope)
    current.is_about_structure = is_about_structure
    current.consent_on = consent_on if is_about_structure else None
    current.consent_scope = consent_scope.strip() if is_about_structure else ""
    current.state, current.shared_at = ReportState.SHARED, on or timezone.now()
    current.version += 1
    current.save()
    return current


@transaction.atomic
def withdraw_report(*, by: User, report: ExperienceReport) -> ExperienceReport:
    """Makes a draft of a shared report: at once the community reads it no more. What was answered stays with it,
    and comes back if it is shared again. By any of its authors; twice changes nothing."""
    current = _locked(report)
    if not can_withdraw_report(by, current):
        raise OperationRefused("Seules les personnes qui signent ce retour d’expérience le retirent.")
    if current.state == ReportState.SHARED:
        current.state, current.shared_at = ReportState.DRAFT, None
        current.consent_on, current.consent_scope = None, ""
        current.version += 1
        current.save()
    return current


def _locked(report: ExperienceReport) -> ExperienceReport:
    return ExperienceReport.objects.select_for_update().get(pk=report.pk)


def _write(by: User, report: ExperienceReport, content: ReportContent) -> None:
    _refuse_strange_structure(by, report, content.structure)
    signed = set(report.authors.all()) if report.pk else {by.person}
    _refuse_strangers(signed, content.co_authors)
    for column in fields(content):
        if column.name not in _MANY:
            value = getattr(content, column.name)
            setattr(report, column.name, value.strip() if isinstance(value, str) else value)
    report.save()
    report.dimensions.set(content.dimensions)
    report.resources.set(content.resources)
    # Neither the writer nor whoever began it can be left out of the signatures by a form.
    report.authors.set({*content.co_authors, by.person, report.created_by})


def _refuse_strange_structure(by: User, report: ExperienceReport, structure: Structure | None) -> None:
    """A co-author who does not accompany the structure leaves it as it was."""
    if structure is None or structure.pk == report.structure_id:
        return
    if structure.pk not in ties_of(by).accompanied:
        raise OperationRefused("Choisissez une structure que vous accompagnez.", field="structure")


def _refuse_strangers(signed: set[Person], co_authors: Sequence[Person]) -> None:
    """Those who signed already may have left the community since."""
    named = {one.pk for one in co_authors} - {one.pk for one in signed}
    if people_of_community().filter(pk__in=named).count() < len(named):
        raise OperationRefused(
            "Les co-auteur·es se choisissent parmi les membres de la communauté.", field="co_authors"
        )


def _refuse_unready(readiness: Readiness, *, beside_part: bool = False) -> None:
    """Beside the first part concerned where the form has it, in one sentence otherwise."""
    if readiness.missing:
        field = readiness.missing[0] if beside_part else None
        raise OperationRefused(f"Il manque encore\u00a0: {readiness.missing_in_words}.", field=field)
    if readiness.findings:
        field = readiness.findings[0].part if beside_part else None
        raise OperationRefused(f"On pourrait reconnaître quelqu’un\u00a0: {readiness.in_words}.", field=field)


def _refuse_without_consent(
    report: ExperienceReport, is_about_structure: bool, consent_on: date | None, consent_scope: str
) -> None:
    if not is_about_structure:
        if report.structure_id:
            raise OperationRefused(
                "Vous avez noté que ce texte vient d’une structure\u00a0: son accord est nécessaire.",
                field="is_about_structure",
            )
        return
    if consent_on is None:
        raise OperationRefused("Notez le jour où la structure a donné son accord.", field="consent_on")
    if consent_on > timezone.localdate():
        raise OperationRefused(
            "Cette date est dans le futur\u00a0: l’accord vient avant le partage.", field="consent_on"
        )
    if not consent_scope.strip():
        raise OperationRefused("Dites en quelques mots à quoi la structure a dit oui.", field="consent_scope")
