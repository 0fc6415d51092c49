"""Addresses of the community."""

from django.urls import path

from community.views import debate, home, level_steps, members, reports, resources

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
