"""What is answered to a report: contributions, answers to them, their rewriting and their taking back."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from community import notifications
from community.anonymity import recognisable
from community.models import Contribution, ContributionKind, ExperienceReport, SharedResource
from community.permissions import can_answer, can_contribute, can_edit_contribution, can_withdraw_contribution
from community.queries import clues_for
from efc_platform.shared.errors import OperationRefused, StaleEdit

# About one full sentence: a disagreement that helps says what it rests on.
SHORTEST_DISAGREEMENT = 60


@transaction.atomic
def contribute(
    *,
    by: User,
    report: ExperienceReport,
    kind: ContributionKind,
    text: str,
    linked_report: ExperienceReport | None = None,
    linked_resource: SharedResource | None = None,
    on: datetime | None = None,
) -> Contribution:
    """Adds a typed contribution to a shared report; its authors are told, unless it is dated `on` a past day.

    By somebody of the community who did not write the report. OperationRefused for a neighbouring
    experience without its report, a concept without its sheet, a disagreement without its reasons, or
    words that name a structure or a person.
    """
    current = ExperienceReport.objects.select_for_update().get(pk=report.pk)
    if not can_contribute(by, current):
        raise OperationRefused("On contribue aux retours d’expérience partagés par d’autres dans la communauté.")
    if kind == ContributionKind.ANSWER:
        raise OperationRefused("Une réponse se donne à une contribution.", field="kind")
    made = Contribution(report=current, kind=kind, author=by.person, text=text.strip(), created_at=on or timezone.now())
    _lean(by, made, linked_report, linked_resource)
    made.save()
    if on is None:
        notifications.tell_contribution(made)
    return made


@transaction.atomic
def answer(*, by: User, contribution: Contribution, text: str, on: datetime | None = None) -> Contribution:
    """Answers a contribution; its author is told, unless it is dated `on` a past day.

    By the community, the authors of the report included; an answer is not answered, the debate goes on
    under the contribution.
    """
    current = Contribution.objects.select_for_update(of=("self",)).select_related("report").get(pk=contribution.pk)
    if not can_answer(by, current):
        raise OperationRefused("Cette contribution ne reçoit plus de réponse.")
    made = Contribution(
        report=current.report,
        kind=ContributionKind.ANSWER,
        author=by.person,
        text=text.strip(),
        answers_to=current,
        created_at=on or timezone.now(),
    )
    _refuse_recognisable(made)
    made.save()
    if on is None:
        notifications.tell_answer(made)
    return made


@transaction.atomic
def edit_contribution(
    *,
    by: User,
    contribution: Contribution,
    expected_version: int,
    text: str,
    linked_report: ExperienceReport | None = None,
    linked_resource: SharedResource | None = None,
    on: datetime | None = None,
) -> Contribution:
    """Rewrites one's contribution, its kind aside; what it was stays readable. The same rules as for a new one;
    StaleEdit when it was rewritten since the form was opened."""
    current = Contribution.objects.select_for_update(of=("self",)).select_related("report").get(pk=contribution.pk)
    if not can_edit_contribution(by, current):
        raise OperationRefused("Seule la personne qui a écrit cette contribution la modifie.")
    if current.version != expected_version:
        raise StaleEdit("Cette contribution a été modifiée entre-temps.")
    current.text, current.edited_at = text.strip(), on or timezone.now()
    _lean(by, current, linked_report, linked_resource)
    current.version += 1
    current.save()
    return current


@transaction.atomic
def withdraw_contribution(*, by: User, contribution: Contribution) -> Contribution:
    """Takes one's contribution back: its words are read nowhere any more, its answers stay. Twice changes nothing."""
    current = Contribution.objects.select_for_update().get(pk=contribution.pk)
    if not can_withdraw_contribution(by, current):
        raise OperationRefused("Seule la personne qui a écrit cette contribution la retire.")
    if current.withdrawn_at is None:
        current.withdrawn_at = timezone.now()
        current.version += 1
        current.save()
    return current


def _lean(
    by: User, contribution: Contribution, report: ExperienceReport | None, resource: SharedResource | None
) -> None:
    """Sets what a contribution rests on, once its rules hold."""
    _refuse_strange_links(by, contribution, report, resource)
    kind = contribution.kind
    if kind == ContributionKind.NEIGHBOURING and report is None:
        raise OperationRefused(
            "Choisissez le retour d’expérience qui raconte cette expérience voisine\u00a0; s’il n’est pas encore "
            "écrit, commencez par lui.",
            field="linked_report",
        )
    if kind == ContributionKind.CONCEPT and resource is None:
        raise OperationRefused(
            "Choisissez la fiche de ce concept\u00a0; si elle n’existe pas, écrivez-la d’abord, même courte.",
            field="linked_resource",
        )
    if kind == ContributionKind.DISAGREEMENT and len(contribution.text) < SHORTEST_DISAGREEMENT:
        raise OperationRefused(
            "Un désaccord aide quand il donne ses raisons\u00a0: dites en une ou deux phrases ce qui vous fait penser "
            "autrement, et sur quelle expérience vous vous appuyez.",
            field="text",
        )
    _refuse_recognisable(contribution)
    contribution.linked_report, contribution.linked_resource = report, resource


def _refuse_strange_links(
    by: User, contribution: Contribution, report: ExperienceReport | None, resource: SharedResource | None
) -> None:
    others = ExperienceReport.objects.visible_to(by).shared().exclude(pk=contribution.report_id)
    if report and not others.filter(pk=report.pk).exists():
        raise OperationRefused("Choisissez un autre retour d’expérience, partagé.", field="linked_report")
    if resource and not SharedResource.objects.visible_to(by).filter(pk=resource.pk).exists():
        raise OperationRefused("Choisissez une fiche de la communauté.", field="linked_resource")


def _refuse_recognisable(contribution: Contribution) -> None:
    """Without the clues of the report's own structure: a refusal would tell which commune it is in."""
    if findings := recognisable({"text": contribution.text}, clues_for(None)):
        words = "\u00a0; ".join(f"«\u00a0{one.words}\u00a0» ({one.what})" for one in findings)
        raise OperationRefused(f"On pourrait reconnaître quelqu’un\u00a0: {words}.", field="text")
