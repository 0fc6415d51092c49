"""Pages of interventions: log one, read it, correct it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Circle, Person, User
from accounts.permissions import is_permitted
from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_of_page, draft_sent
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from efc_platform.templatetags.french import names_of
from structures.models import Structure, ties_of
from structures.readers import asked_before_widening, narrowed
from trajectories import operations
from trajectories.circles import ACCOUNT
from trajectories.forms import InterventionEditForm, InterventionForm
from trajectories.framework import Framework, FrameworkVersion
from trajectories.models import Intervention, InterventionShare, JournalEntry, Modality, Place, Trajectory
from trajectories.operations import InterventionFacts, JournalText, ShareFacts
from trajectories.participants import count_participants, parse_participants, write_participants
from trajectories.permissions import can_edit_intervention, can_open_text
from trajectories.queries import last_time
from trajectories.views import visible_trajectory

PER_PAGE = 20
EVENT_FIELDS = ["occurred_on", "minutes", "modality", "preparation_minutes", "travel_minutes", "title", "place"]
SHARE_FIELDS = ["minutes", "account", "circle", "decision", "open_question", "dimensions"]


@require_safe
def interventions(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_trajectory(request, public_id)
    shares = (
        found.shares.select_related("intervention")
        .prefetch_related("intervention__practitioners", "dimensions")
        .order_by("-intervention__occurred_on", "-pk")
    )
    page = Paginator(shares, PER_PAGE).get_page(request.GET.get("page"))
    readable = set(
        InterventionShare.objects.readable_by(request.user).filter(trajectory=found).values_list("pk", flat=True)
    )
    context = {"trajectory": found, "structure": found.structure, "page_obj": page, "readable": readable}
    return render(request, "trajectories/interventions.html", context)


def intervention_new(request: SignedInRequest) -> HttpResponse:
    """Logging in two taps from home; the structure is already chosen when one comes from its page."""
    if not is_permitted(request.user, "accompany_structure"):
        raise PermissionDenied
    mine = _open_to(request)
    chosen = _chosen(mine, request.GET.get("trajectoire", ""))
    framework = Framework.of(chosen.framework_version if chosen else FrameworkVersion.objects.current())
    initial = {"trajectory": chosen.public_id if chosen else None} | _last_values(request)
    form = InterventionForm(request.POST or None, trajectories=mine, framework=framework, initial=initial)
    draft = draft_of_page(request)
    draft.fill(form)
    if form.is_valid() and (url := carry_out(form, _log_once, request=request, cleaned=form.cleaned_data)):
        messages.success(request, "C’est noté. Vous pouvez compléter plus tard.")
        return redirect(url)
    context = {
        "form": form,
        "draft": draft,
        "trajectory": chosen,
        "last_time": last_time(chosen, request.user) if chosen else None,
        "nothing_to_log_for": not mine,
        "members": _members(chosen.structure) if chosen else [],
    }
    return render(request, "trajectories/intervention_form.html", context)


def _open_to(request: SignedInRequest) -> QuerySet[Trajectory]:
    """Those on their way. One that was closed while the form was open, or that the address names, is still heard:
    what took place before its end is noted, and what is typed is never lost."""
    mine = Trajectory.objects.filter(structure__in=ties_of(request.user).accompanied).select_related("structure")
    return mine if request.method == "POST" or "trajectoire" in request.GET else mine.open()


def _chosen(mine: QuerySet[Trajectory], public_id: str) -> Trajectory | None:
    """The trajectory named in the address, if it is one of mine; anything else is as if not named."""
    try:
        return mine.filter(public_id=UUID(public_id)).first()
    except ValueError:
        return None


def _last_values(request: SignedInRequest) -> dict[str, Any]:
    """The modality and the place of one's last intervention, which are often the next one's."""
    last = Intervention.objects.filter(created_by=request.user.person_id).order_by("-created_at").first()
    return {"modality": last.modality, "place": last.place} if last else {}


def _members(structure: Structure) -> list[Person]:
    return [membership.person for membership in structure.memberships.current().select_related("person")]


def _known(structure: Structure, intervention: Intervention | None = None) -> list[Person]:
    """Whom a name in the line may mean: the structure's people, and those already noted as present."""
    present = [one.person for one in intervention.participations.all() if one.person] if intervention else []
    return list(dict.fromkeys([*_members(structure), *present]))


def _log_once(*, request: SignedInRequest, cleaned: dict[str, Any]) -> str:
    """One sending, one transaction: the event, its promise and the private page, or nothing."""
    key = cleaned["client_key"]
    return send_once(by=request.user, key=key, typed=request.POST, write=lambda: _log(request.user, cleaned))


def _log(user: User, cleaned: dict[str, Any]) -> str:
    trajectory = cleaned["trajectory"]
    facts, share = _facts(cleaned, _known(trajectory.structure)), _share(cleaned, trajectory)
    made, _is_new = operations.log_intervention(by=user, client_key=cleaned["client_key"], facts=facts, shares=[share])
    if text := cleaned["next_step"]:
        operations.add_next_step(
            by=user, trajectory=trajectory, text=text, due_on=cleaned["due_on"], owner=user.person, intervention=made
        )
    if journal := _journal_text(cleaned):
        operations.write_journal_entry(by=user, text=journal, written_on=made.occurred_on, intervention=made)
    return made.get_absolute_url()


