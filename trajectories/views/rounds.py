"""Pages of rounds: prepare one, see whom it waits for, write one's view from it, take one up again."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Person
from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import carry_out
from efc_platform.templatetags.french import long_date
from structures.looks import note_look
from trajectories import operations
from trajectories.forms import LeaveOutForm, ReopeningForm, RoundForm
from trajectories.models import Reading, Reopening, Round, RoundView, Viewpoint
from trajectories.notifications import words_of_round
from trajectories.permissions import can_ask_reopening, can_prepare_round, can_speak_for, viewpoints_of_round
from trajectories.reminders import next_round_reminder
from trajectories.rounds import milestones_open_to, people_holding
from trajectories.views import visible_trajectory, write_once


def visible_round(request: SignedInRequest, public_id: UUID) -> Round:
    rounds = Round.objects.visible_to(request.user).select_related(
        "trajectory__structure", "trajectory__framework_version", "framework_version", "created_by"
    )
    found = get_object_or_404(rounds, public_id=public_id)
    note_look(request.user, found.trajectory.structure)
    return found


def round_new(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """At a milestone, when the list of milestones led here."""
    found = visible_trajectory(request, public_id)
    if not can_prepare_round(request.user, found):
        raise PermissionDenied
    milestones = milestones_open_to(found)
    asked = request.GET.get("jalon", "")
    first = asked if asked in milestones else milestones[0]
    form = RoundForm(request.POST or None, milestones=milestones, initial={"milestone": first})
    if form.is_valid() and (url := write_once(request, form, operations.prepare_round, trajectory=found)):
        messages.success(request, "Le tour est préparé\u00a0: les personnes attendues sont prévenues.")
        return redirect(url)
    lede = "Chaque regard s’écrit et se scelle sans connaître les autres. Puis tout s’ouvre, et l’on se rencontre."
    context = {
        "form": form,
        "structure": found.structure,
        "heading": "Préparer un tour de lecture" + (" après la fin" if found.closed_on else ""),
        "lede": lede,
        "submit": "Préparer le tour",
        "cancel_url": reverse("readings", args=[found.public_id]),
    }
    return render(request, "pages/form.html", context)


@dataclass(frozen=True)
class ViewLine:
    """One view expected, as everybody sees it; `draft` is the reader's own, `people` those who may write it."""

    view: RoundView
    people: list[Person]
    draft: Reading | None
    may_write: bool
    may_leave_out: bool


