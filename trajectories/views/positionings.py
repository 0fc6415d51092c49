"""Pages where a draft of a reading is written: a dimension as a whole, or one of its criteria."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.shared.errors import OperationRefused, StaleEdit
from efc_platform.shared.forms import Overtaken
from efc_platform.shared.pauses import heed_health, is_taken_back
from trajectories import operations
from trajectories.evidence import Linkable, earliest_day, linkable
from trajectories.forms import PositioningForm
from trajectories.forms.evidence import EVIDENCE_FIELDS, initial_lines
from trajectories.framework import Framework
from trajectories.models import Criterion, Dimension, Evidence, Positioning, PositioningState, Reading
from trajectories.operations import PositioningFacts
from trajectories.permissions import can_edit_reading
from trajectories.pictures import said_in_workshop
from trajectories.queries import level_in_words
from trajectories.views.readings import visible_reading

TEXTS = ("observed_fact", "next_question")


@dataclass(frozen=True)
class Asked:
    """What a page asks about, its place among what is asked with it, and where saving goes on to."""

    dimension: Dimension
    number: int
    total: int
    following: str
    criterion: Criterion | None = None

    @property
    def about(self) -> dict[str, Any]:
        return {"criterion": self.criterion} if self.criterion else {"dimension": self.dimension}

    @property
    def overtaken(self) -> str:
        what = "Ce critère" if self.criterion else "Cette dimension"
        return f"{what} a changé pendant que vous écriviez\u00a0: relisez, puis enregistrez."


def positioning(request: SignedInRequest, public_id: UUID, code: str) -> HttpResponse:
    """One dimension of a draft; saving goes on to the next, so that nothing waits to be lost."""
    found, framework = _draft(request, public_id)
    dimension = _dimension(framework, code)
    place = framework.dimensions.index(dimension)
    following = [
        reverse("positioning", args=[found.public_id, one.code]) for one in framework.dimensions[place + 1 : place + 2]
    ]
    asked = Asked(dimension, place + 1, len(framework.dimensions), "".join(following))
    context = {"said_in_workshop": said_in_workshop(found, dimension, framework.levels)}
    return _written(request, found, framework, asked, context)


def positioning_criterion(request: SignedInRequest, public_id: UUID, code: str, sign: str) -> HttpResponse:
    """One criterion of a dimension, read with its five levels; saving goes on to the next one of the dimension."""
    found, framework = _draft(request, public_id)
    dimension = _dimension(framework, code)
    criteria = list(dimension.criteria.all())
    place = next((rank for rank, one in enumerate(criteria) if one.code == sign), None)
    if place is None:
        raise Http404
    following = [_page_of(found, dimension, one) for one in criteria[place + 1 : place + 2]]
    asked = Asked(dimension, place + 1, len(criteria), "".join(following), criteria[place])
    return _written(request, found, framework, asked, {})


def _draft(request: SignedInRequest, public_id: UUID) -> tuple[Reading, Framework]:
    found = visible_reading(request, public_id)
    if not can_edit_reading(request.user, found):
        raise PermissionDenied
    return found, Framework.of(found.framework_version)


def _dimension(framework: Framework, code: str) -> Dimension:
    asked = get_object_or_404(framework.version.dimensions, code=code)
    found = next(one for one in framework.dimensions if one.pk == asked.pk)
    prefetch_related_objects([found], "criteria")
    return found


def _page_of(reading: Reading, dimension: Dimension, criterion: Criterion) -> str:
    return reverse("positioning_criterion", args=[reading.public_id, dimension.code, criterion.code])


def _written(
    request: SignedInRequest, found: Reading, framework: Framework, asked: Asked, beside: dict[str, Any]
) -> HttpResponse:
    saved = found.positionings.filter(**asked.about).first()
    evidence = list(saved.evidence.select_related("share__intervention", "trial", "document")) if saved else []
    offered = linkable(found.trajectory, request.user, evidence)
    initial = _initial(saved, evidence, offered)
    form = PositioningForm(
        request.POST or None, initial=initial, linkable=offered, earliest=earliest_day(found.trajectory)
    )
    draft = draft_for(request, form)
    both: list[Overtaken] = []
    if form.is_valid() and not is_taken_back(request.POST):
        heed_health(form)
        try:
            _position(request, found, asked, form)
        except StaleEdit:
            current = {name: initial.get(name, "") for name in (*TEXTS, *EVIDENCE_FIELDS)}
            both = form.show_both(current=current, version=initial["version"])
            form.add_error(None, asked.overtaken)
        except OperationRefused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            draft_sent(by=request.user, typed=request.POST)
            return redirect(found if "later" in request.POST or not asked.following else asked.following)
    context = {"reading": found, "structure": found.trajectory.structure, "form": form, "draft": draft, "both": both}
    told = _told(found, framework, asked)
    return render(request, "trajectories/positioning.html", {**context, **told, **beside, "answer": _answer(form)})


def _position(request: SignedInRequest, found: Reading, asked: Asked, form: PositioningForm) -> None:
    names = ("state", "level", *TEXTS, "evidence")
    facts = PositioningFacts(**{name: form.cleaned_data[name] for name in names})
    expected = form.cleaned_data["version"]
    operations.position(by=request.user, reading=found, facts=facts, expected_version=expected, **asked.about)


def _answer(form: PositioningForm) -> str:
    return form["answer"].value() or ""


def _told(found: Reading, framework: Framework, asked: Asked) -> dict[str, Any]:
    """What is asked, the levels it is read with, and the criteria beside; one goes through these from the first that
    was not read."""
    criteria = _criteria(found, framework, asked.dimension)
    unread = [url for _criterion, url, words in criteria if not words]
    return {
        "asked": asked,
        "dimension": asked.dimension,
        "markers": asked.dimension.markers.select_related("level"),
        "criteria": criteria,
        "first_criterion": next(iter(unread or [url for _criterion, url, _words in criteria]), None),
        "other_states": [(one.value, one.label) for one in PositioningState if one != PositioningState.LEVEL],
    }


def _criteria(reading: Reading, framework: Framework, dimension: Dimension) -> list[tuple[Criterion, str, str]]:
    """Each with its page and, once it is read, what was read of it."""
    read = {one.criterion_id: one for one in reading.positionings.filter(criterion__dimension=dimension)}
    return [
        (one, _page_of(reading, dimension, one), level_in_words(read[one.pk], framework) if one.pk in read else "")
        for one in dimension.criteria.all()
    ]


def _initial(saved: Positioning | None, evidence: Sequence[Evidence], offered: Linkable) -> dict[str, Any]:
    if saved is None:
        return {"version": 0}
    answer = str(saved.level) if saved.level else saved.state
    texts = {name: getattr(saved, name) for name in TEXTS}
    return {"answer": answer, **texts, **initial_lines(evidence, offered), "version": saved.version}
