"""Addresses of the community."""

from django.urls import path

from community.views import calibration, debate, home, level_steps, members, reports, resources, vignettes

urlpatterns = [
    path("communaute/", home.community, name="community"),
    path("communaute/retours/nouveau/", reports.experience_report_new, name="experience_report_new"),
    path("communaute/retours/<uuid:public_id>/", reports.experience_report, name="experience_report"),
    path(
        "communaute/retours/<uuid:public_id>/modifier/", reports.experience_report_edit, name="experience_report_edit"
    ),
    path(
        "communaute/retours/<uuid:public_id>/partager/", reports.experience_report_share, name="experience_report_share"
    ),
    path(
        "communaute/retours/<uuid:public_id>/retirer/",
        reports.experience_report_withdraw,
        name="experience_report_withdraw",
    ),
    path("communaute/retours/<uuid:public_id>/contribuer/", debate.contribution_new, name="contribution_new"),
    path("communaute/contributions/<uuid:public_id>/repondre/", debate.contribution_answer, name="contribution_answer"),
    path("communaute/contributions/<uuid:public_id>/modifier/", debate.contribution_edit, name="contribution_edit"),
    path(
        "communaute/contributions/<uuid:public_id>/versions/",
        debate.contribution_versions_page,
        name="contribution_versions",
    ),
    path(
        "communaute/contributions/<uuid:public_id>/retirer/", debate.contribution_withdraw, name="contribution_withdraw"
    ),
    path("communaute/accordages/", calibration.calibrations, name="calibrations"),
    path("communaute/accordages/nouveau/", calibration.calibration_new, name="calibration_new"),
    path("communaute/accordages/<uuid:public_id>/", calibration.calibration, name="calibration"),
    path("communaute/accordages/<uuid:public_id>/modifier/", calibration.calibration_edit, name="calibration_edit"),
    path("communaute/accordages/<uuid:public_id>/ouvrir/", calibration.calibration_open, name="calibration_open"),
    path("communaute/accordages/<uuid:public_id>/clore/", calibration.calibration_close, name="calibration_close"),
    path("communaute/accordages/<uuid:public_id>/fini/", vignettes.calibration_finish, name="calibration_finish"),
    path("communaute/accordages/<uuid:public_id>/ma-lecture/", vignettes.calibration_mine, name="calibration_mine"),
    path("communaute/accordages/<uuid:public_id>/recits/nouveau/", vignettes.vignette_new, name="vignette_new"),
    path(
        "communaute/accordages/<uuid:public_id>/mots/<str:code>/", calibration.calibration_part, name="calibration_part"
    ),
    path("communaute/recits/<uuid:public_id>/lire/", vignettes.vignette_read, name="vignette_read"),
    path("communaute/recits/<uuid:public_id>/modifier/", vignettes.vignette_edit, name="vignette_edit"),
    path("communaute/recits/<uuid:public_id>/retirer/", vignettes.vignette_remove, name="vignette_remove"),
    path("communaute/ce-qui-a-precede/", level_steps.what_came_before, name="what_came_before"),
    path(
        "communaute/ce-qui-a-precede/<slug:code>/",
        level_steps.what_came_before_dimension,
        name="what_came_before_dimension",
    ),
    path("communaute/membres/", members.community_members, name="community_members"),
    path("communaute/membres/<uuid:public_id>/", members.community_member, name="community_member"),
    path("mon-compte/profil/", members.profile, name="profile"),
    path("communaute/fiches/", resources.resources, name="resources"),
    path("communaute/fiches/nouvelle/", resources.resource_new, name="resource_new"),
    path("communaute/fiches/<uuid:public_id>/", resources.resource, name="resource"),
    path("communaute/fiches/<uuid:public_id>/modifier/", resources.resource_edit, name="resource_edit"),
    path("communaute/fiches/<uuid:public_id>/versions/", resources.resource_versions_page, name="resource_versions"),
]
