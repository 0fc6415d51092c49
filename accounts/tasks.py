"""What workers and the clock do about people: invitations, archives, departures, what is past its time, the seals of
the history."""

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts import archive, digests, operations, personal_data
from accounts.models import DataArchive, Departure
from accounts.notifications import (
    send_invitation,
    tell_archive_failed,
    tell_archive_ready,
    tell_departure_kept,
)
from efc_platform.backstage import operations as backstage
from efc_platform.backstage.jobs import RUNNERS, Runner
from efc_platform.backstage.mails import PAUSES
from efc_platform.backstage.models import Job


def _make_archive(job: Job) -> None:
    """Gathers with the rights that the person has now: an account closed meanwhile gets nothing."""
    asked = DataArchive.objects.select_related("user__person").filter(public_id=job.payload["archive"]).first()
    if asked is None or not asked.user.is_active:
        backstage.give_up(job=job, error="Ce compte est fermé.")
        return
    content = archive.compose(asked.user)
    with transaction.atomic():
        if not backstage.still_holds(job=job):
            return
        operations.keep_archive(archive=asked, content=content)
        backstage.finish(job=job)
        tell_archive_ready(asked)


def _tell_archive_failed(job: Job) -> None:
    asked = DataArchive.objects.select_related("user__person").filter(public_id=job.payload["archive"]).first()
    if asked and asked.user.is_active:
        tell_archive_failed(asked.user, f"{asked.public_id}:{job.finished_at:%Y%m%dT%H%M%S%f}")


def _carry_out_departure(job: Job) -> None:
    """On the day, unless it was called off; whether somebody would be missed is asked again."""
    departure = Departure.objects.select_related("person__user").get(public_id=job.payload["departure"])
    if departure in Departure.objects.pending() and (reasons := personal_data.what_keeps(departure.person)):
        with transaction.atomic():
            departure.called_off_at = job.not_before
            departure.save(update_fields=["called_off_at"])
            tell_departure_kept(departure.person.user, str(departure.public_id), reasons)
            backstage.finish(job=job)
        return
    with transaction.atomic():
        if backstage.still_holds(job=job):
            operations.carry_out_departure(departure=departure)
            backstage.finish(job=job)


def _leave_it_failed(job: Job) -> None:
    """The row stays failed, and the person's page says so: nothing was erased by halves."""


def _leave_it_unsent(job: Job) -> None:
    """The invitation stays « en partance » in the lists: whoever follows it sends it again."""


def _leave_it_for_tomorrow(job: Job) -> None:
    """Its notices still wait: the next digest takes them."""


def register() -> None:
    invitation = Runner(label="Invitation", queue="mail", run=send_invitation, give_up=_leave_it_unsent, pauses=PAUSES)
    RUNNERS.register("invitation", invitation)
    archive = Runner(
        label="Archive des données d’une personne", queue="default", run=_make_archive, give_up=_tell_archive_failed
    )
    RUNNERS.register("data_archive", archive)
    digest = Runner(
        label="Courriel du matin",
        queue="mail",
        run=digests.make_digest,
        give_up=_leave_it_for_tomorrow,
        pauses=PAUSES[:4],
    )
    RUNNERS.register(digests.NOTICE_DIGEST, digest)
    departure = Runner(
        label="Départ d’une personne", queue="default", run=_carry_out_departure, give_up=_leave_it_failed
    )
    RUNNERS.register("departure", departure)


@shared_task
def apply_retention() -> None:
    operations.apply_retention()


@shared_task
def ask_for_digests() -> None:
    digests.ask_for_digests()


@shared_task
def forget_ended_sessions() -> None:
    """The devices of sessions that are over are nobody's concern any more."""
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


@shared_task
def seal_history() -> None:
    operations.seal_history()


# All of the past is read again: a million events are allowed more than a page or a report.
@shared_task(time_limit=3600, soft_time_limit=3500)
def verify_history() -> None:
    operations.verify_history()
