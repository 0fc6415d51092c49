"""Addresses of structures."""

from django.urls import path

from structures import views

urlpatterns = [
    path("structures/", views.structures, name="structures"),
    path("structures/nouvelle/", views.structure_new, name="structure_new"),
    path("structures/<uuid:public_id>/", views.structure, name="structure"),
    path("structures/<uuid:public_id>/modifier/", views.structure_edit, name="structure_edit"),
    path("structures/<uuid:public_id>/personnes/ajouter/", views.member_add, name="member_add"),
    path("structures/<uuid:public_id>/personnes/<int:membership_id>/fin/", views.member_end, name="member_end"),
    path("structures/<uuid:public_id>/accompagnement/ajouter/", views.practitioner_add, name="practitioner_add"),
    path(
        "structures/<uuid:public_id>/accompagnement/<int:accompaniment_id>/fin/",
        views.practitioner_end,
        name="practitioner_end",
    ),
    path("demandes/", views.support_requests, name="requests"),
    path("demandes/<uuid:public_id>/", views.support_request, name="request"),
]
