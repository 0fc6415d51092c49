"""What this application keeps of a person: who they are, what they may do, what they agreed to, the mails to them."""

import uuid
from collections.abc import Iterable

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import (
    AccessEvent,
    Consent,
    DataArchive,
    Departure,
    FirstSteps,
    InactivityNotice,
    Invitation,
    LostFactor,
    Notice,
    NoticeRhythm,
    Person,
    RoleGrant,
    SupportSignIn,
    TermsAcceptance,
    User,
    Vouching,
)
from accounts.operations import erase_archives, forget_in_history
from accounts.personal_data import GONE, PARTS, Leaving, Part, Table, table_of
from efc_platform.backstage import mails
from efc_platform.backstage.drafts import open_draft
from efc_platform.backstage.models import Draft, Job, Submission

NAMES = ("first_name", "last_name", "gender", "email", "phone")


def _gather(user: User) -> Iterable[Table]:
    me = user.person_id
    past = apps.get_model("accounts", "PersonEvent")._base_manager.filter(pgh_obj_id=me).order_by("pgh_id")
    yield table_of("Votre identité", Person.objects.filter(pk=me))
    yield table_of(
        "Ce qui était écrit de vous avant",
        past,
        only=NAMES,
        written_at=("écrit le", lambda event: event.pgh_created_at),
    )
    yield table_of("Votre compte", User.objects.filter(pk=user.pk), without=("password", "person"))
    yield table_of("Vos rôles sur la plateforme", RoleGrant.objects.filter(user=user), without=("user",))
    yield table_of(
        "Invitations reçues",
        Invitation.objects.filter(Q(email__iexact=user.email) | Q(accepted_by=user)),
        without=("token_hash", "person", "accepted_by"),
    )
    yield table_of("Invitations envoyées", Invitation.objects.filter(invited_by=user), only=("words", "invited_at"))
    yield table_of("Seconds facteurs perdus", LostFactor.objects.filter(user=user), without=("user", "refused_by"))
    yield table_of("Cautions données", Vouching.objects.filter(by=user), without=("by",))
    yield table_of("Premiers pas", FirstSteps.objects.filter(user=user), without=("user",))
    yield table_of("Conditions acceptées", TermsAcceptance.objects.filter(user=user), without=("user",))
    yield table_of("Accords donnés", Consent.objects.of(user), without=("person",))
    yield table_of("Archives demandées", DataArchive.objects.filter(user=user), only=("requested_at",))
    yield table_of("Départs demandés", Departure.objects.filter(person=me), without=("person",))
    yield table_of("Avertissements d’absence", InactivityNotice.objects.filter(user=user), only=("told_at",))
    looks = AccessEvent.objects.filter(Q(by=user) | Q(in_name_of=user)).order_by("pk")
    yield table_of("Ce que le journal des accès dit de vous", looks, only=("at", "act", "about_kind", "in_name_of"))
    lent = SupportSignIn.objects.visible_to(user)
    yield table_of("Places prêtées, à vous ou par vous", lent)
    yield table_of(
        "Ce qui vous a été annoncé",
        Notice.objects.visible_to(user),
        only=("category", "title", "created_at", "mailed_at", "read_at"),
    )
    yield table_of("Rythme de vos courriels", NoticeRhythm.objects.filter(user=user), without=("user",))
    yield _sessions(user)
    yield _mails(user)
    yield table_of("Formulaires envoyés récemment", Submission.objects.filter(author=me), only=("url", "sent_at"))
    yield _drafts(user)
    yield from _of_packages(user)


def _own_sessions(user: User) -> list[Session]:
    """A session tells whose it is only once opened."""
    standing = Session.objects.filter(expire_date__gt=timezone.now())
    return [one for one in standing if one.get_decoded().get("_auth_user_id") == str(user.pk)]


def _sessions(user: User) -> Table:
    rows = [{"expire_date": one.expire_date} for one in _own_sessions(user)]
    return Table("session", "Connexions ouvertes", {"expire_date": "s’éteint le"}, rows)


