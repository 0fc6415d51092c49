"""What the community hands to those below: moments of a trajectory's story, results of the one search box, the exercise
that a remark comes from, a link beside a dimension."""

from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from community.models import Calibration, CalibrationPart, ExperienceReport, SharedResource
from community.permissions import can_read_what_came_before
from efc_platform.shared import search
from efc_platform.shared.search import FEW, Hit, Source, matching
from trajectories import story
from trajectories.models import Dimension, FrameworkRemark, FrameworkVersion, Trajectory
from trajectories.origins import ORIGINS, Origin
from trajectories.story import Moment, Period, Reader
from trajectories.ties import OF_DIMENSION, Link


def _experience_reports(trajectory: Trajectory, reader: Reader, period: Period) -> Iterable[Moment]:
    """What was shared of this structure, told to those who read its texts and nowhere else."""
    if not reader.reads_texts:
        return
    openable = ExperienceReport.objects.visible_to(reader.user).filter(pk=OuterRef("pk"))
    shared = ExperienceReport.objects.shared().filter(structure=trajectory.structure_id)
    for report in shared.annotate(is_openable=Exists(openable)).order_by("shared_at", "pk"):
        yield Moment(
            timezone.localdate(report.shared_at),
            "report",
            f"Retour d’expérience partagé\u00a0: {report.title}",
            url=report.get_absolute_url() if report.is_openable else "",
        )


def _find_reports(user: User, words: str) -> Iterable[Hit]:
    for report in matching(ExperienceReport.objects.visible_to(user), words)[:FEW]:
        day = timezone.localdate(report.shared_at) if report.shared_at else None
        yield Hit(report.title, report.get_absolute_url(), report.context if day else "Brouillon", day)


def _find_resources(user: User, words: str) -> Iterable[Hit]:
    for resource in matching(SharedResource.objects.visible_to(user), words)[:FEW]:
        detail = f"{resource.get_kind_display()}, {resource.get_status_display()}"
        yield Hit(resource.title, resource.get_absolute_url(), detail, timezone.localdate(resource.edited_at))


def _exercises(user: User, remarks: Collection[FrameworkRemark]) -> dict[int, Origin]:
    """The remarks that an exercise opened lead back to what was read of these words."""
    opened = CalibrationPart.objects.filter(remark__in=remarks, calibration__in=Calibration.objects.visible_to(user))
    return {
        one.remark_id: Origin(
            f"ce qu’en dit l’accordage «\u00a0{one.calibration.title}\u00a0»",
            reverse("calibration_part", args=[one.calibration.public_id, one.code]),
        )
        for one in opened.select_related("calibration", "dimension", "criterion")
        if one.remark_id
    }


def _what_came_before(user: User, dimension: Dimension) -> Link | None:
    """Of the version that is read with today: the page tells of that one."""
    if not can_read_what_came_before(user):
        return None
    version = FrameworkVersion.objects.published().order_by("-number").first()
    if version is None or dimension.framework_version_id != version.pk:
        return None
    url = reverse("what_came_before_dimension", args=[dimension.code])
    return Link("Ce qu’avaient fait celles qui ont bougé", url)


_REPORTS = Source("Retours d’expérience", 50, _find_reports)
_RESOURCES = Source("Fiches", 60, _find_resources)


def register() -> None:
    ORIGINS.register("calibrations", _exercises)
    story.SOURCES.register("experience_reports", _experience_reports)
    story.FILTERS.register("retours", story.Filter("les retours d’expérience", frozenset({"report"})))
    search.SOURCES.register("community_reports", _REPORTS)
    search.SOURCES.register("community_resources", _RESOURCES)
    OF_DIMENSION.register("what_came_before", _what_came_before)
