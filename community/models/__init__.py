"""What the community keeps."""

from community.models.debates import (
    Contribution,
    ContributionKind,
    ContributionQuerySet,
    ExperienceReport,
    ExperienceReportQuerySet,
    Phase,
    Profile,
    ProfileQuerySet,
    ReportState,
    ResourceKind,
    ResourceStatus,
    SharedResource,
    SharedResourceQuerySet,
    people_with_profiles,
)

__all__ = [
    "Contribution",
    "ContributionKind",
    "ContributionQuerySet",
    "ExperienceReport",
    "ExperienceReportQuerySet",
    "Phase",
    "Profile",
    "ProfileQuerySet",
    "ReportState",
    "ResourceKind",
    "ResourceStatus",
    "SharedResource",
    "SharedResourceQuerySet",
    "people_with_profiles",
]
