"""Every address of the platform, in French."""

from django.urls import include, path

from efc_platform.pages import (
    account,
    agenda,
    agenda_feed,
    components,
    drafts,
    first_steps,
    front,
    glossary,
    health,
    home,
    mailbox,
    people,
    readers,
    register,
    search,
    statements,
    watching,
    who_sees_what,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("reseau/", home.network, name="network"),
    path("supervision/", watching.watching, name="watching"),
    path("supervision/travaux/<uuid:public_id>/reprendre/", watching.job_retry, name="job_retry"),
    path("metrics", watching.metrics, name="metrics"),
    path("", include("accounts.urls")),
    path("", include("structures.urls")),
    path("", include("trajectories.urls")),
    path("", include("trainings.urls")),
    path("", include("community.urls")),
    path("personnes/", people.people, name="people"),
    path("personnes/inviter/", people.invite, name="invite"),
    path("personnes/<uuid:public_id>/", people.person, name="person"),
    path("personnes/<uuid:public_id>/role/", people.role_give, name="role_give"),
    path("personnes/<uuid:public_id>/role/<int:grant_id>/fin/", people.role_end, name="role_end"),
    path("personnes/<uuid:public_id>/fermer/", people.account_close, name="account_close"),
    path("personnes/<uuid:public_id>/rouvrir/", people.account_reopen, name="account_reopen"),
    path("premiers-pas/", first_steps.first_steps, name="first_steps"),
    path("premiers-pas/<slug:path>/<int:step>/", first_steps.first_step, name="first_step"),
    path("agenda/", agenda.agenda, name="agenda"),
    path("brouillons/", drafts.drafts, name="drafts"),
    path("brouillons/garder/", drafts.draft_keep, name="draft_keep"),
    path("brouillons/<uuid:public_id>/", drafts.draft, name="draft"),
    path("brouillons/<uuid:public_id>/effacer/", drafts.draft_drop, name="draft_drop"),
    path("agenda/adresse/", agenda_feed.agenda_address, name="agenda_address"),
    path("agenda/flux/<str:token>.ics", agenda_feed.agenda_feed, name="agenda_feed"),
    path("agenda/moments-libres/", agenda.free_places, name="free_places"),
    path("recherche/", search.search, name="search"),
    path("mon-compte/", account.my_account, name="my_account"),
    *readers.ADDRESSES,
    path("sessions-ouvertes/", front.public_sessions, name="public_sessions"),
    path("etre-accompagne/", front.ask_for_support, name="ask_for_support"),
    path("etre-accompagne/merci/", front.support_asked, name="support_asked"),
    path("glossaire/", glossary.glossary, name="glossary"),
    path("qui-voit-quoi/", who_sees_what.who_sees_what, name="who_sees_what"),
    path("mentions-legales/", statements.legal, name="legal"),
    path("confidentialite/", statements.privacy, name="privacy"),
    path("confidentialite/registre/", register.register, name="register"),
    path("accessibilite/", statements.accessibility, name="accessibility"),
    path("composants/", components.components, name="components"),
    path("courrier/", mailbox.mailbox, name="mailbox"),
    path("courrier/<str:name>/", mailbox.mail, name="mail"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "efc_platform.shared.errors.bad_request"
handler403 = "efc_platform.shared.errors.forbidden"
handler404 = "efc_platform.shared.errors.not_found"
handler429 = "efc_platform.shared.errors.too_many"
handler500 = "efc_platform.shared.errors.server_error"
