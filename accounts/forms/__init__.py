"""The forms about people and their accounts."""

from accounts.forms.invitations import ComingInForm, InvitationForm, NetworkInvitationForm
from accounts.forms.signing_in import (
    ChangePasswordForm,
    ConfirmPasswordForm,
    ForgottenPasswordForm,
    NewPasswordForm,
    SignInForm,
)
from accounts.forms.support import SupportForm

__all__ = [
    "ChangePasswordForm",
    "ComingInForm",
    "ConfirmPasswordForm",
    "ForgottenPasswordForm",
    "InvitationForm",
    "NetworkInvitationForm",
    "NewPasswordForm",
    "SignInForm",
    "SupportForm",
]
