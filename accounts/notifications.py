"""Who is told what about accounts, invitations, their own data, lent places and the proofs that are kept, by mail."""

import secrets
from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.doors import offered
from accounts.models import (
    DataArchive,
    Departure,
    HistoryCheck,
    Invitation,
    Person,
    Role,
    RoleGrant,
    SupportSignIn,
    User,
)
from accounts.models.invitations import digest_of
from accounts.notices import SUBJECTS, tell
from efc_platform.backstage import mails
from efc_platform.backstage import operations as backstage
from efc_platform.backstage.models import Job
from efc_platform.shared.mail import absolute_url, render_mail

INVITATION = "invitation"


def post_invitation(invitation: Invitation) -> None:
    """Asks a worker to send it, once for each version. The token is made as the mail leaves: no row of the
    database ever holds what opens the door."""
    backstage.enqueue(
        kind=INVITATION,
        key=f"{INVITATION}:{invitation.public_id}:{invitation.version}",
        payload={"invitation": invitation.pk, "version": invitation.version},
    )


def send_invitation(job: Job) -> None:
    """Run by a worker. An attempt that fails leaves a token that nobody received; the next makes another."""
    invitation, token = _take(job), secrets.token_urlsafe(32)
    if invitation is not None:
        invitation.token_hash, invitation.sent_at = digest_of(token), timezone.now()
        held = Invitation.objects.waiting().filter(pk=invitation.pk, version=invitation.version)
        held.update(token_hash=invitation.token_hash, sent_at=invitation.sent_at)
        context = {
            "invitation": invitation,
            "offered": offered(invitation),
            "url": absolute_url(reverse("invitation", args=[token])),
        }
        mails.deliver(job, to=invitation.email, written=render_mail("emails/invitation.txt", context))
    with transaction.atomic():
        if backstage.still_holds(job=job):
            backstage.finish(job=job)


def _take(job: Job) -> Invitation | None:
    """Nothing when it was taken back, accepted or sent anew in the meantime."""
    wanted = Invitation.objects.waiting().select_related("invited_by__person")
    return wanted.filter(pk=job.payload["invitation"], version=job.payload["version"]).first()


def tell_role_given(grant: RoleGrant) -> None:
    """A change of rights is told to whom it concerns, by whom it was made."""
    _tell(grant, "given")


def tell_role_ended(grant: RoleGrant) -> None:
    _tell(grant, "ended")


def _tell(grant: RoleGrant, what: str) -> None:
    context = {"grant": grant, "person": grant.user.person, "url": absolute_url(reverse("my_account"))}
    key = f"role-{what}:{grant.pk}"
    mails.post(key=key, to=grant.user.email, template=f"emails/role_{what}.txt", context=context)


def tell_archive_ready(archive: DataArchive) -> None:
    """The mail holds none of it: the archive waits behind the sign-in."""
    key = f"archive-ready:{archive.public_id}"
    _tell_of_data(archive.user, key, "emails/archive_ready.txt")
    tell([archive.user], about=archive, key=key, title="Votre archive est prête", url=reverse("my_data"))


def tell_archive_failed(user: User, key: str) -> None:
    _tell_of_data(user, f"archive-failed:{key}", "emails/archive_failed.txt")


def tell_departure_asked(departure: Departure, user: User) -> None:
    """At once, so that whoever did not ask it can still call it off."""
    _tell_of_data(user, f"departure:{departure.public_id}", "emails/departure_asked.txt", due_at=departure.due_at)


def tell_departure_kept(user: User, key: str, reasons: list[str]) -> None:
    """The day came, and a structure would have been left without anybody in charge."""
    _tell_of_data(user, f"departure-kept:{key}", "emails/departure_kept.txt", reasons=reasons)


def tell_inactive(user: User, *, key: str, gone_on) -> None:
    _tell_of_data(user, f"inactive:{user.pk}:{key}", "emails/inactive.txt", gone_on=gone_on)


def tell_coordination_inactive(person: Person, coordinators: list[User], *, key: str) -> None:
    """Somebody in charge has not come for long: nobody is forgotten, coordination looks into it."""
    for one in coordinators:
        context = {"person": one.person, "silent": person, "url": absolute_url(reverse("home"))}
        mails.post(
            key=f"inactive-in-charge:{person.pk}:{key}:{one.pk}",
            to=one.email,
            template="emails/inactive_in_charge.txt",
            context=context,
        )


def _tell_of_data(user: User, key: str, template: str, **more) -> None:
    context = {"person": user.person, "url": absolute_url(reverse("my_data")), **more}
    mails.post(key=key, to=user.email, template=template, context=context)


def coordinators() -> QuerySet[User]:
    grants = RoleGrant.objects.current().filter(role=Role.COORDINATOR)
    return User.objects.filter(is_active=True, pk__in=grants.values("user"))


def tell_history_broken(check: HistoryCheck) -> None:
    """Each coordinator learns once a day that the history no longer holds; where is on their page."""
    url = absolute_url(reverse("history_state"))
    _tell_each(coordinators(), f"history-broken:{check.checked_at:%Y%m%d}", "emails/history_broken.txt", url)


def tell_backup_failed(night: date) -> None:
    """Each coordinator learns once a night that nothing was saved; what else goes wrong is on their page."""
    url = absolute_url(reverse("watching"))
    _tell_each(coordinators(), f"backup-failed:{night:%Y%m%d}", "emails/backup_failed.txt", url)


def tell_support_asked(support: SupportSignIn) -> None:
    """The person learns that somebody asks to take their place: the answer is theirs."""
    url = absolute_url(reverse("my_support"))
    _tell_each([support.concerned], f"support-asked:{support.public_id}", "emails/support_asked.txt", url)


def tell_support_granted(support: SupportSignIn) -> None:
    url = absolute_url(reverse("support"))
    _tell_each([support.asked_by], f"support-granted:{support.public_id}", "emails/support_granted.txt", url)


def _tell_each(users: Iterable[User], key: str, template: str, url: str) -> None:
    for user in users:
        mails.post(
            key=f"{key}:{user.pk}", to=user.email, template=template, context={"person": user.person, "url": url}
        )


def register() -> None:
    SUBJECTS.register(DataArchive._meta.label, lambda user: DataArchive.objects.filter(user=user))