@require_safe
def round_page(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Who is waited for and who has sealed; of what a sealed view says, nothing before the round is open."""
    found = visible_round(request, public_id)
    prepares = can_prepare_round(request.user, found.trajectory)
    views = list(
        found.views.select_related("reading__created_by", "left_out_by").prefetch_related(
            Prefetch("reading__authors", Person.objects.order_by("last_name", "pk"))
        )
    )
    lines = _lines(request, found, views, prepares)
    context = {
        "round": found,
        "trajectory": found.trajectory,
        "structure": found.trajectory.structure,
        "lines": lines,
        "prepares": prepares,
        "met": sum(one.sealed is not None for one in views) > 1,
        "reminder": next_round_reminder(found),
        "reminder_words": words_of_round(found),
        "reminded": _reminded(lines),
        "reopenings": _reopenings(request, found, views),
    }
    return render(request, "trajectories/round.html", context)


def _lines(request: SignedInRequest, found: Round, views: list[RoundView], prepares: bool) -> list[ViewLine]:
    holding = people_holding(found.trajectory.structure, [one.viewpoint for one in views])
    open_to = [] if found.is_open else viewpoints_of_round(request.user, found)
    lines = []
    for view in views:
        reading, waits = view.reading, not (view.left_out_at or view.sealed)
        authors = list(reading.authors.all()) if reading else []
        own = reading if reading and request.user.person in authors else None
        lines.append(
            ViewLine(
                view,
                authors or holding[view.viewpoint],
                own,
                may_write=waits and reading is None and view.viewpoint in open_to,
                may_leave_out=waits and prepares and found.day_has_come and not found.is_open,
            )
        )
    return lines


def _reminded(lines: list[ViewLine]) -> list[Person]:
    waited = (one for line in lines if not (line.view.sealed or line.view.left_out_at) for one in line.people)
    return list(dict.fromkeys(waited))


def _reopenings(request: SignedInRequest, found: Round, views: list[RoundView]) -> list[tuple[Reopening, bool]]:
    """Those that wait for somebody's word, and whether it is the reader's."""
    if not found.is_open:
        return []
    asked = Reopening.objects.waiting().filter(reading__round=found).select_related("reading", "asked_by")
    waiting = list(asked.prefetch_related("consents"))
    mine = _spoken_for(request, found, views) if waiting else set()
    return [(one, bool(mine - _given(one))) for one in waiting]


def _spoken_for(request: SignedInRequest, found: Round, views: list[RoundView]) -> set[str]:
    """The views in whose name the reader may agree."""
    mine = set()
    for view in views:
        if view.sealed:
            view.sealed.trajectory = found.trajectory
            mine |= {view.viewpoint} if can_speak_for(request.user, view.sealed) else set()
    return mine


def _given(asked: Reopening) -> set[str]:
    """Who has agreed already, with whoever asks."""
    return {one.viewpoint for one in asked.consents.all()} | {asked.reading.viewpoint}


@require_POST
def round_read(request: SignedInRequest, public_id: UUID, viewpoint: str) -> HttpResponse:
    """To the draft of this view, begun by its first press."""
    found = visible_round(request, public_id)
    view = get_object_or_404(found.views.all(), viewpoint=viewpoint)
    if view.viewpoint not in viewpoints_of_round(request.user, found):
        raise PermissionDenied
    return redirect(operations.start_round_reading(by=request.user, tour=found, viewpoint=Viewpoint(viewpoint)))


def round_leave_out(request: SignedInRequest, public_id: UUID, viewpoint: str) -> HttpResponse:
    found = visible_round(request, public_id)
    view = get_object_or_404(found.views.all(), viewpoint=viewpoint)
    if not can_prepare_round(request.user, found.trajectory):
        raise PermissionDenied
    form = LeaveOutForm(request.POST or None, initial={"version": found.version})
    draft = draft_for(request, form)
    if form.is_valid():
        told = {"view": view, "expected_version": form.cleaned_data["version"], "why": form.cleaned_data["why"]}
        try:
            if carry_out(form, operations.leave_out_view, by=request.user, **told):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "Ce regard est laissé de côté.")
                return redirect(found)
        except StaleEdit as overtaken:
            form.renew(found.version)
            form.add_error(None, overtaken.message)
    heading = f"Laisser de côté le regard «\u00a0{view.get_viewpoint_display().lower()}\u00a0»"
    lede = "Le tour ne l’attendra plus. Qui l’aurait écrit pourra donner une lecture ensuite, comme d’ordinaire."
    context = _form_page(found, form, heading, lede, "Laisser de côté") | {"draft": draft}
    return render(request, "pages/form.html", context)


def _form_page(found: Round, form: Any, heading: str, lede: str, submit: str) -> dict[str, Any]:
    return {
        "form": form,
        "structure": found.trajectory.structure,
        "heading": heading,
        "lede": lede,
        "submit": submit,
        "cancel_url": found.get_absolute_url(),
    }


@require_POST
def round_reminders(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Suspends the reminders, or lets them leave again."""
    found = visible_round(request, public_id)
    if not can_prepare_round(request.user, found.trajectory):
        raise PermissionDenied
    paused = "pause" in request.POST
    operations.set_round_reminders(by=request.user, tour=found, paused=paused)
    messages.success(request, "Les rappels sont suspendus." if paused else "Les rappels partiront.")
    return redirect(found)


def reading_reopen(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Somebody asks to take up the view that they sealed in a round."""
    readings = Reading.objects.readable_by(request.user).select_related("trajectory__structure", "round")
    found = get_object_or_404(readings.filter(round__isnull=False), public_id=public_id)
    if found.round is None or not can_ask_reopening(request.user, found):
        raise PermissionDenied
    form = ReopeningForm(request.POST or None)
    draft = draft_for(request, form)
    url = found.round.get_absolute_url()
    if form.is_valid() and write_once(request, form, operations.ask_reopening, url, reading=found):
        messages.success(request, "La demande est faite. La lecture scellée, elle, ne change pas.")
        return redirect(url)
    heading = f"Reprendre la lecture du {long_date(found.read_on)} ({found.get_viewpoint_display().lower()})"
    lede = (
        "Il y faut l’accord de chaque autre regard du tour. Vous écrirez alors une nouvelle lecture à partir de "
        "celle-ci, qui restera lisible comme première lecture."
    )
    context = _form_page(found.round, form, heading, lede, "Demander leur accord")
    return render(request, "pages/form.html", context | {"draft": draft, "cancel_url": found.get_absolute_url()})


@require_POST
def reopening_agree(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    asked = get_object_or_404(
        Reopening.objects.visible_to(request.user).select_related("reading__round__trajectory__structure"),
        public_id=public_id,
    )
    operations.agree_reopening(by=request.user, reopening=asked)
    messages.success(request, "Votre accord est donné.")
    return redirect("round", asked.reading.round.public_id)  # type: ignore[union-attr]
