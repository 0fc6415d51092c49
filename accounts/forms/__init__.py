"""The forms about people and their accounts."""

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
    "ConfirmPasswordForm",
    "ForgottenPasswordForm",
    "IdentityForm",
    "LeavingForm",
    "NewPasswordForm",
    "SignInForm",
]