def _facts(cleaned: dict[str, Any], known: list[Person]) -> InterventionFacts:
    chosen = {name: cleaned[name] for name in EVENT_FIELDS}
    chosen |= {"modality": Modality(chosen["modality"]), "place": Place(chosen["place"])}
    return InterventionFacts(**chosen, participants=parse_participants(cleaned["with_whom"], known))


def _share(cleaned: dict[str, Any], trajectory: Trajectory) -> ShareFacts:
    return ShareFacts(trajectory=trajectory, **{name: cleaned[name] for name in SHARE_FIELDS})


def _journal_text(cleaned: dict[str, Any]) -> JournalText:
    return JournalText(**{name: cleaned[name] for name in ("facts", "feelings", "interpretations")})


def _visible(request: SignedInRequest, public_id: UUID) -> Intervention:
    shares = InterventionShare.objects.filter(trajectory__in=Trajectory.objects.visible_to(request.user))
    prefetched = shares.select_related("trajectory__structure", "trajectory__framework_version").prefetch_related(
        "dimensions"
    )
    interventions = Intervention.objects.visible_to(request.user).prefetch_related(
        Prefetch("shares", queryset=prefetched), "practitioners", "participations__person"
    )
    # Who was in an exchange space is told to those who were, even where another structure shares the event.
    between_those_present = InterventionShare.objects.filter(intervention=OuterRef("pk"), circle=Circle.PARTICIPANTS)
    unread = between_those_present.exclude(pk__in=InterventionShare.objects.readable_by(request.user).values("pk"))
    interventions = interventions.annotate(is_between_others=Exists(unread))
    return get_object_or_404(interventions, public_id=public_id)


@require_safe
def intervention(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
    readable = set(
        InterventionShare.objects.readable_by(request.user).filter(intervention=found).values_list("pk", flat=True)
    )
    participations = list(found.participations.all())
    entry = JournalEntry.objects.of(request.user).filter(intervention=found).first()
    tells_who = bool(readable) and not found.is_between_others  # type: ignore[attr-defined]
    context = {
        "intervention": found,
        "shares": [(share, share.pk in readable) for share in found.shares.all()],
        "heading": found.heading if readable else found.get_modality_display(),
        "practitioners": names_of(found.practitioners.all()),
        "with_whom": write_participants(participations) if tells_who else "",
        "head_count": count_participants(participations),
        "steps": found.next_steps.visible_to(request.user).select_related("owner"),
        "can_edit": can_edit_intervention(request.user, found),
        "can_open_text": can_open_text(request.user),
        "entry": entry,
        "journal": operations.read_journal_entry(by=request.user, entry=entry) if entry else None,
    }
    return render(request, "trajectories/intervention.html", context)


def intervention_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
    if not can_edit_intervention(request.user, found):
        raise PermissionDenied
    share = next(one for one in found.shares.all() if one.trajectory.structure_id in ties_of(request.user).accompanied)
    both: list[Overtaken] = []
    framework = Framework.of(share.trajectory.framework_version)
    saved = _saved_values(found, share)
    form = InterventionEditForm(request.POST or None, framework=framework, initial=saved | {"version": found.version})
    draft = draft_of_page(request)
    draft.fill(form)
    if form.is_valid():
        try:
            touched = not {"circle", "with_whom"}.isdisjoint(form.changed_data)
            with asked_before_widening(ACCOUNT, share, by=request.user, data=request.POST, when=touched) as change:
                made = carry_out(
                    form, _edit, request=request, intervention=found, share=share, cleaned=form.cleaned_data
                )
            if made:
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "L’intervention est corrigée.")
                if change.lost:
                    messages.warning(request, narrowed(change.lost))
                return redirect(found)
        except StaleEdit:
            both = form.show_both(current=saved, version=found.version)
    context = {
        "form": form,
        "both": both,
        "draft": draft,
        "intervention": found,
        "structure": share.trajectory.structure,
        "members": _members(share.trajectory.structure),
        "cancel_url": reverse("intervention", args=[found.public_id]),
    }
    return render(request, "trajectories/intervention_edit.html", context)


def _saved_values(intervention: Intervention, share: InterventionShare) -> dict[str, Any]:
    values = {name: getattr(intervention, name) for name in EVENT_FIELDS}
    values |= {name: getattr(share, name) for name in SHARE_FIELDS if name != "dimensions"}
    values["dimensions"] = list(share.dimensions.all())
    values["with_whom"] = write_participants(list(intervention.participations.all()))
    return values


def _edit(
    *, request: SignedInRequest, intervention: Intervention, share: InterventionShare, cleaned: dict[str, Any]
) -> Intervention:
    return operations.edit_intervention(
        by=request.user,
        intervention=intervention,
        expected_version=cleaned["version"],
        facts=_facts(cleaned, _known(share.trajectory.structure, intervention)),
        share=_share(cleaned, share.trajectory),
    )
