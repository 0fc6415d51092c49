"""The forms about people and their accounts."""

from accounts.forms.invitations import ComingInForm, InvitationForm, NetworkInvitationForm
from accounts.forms.personal_data import IdentityForm, LeavingForm
from accounts.forms.signing_in import (
    ChangePasswordForm,
    ConfirmPasswordForm,
    ForgottenPasswordForm,
    NewPasswordForm,
    SignInForm,
)

__all__ = [
    "ChangePasswordForm",
    "ComingInForm",
    "ConfirmPasswordForm",
    "ForgottenPasswordForm",
    "IdentityForm",
    "InvitationForm",
    "LeavingForm",
    "NetworkInvitationForm",
    "NewPasswordForm",
    "SignInForm",
]
