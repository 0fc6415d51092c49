"""Signing in and out, and one's own security, under French addresses and allauth's names."""

from allauth.account import views
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path, reverse_lazy

from accounts.middleware import before_second_factor, without_terms
from accounts.queries import demo_sign_ins
from accounts.views import (
    agreements,
    history,
    invitations,
    notices,
    organisation,
    personal_data,
    recovery,
    retention,
    security,
    support,
)

# Reached before one is signed in: the list is the whole allow-list of this module.
_OPEN = [
    path("connexion/", views.LoginView.as_view(extra_context={"demo_sign_ins": demo_sign_ins}), name="account_login"),
    path("connexion/code/", views.request_login_code, name="account_request_login_code"),
    path("connexion/code/saisir/", views.confirm_login_code, name="account_confirm_login_code"),
    path("connexion/cle/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("connexion/second-facteur/", mfa.authenticate, name="mfa_authenticate"),
    path("connexion/second-facteur/perdu/", recovery.lost_factor, name="lost_factor"),
    path("deconnexion/", security.sign_out, name="account_logout"),
    path("inscription/", views.signup, name="account_signup"),
    path("compte-ferme/", views.account_inactive, name="account_inactive"),
    path("mot-de-passe/oubli/", views.password_reset, name="account_reset_password"),
    path("mot-de-passe/oubli/envoye/", views.password_reset_done, name="account_reset_password_done"),
    path("mot-de-passe/nouveau/fait/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.PasswordResetFromKeyView.as_view(reset_url_key="choisir"),
        name="account_reset_password_from_key",
    ),
]
for _pattern in _OPEN:
    _pattern.callback = login_not_required(_pattern.callback)

_HOME = reverse_lazy("mfa_index")
# One's own security: all that opens to whoever has yet to register the second factor that their role asks for.
_SECURITY = [
    path("mot-de-passe/changer/", security.change_password, name="account_change_password"),
    path("verification/", without_terms(views.reauthenticate), name="account_reauthenticate"),
    path("verification/code/", without_terms(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("verification/cle/", without_terms(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("mon-compte/securite/", security.security, name="mfa_index"),
    path("mon-compte/securite/second-facteur/", security.second_factor, name="second_factor"),
    path("mon-compte/securite/application/", security.ApplicationView.as_view(), name="mfa_activate_totp"),
    path("mon-compte/securite/application/retirer/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("mon-compte/securite/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("mon-compte/securite/codes/nouveaux/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("mon-compte/securite/cles/ajouter/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path(
        "mon-compte/securite/cles/<int:pk>/nom/",
        webauthn.EditWebAuthnView.as_view(success_url=_HOME),
        name="mfa_edit_webauthn",
    ),
    path(
        "mon-compte/securite/cles/<int:pk>/retirer/",
        webauthn.RemoveWebAuthnView.as_view(success_url=_HOME),
        name="mfa_remove_webauthn",
    ),
    path("mon-compte/securite/sessions/", security.sessions, name="usersessions_list"),
    path("mon-compte/securite/sessions/<int:pk>/fin/", security.session_end, name="open_session_end"),
    path("mon-compte/securite/adresse/", security.change_address, name="change_address"),
    path("mon-compte/securite/adresse/<str:token>/", security.confirm_address, name="confirm_address"),
]
for _pattern in _SECURITY:
    _pattern.callback = before_second_factor(_pattern.callback)

urlpatterns = [
    *_OPEN,
    *_SECURITY,
    path("personnes/second-facteur-perdu/", recovery.lost_factors, name="lost_factors"),
    path("personnes/second-facteur-perdu/<uuid:public_id>/", recovery.lost_factor_request, name="lost_factor_request"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("invitations/<uuid:public_id>/renvoyer/", invitations.invitation_again, name="invitation_again"),
    path("invitations/<uuid:public_id>/annuler/", invitations.invitation_revoke, name="invitation_revoke"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/logo/", organisation.organisation_logo, name="organisation_logo"),
    path("mon-compte/identite/", personal_data.identity, name="identity"),
    path("mon-compte/donnees/", personal_data.my_data, name="my_data"),
    path("mon-compte/donnees/demander/", personal_data.archive_ask, name="archive_ask"),
    path("mon-compte/donnees/archive/", personal_data.archive_file, name="archive_file"),
    path("mon-compte/donnees/partir/", personal_data.leave, name="leave"),
    path("mon-compte/donnees/rester/", personal_data.departure_call_off, name="departure_call_off"),
    path("mon-compte/accords/", agreements.agreements, name="agreements"),
    path("mon-compte/accords/repondre/", agreements.agreement_answer, name="agreement_answer"),
    path("mon-compte/notifications/", notices.notice_rhythms, name="notice_rhythms"),
    path("notifications/", notices.notices, name="notices"),
    path("notifications/lues/", notices.notices_read, name="notices_read"),
    path("notifications/<uuid:public_id>/ouvrir/", notices.notice_open, name="notice_open"),
    path("notifications/arreter/<str:token>/", notices.mails_stop, name="mails_stop"),
    path("conditions/", agreements.terms, name="terms"),
    path("conditions/accepter/", agreements.accept_terms, name="accept_terms"),
    path("conditions/<int:number>/", agreements.terms, name="terms_version"),
    path("donnees-effacees/", retention.retention, name="retention"),
    path("soutien/", support.support, name="support"),
    path("soutien/<uuid:public_id>/entrer/", support.support_enter, name="support_enter"),
    path("soutien/<uuid:public_id>/accepter/", support.support_grant, name="support_grant"),
    path("soutien/<uuid:public_id>/fin/", support.support_end, name="support_end"),
    path("mon-compte/soutien/", support.my_support, name="my_support"),
    path("historique/etat/", history.history_state, name="history_state"),
]
