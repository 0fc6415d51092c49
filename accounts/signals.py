"""What follows a sign-in, and a change of the second factors."""

import time
from typing import Any

from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.middleware import SEEN_AT, SIGNED_IN_AT
from accounts.models import User
from accounts.operations import end_other_sessions


@receiver(user_logged_in)
def start_clock(sender: Any, request: HttpRequest, **_more: Any) -> None:
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = time.time()


@receiver([mfa.authenticator_added, mfa.authenticator_removed])
def end_what_was_opened_before(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_more: Any
) -> None:
    """A session opened elsewhere, perhaps by somebody who had only the password, does not outlive the change."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        end_other_sessions(by=user, but=request.session.session_key or "")
