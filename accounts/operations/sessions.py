"""Ending sessions: one's own, or all those of an account."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import models, transaction

from accounts.models import User


@transaction.atomic
def end_session(*, by: User, session: UserSession) -> None:
    """Signs one of one's own devices out: its next request is a stranger's."""
    _end(UserSession.objects.filter(user=by, pk=session.pk))


@transaction.atomic
def end_other_sessions(*, by: User, but: str) -> None:
    """Signs one's account out everywhere, save in the session of that key."""
    _end(UserSession.objects.filter(user=by).exclude(session_key=but))


def _end_sessions_of(user: User) -> None:
    """Signs an account out everywhere, at once."""
    _end(UserSession.objects.filter(user=user))


def _end(sessions: models.QuerySet[UserSession]) -> None:
    Session.objects.filter(session_key__in=sessions.values("session_key")).delete()
    sessions.delete()
