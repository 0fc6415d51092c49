"""Addresses of structures."""

from django.urls import path

from structures import views

urlpatterns = [
    path("structures/", views.structures, name="structures"),
    path("structures/nouvelle/", views.structure_new, name="structure_new"),
    path("structures/orphelines/", views.orphans, name="orphans"),
    path("structures/doublons/", views.duplicates, name="duplicates"),
    path("structures/ressemblances/", views.alike, name="alike"),
    path("structures/reunions/<uuid:public_id>/defaire/", views.merge_undo, name="merge_undo"),
    path("structures/<uuid:public_id>/", views.structure, name="structure"),
    path("structures/<uuid:public_id>/reunir/", views.merge_search, name="merge_search"),
    path("structures/<uuid:public_id>/reunir/<uuid:other_id>/", views.merge, name="merge"),
    path("structures/<uuid:public_id>/distincte-de/<uuid:other_id>/", views.keep_apart, name="keep_apart"),
    path("structures/<uuid:public_id>/accueil/", views.welcome, name="welcome"),
    path("structures/<uuid:public_id>/inviter/", views.structure_invite, name="structure_invite"),
    path("structures/<uuid:public_id>/lien/", views.join_link, name="join_link"),
    path("structures/<uuid:public_id>/lien/fermer/", views.join_link_close, name="join_link_close"),
    path("structures/<uuid:public_id>/quitter/", views.structure_leave, name="structure_leave"),
    path("structures/<uuid:public_id>/messages/", views.structure_messages, name="messages"),
    path("conversations/<uuid:public_id>/", views.conversation, name="conversation"),
    path("rejoindre/merci/", views.join_asked, name="join_asked"),
    path("rejoindre/<slug:code>/", views.join, name="join"),
    path("entrees/<uuid:public_id>/", views.join_decide, name="join_decide"),
    path("structures/<uuid:public_id>/historique/", views.structure_history, name="structure_history"),
    path(
        "structures/<uuid:public_id>/historique/<int:event_id>/<slug:column>/",
        views.sheet_restore,
        name="sheet_restore",
    ),
    path("structures/<uuid:public_id>/modifier/", views.structure_edit, name="structure_edit"),
    path("structures/<uuid:public_id>/personnes/ajouter/", views.member_add, name="member_add"),
    path("structures/<uuid:public_id>/personnes/<int:membership_id>/fin/", views.member_end, name="member_end"),
    path("structures/<uuid:public_id>/accompagnement/ajouter/", views.practitioner_add, name="practitioner_add"),
    path(
        "structures/<uuid:public_id>/accompagnement/<int:accompaniment_id>/fin/",
        views.practitioner_end,
        name="practitioner_end",
    ),
    path(
        "structures/<uuid:public_id>/accompagnement/<int:accompaniment_id>/en-charge/",
        views.practitioner_lead,
        name="practitioner_lead",
    ),
    path("demandes/", views.support_requests, name="requests"),
    path("demandes/<uuid:public_id>/", views.support_request, name="request"),
    path("demandes/<uuid:public_id>/accueillir/", views.request_welcome, name="request_welcome"),
]
