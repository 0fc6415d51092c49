"""What the clock asks about accounts."""

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.contrib.sessions.models import Session


@shared_task
def forget_ended_sessions() -> None:
    """The devices of sessions that are over are nobody's concern any more."""
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
