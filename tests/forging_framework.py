"""Forged forms of the référentiel: what each may write in a draft, and nothing of what was published."""

from tests.forging import Creation, Edit
from trajectories.models import Criterion, Dimension, FrameworkRemark, FrameworkVersion


def _draft(_world: object) -> FrameworkVersion:
    return FrameworkVersion.objects.get(number=2)


FRAMEWORK_EDITS = [
    Edit(
        "framework_part",
        "draft_part",
        "coordinator",
        {"text": "On raconte le travail.", "why": "Plus simple.", "version": 1},
        lambda world: Criterion.objects.get(dimension__framework_version=_draft(world), code="D1.1"),
        {"text", "version"},
    ),
    Edit(
        "framework_remark_answer",
        "framework_remark",
        "coordinator",
        {"answer": "Merci, c’est noté."},
        lambda world: world.framework_remark,
        {"answer", "answered_by_id", "answered_at"},
    ),
    Edit(
        "framework_publish",
        "framework_draft",
        "coordinator",
        {"why": "Des mots plus simples.", "version": 1},
        _draft,
        {"state", "published_on", "published_by_id", "why"},
    ),
]
FRAMEWORK_CREATIONS = [
    Creation(
        "framework_remark_new",
        "framework_remark_on",
        "leader",
        lambda cast, world: {"text": "Ces mots ne me disent rien."},
        FrameworkRemark,
        lambda cast, world: {
            "author": cast.leader.person,
            "framework_version": FrameworkVersion.objects.get(number=1),
            "key": "D1.1",
            "answer": "",
            "answered_at": None,
            "taken_up_in": None,
        },
    ),
    Creation(
        "framework_add",
        "draft_under",
        "coordinator",
        lambda cast, world: {"text": "Un signe de plus.", "why": "Vu souvent."},
        Criterion,
        lambda cast, world: {
            "dimension": Dimension.objects.get(framework_version__number=2, code="D1"),
            "code": "D1.5",
            "key": "D1.5",
            "position": 4,
            "version": 1,
        },
    ),
]
