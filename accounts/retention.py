"""What this application and the backstage keep for a time only: the rules of the nightly forgetting."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import ForeignObjectRel, QuerySet

from accounts.models import DataArchive, Invitation, Notice, RetentionReport
from accounts.operations import erase_archives, purge_access_events
from accounts.personal_data import RULES, Rule
from efc_platform.backstage import mails
from efc_platform.backstage.models import Draft, Job, JobState, Submission


def _erase_sessions(before: datetime) -> int:
    return _gone(Session.objects.filter(expire_date__lt=before))


def _erase_submissions(before: datetime) -> int:
    return _gone(Submission.objects.filter(sent_at__lt=before))


def _erase_drafts(before: datetime) -> int:
    """Left unfinished that long ago, or sent that long ago."""
    return _gone(Draft.objects.filter(saved_at__lt=before))


def _erase_jobs(before: datetime) -> int:
    """Those that are over and that no document rests on."""
    over = Job.objects.filter(state__in=[JobState.READY, JobState.FAILED], finished_at__lt=before)
    for relation in Job._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            pointing = relation.related_model._base_manager.filter(**{f"{relation.field.name}__isnull": False})
            over = over.exclude(pk__in=pointing.values_list(relation.field.name))
    return _gone(over)


def _erase_archives(before: datetime) -> int:
    return erase_archives(archives=DataArchive.objects.filter(requested_at__lt=before))


def _erase_invitations(before: datetime) -> int:
    """Long out of date, answered or not: what they gave stays, not who was asked."""
    return _gone(Invitation.objects.filter(expires_at__lt=before))


def _erase_reports(before: datetime) -> int:
    return _gone(RetentionReport.objects.filter(ran_at__lt=before))


def _erase_notices(before: datetime) -> int:
    """Read or not: what was announced that long ago is no news to anybody."""
    return _gone(Notice.objects.filter(created_at__lt=before))


def _gone(rows: QuerySet) -> int:
    return rows.delete()[0]


def register() -> None:
    for name, label, kept, purge in (
        ("sessions", "connexions éteintes", "", _erase_sessions),
        ("submissions", "empreintes de formulaires envoyés", "submissions", _erase_submissions),
        ("drafts", "brouillons", "drafts", _erase_drafts),
        ("mails", "textes de courriels partis", "mails", lambda before: mails.blank_sent(before=before)),
        ("jobs", "travaux terminés", "jobs", _erase_jobs),
        ("archives", "archives personnelles", "archives", _erase_archives),
        ("notifications", "notifications", "notifications", _erase_notices),
        ("invitations", "invitations passées", "invitations", _erase_invitations),
        ("retention_reports", "anciens passages du ménage", "retention_reports", _erase_reports),
        ("accesses", "accès notés dans le journal", "traces", lambda before: purge_access_events(before=before)),
    ):
        RULES.register(name, Rule(label, kept, purge))
