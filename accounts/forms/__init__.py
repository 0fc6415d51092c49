"""The forms about people and their accounts."""

from accounts.forms.invitations import (
    ComingInForm,
    InvitationForm,
    NetworkInvitationForm,
)
from accounts.forms.notices import (
    RhythmsForm,
)
from accounts.forms.organisation import ORGANISATION_FIELDS, OrganisationForm
from accounts.forms.personal_data import (
    IdentityForm,
    LeavingForm,
)
from accounts.forms.second_factor import (
    ApplicationForm,
    AskForCodeForm,
    ConfirmFactorForm,
    FactorCodeForm,
    NewAddressForm,
    PasskeyForm,
    PasskeyNameForm,
    SignInCodeForm,
)
from accounts.forms.signing_in import (
    ChangePasswordForm,
    ConfirmPasswordForm,
    ForgottenPasswordForm,
    NewPasswordForm,
    SignInForm,
)
from accounts.forms.support import SupportForm

__all__ = [
    "ORGANISATION_FIELDS",
    "ApplicationForm",
    "AskForCodeForm",
    "ChangePasswordForm",
    "ComingInForm",
    "ConfirmFactorForm",
    "ConfirmPasswordForm",
    "FactorCodeForm",
    "ForgottenPasswordForm",
    "IdentityForm",
    "InvitationForm",
    "LeavingForm",
    "NetworkInvitationForm",
    "NewAddressForm",
    "NewPasswordForm",
    "OrganisationForm",
    "PasskeyForm",
    "PasskeyNameForm",
    "RhythmsForm",
    "SignInCodeForm",
    "SignInForm",
    "SupportForm",
]
