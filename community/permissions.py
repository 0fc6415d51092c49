"""Who may write, share, answer and take back in the community; each rule reads the object at hand."""

from accounts.models import User
from accounts.permissions import is_permitted
from community.models import Contribution, ContributionKind, ExperienceReport, ReportState


def is_of_community(user: User) -> bool:
    """Those who accompany, those who train, and the other members."""
    return is_permitted(user, "take_part_in_community")


def is_author(user: User, report: ExperienceReport) -> bool:
    return ExperienceReport.objects.written_by(user).filter(pk=report.pk).exists()


def can_edit_report(user: User, report: ExperienceReport) -> bool:
    """Its authors, as long as they are of the community."""
    return is_of_community(user) and is_author(user, report)


def can_withdraw_report(user: User, report: ExperienceReport) -> bool:
    """Any of its authors, even once they have left the community: a text can always be taken back."""
    return is_author(user, report)


def can_contribute(user: User, report: ExperienceReport) -> bool:
    """The community, to a shared report; its authors answer instead."""
    return report.state == ReportState.SHARED and is_of_community(user) and not is_author(user, report)


def can_answer(user: User, contribution: Contribution) -> bool:
    """The community, authors included, as long as the contribution stands and its report is shared."""
    is_open = contribution.withdrawn_at is None and contribution.kind != ContributionKind.ANSWER
    return is_open and contribution.report.state == ReportState.SHARED and is_of_community(user)


def can_edit_contribution(user: User, contribution: Contribution) -> bool:
    """Whoever wrote it, until they take it back."""
    is_theirs = contribution.author_id == user.person_id and contribution.withdrawn_at is None
    return is_theirs and is_of_community(user)


def can_withdraw_contribution(user: User, contribution: Contribution) -> bool:
    """Whoever wrote it."""
    return contribution.author_id == user.person_id