def _mails(user: User) -> Table:
    columns = {"queued_at": "préparé le", "subject": "objet", "body": "texte"}
    sent = Job.objects.filter(kind=mails.MAIL, payload__to__iexact=user.email).order_by("queued_at")
    rows = [
        {"queued_at": one.queued_at, "subject": one.payload.get("subject"), "body": one.payload.get("body")}
        for one in sent
    ]
    return Table("mail", "Courriels que la plateforme vous a écrits", columns, rows)


def _drafts(user: User) -> Table:
    """Opened here for the person who writes them."""
    columns = {"saved_at": "enregistré le", "heading": "page", "text": "texte"}
    opened = [(one, open_draft(one)) for one in Draft.objects.of(user).unsent()]
    rows = [
        {"saved_at": one.saved_at, "heading": words.heading, "text": "\n".join(words.texts)} for one, words in opened
    ]
    return Table("draft", "Vos brouillons", columns, rows)


def _of_packages(user: User) -> Iterable[Table]:
    for model in _package_models():
        yield table_of(
            {"emailaddress": "Adresses de connexion", "authenticator": "Seconds moyens de vérification"}.get(
                model._meta.model_name, "Appareils connectés"
            ),
            model._base_manager.filter(user=user),
            # Never what opens a door: secrets, keys of sessions.
            without=("user", "data", "session_key"),
        )


def _package_models() -> list:
    """Those of the sign-in package that this installation has."""
    wanted = [("account", "EmailAddress"), ("mfa", "Authenticator"), ("usersessions", "UserSession")]
    return [apps.get_model(app, name) for app, name in wanted if app in apps.app_configs]


def _forget(leaving: Leaving) -> None:
    """Names and ways to reach them go, their past ones too; mails to them go, and their name in the others'."""
    person, user = leaving.person, leaving.user
    mails.erase_sent_to(addresses=leaving.emails)
    mails.erase_name(name=leaving.full_name)
    Submission.objects.filter(author=person).delete()
    Draft.objects.filter(author=person).delete()
    for address in leaving.emails:
        Invitation.objects.filter(email__iexact=address).delete()
    Invitation.objects.filter(person=person).delete()
    if user:
        _close(user)
    person.first_name, person.last_name, person.gender, person.email, person.phone = GONE, "", "", "", ""
    person.version += 1
    person.save()
    forget_in_history(model=Person, columns=NAMES, pgh_obj_id=person.pk)


def _close(user: User) -> None:
    """Nobody signs in with it any more: no password, no second factor, no session, an address that reaches nobody."""
    today = timezone.localdate()
    for session in _own_sessions(user):
        session.delete()
    for model in _package_models():
        model._base_manager.filter(user=user).delete()
    erase_archives(archives=DataArchive.objects.filter(user=user))
    InactivityNotice.objects.filter(user=user).delete()
    FirstSteps.objects.filter(user=user).delete()
    Notice.objects.visible_to(user).delete()
    NoticeRhythm.objects.filter(user=user).delete()
    Invitation.objects.filter(accepted_by=user).delete()
    Invitation.objects.filter(invited_by=user).update(words="")
    SupportSignIn.objects.filter(concerned=user).update(reason="")
    forget_in_history(model=SupportSignIn, columns=["reason"], concerned_id=user.pk)
    _end(user.role_grants.filter(until__isnull=True), today)
    user.email, user.is_active, user.last_login = f"parti-{uuid.uuid4()}@invalid", False, None
    user.set_unusable_password()
    user.save()
    forget_in_history(model=User, columns=["email"], pgh_obj_id=user.pk)


def _end(grants: QuerySet[RoleGrant], today) -> None:
    grants.filter(since__gt=today).delete()
    grants.update(until=today)


def register() -> None:
    PARTS.register("accounts", Part("Vous et votre compte", 10, _gather, _forget))
