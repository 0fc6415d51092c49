"""Pages of interventions: log one, read it, correct it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
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
from efc_platform.backstage.drafts import PageDraft, draft_for, draft_sent
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.duration import share_out
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from efc_platform.templatetags.french import names_of
from structures.models import Cohort, CohortPlace, Structure, StructureDocument, practising, ties_of
from structures.readers import asked_before_widening, narrowed
from trajectories import operations
from trajectories.appointments import appointment_values
from trajectories.circles import ACCOUNT
from trajectories.forms import InterventionEditForm, InterventionForm, modalities
from trajectories.framework import Framework, FrameworkVersion
from trajectories.models import (
    Appointment,
    Intervention,
    InterventionShare,
    JournalEntry,
    Modality,
    Place,
    Trajectory,
    Trial,
)
from trajectories.operations import InterventionFacts, JournalText, ShareFacts
from trajectories.participants import count_participants, parse_participants, write_participants
from trajectories.permissions import can_edit_intervention, can_open_text
from trajectories.remembering import as_it_was, habits_among, last_time, recent_ones
from trajectories.ties import keep_ties, links_of
from trajectories.views import visible_trajectory
from trajectories.views.parts import parts_of

PER_PAGE = 20
EVENT_FIELDS = [
    *("occurred_on", "minutes", "modality", "added_modality", "preparation_minutes", "travel_minutes"),
    *("title", "place", "location"),
]
SHARE_FIELDS = ["account", "circle", "decision", "open_question"]
# What an account is tied to, each a list.
LINKED = ["dimensions", "criteria", "actors", "documents"]
# Of an intervention that another one resembles.
COPIED = ["minutes", "preparation_minutes", "travel_minutes", "title", "place", "location"]


@require_safe
def interventions(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_trajectory(request, public_id)
    shares = (
        found.shares.select_related("intervention")
        .prefetch_related("intervention__practitioners", "dimensions")
        .order_by("-occurred_on", "-pk")
    )
    page = Paginator(shares, PER_PAGE).get_page(request.GET.get("page"))
    shown = InterventionShare.objects.filter(pk__in=[one.pk for one in page])
    readable = set(shown.readable_by(request.user).values_list("pk", flat=True))
    context = {"trajectory": found, "structure": found.structure, "page_obj": page, "readable": readable}
    return render(request, "trajectories/interventions.html", context)


def intervention_new(request: SignedInRequest) -> HttpResponse:
    """Logging in two taps from home; the structure is already chosen when one comes from its page, the rest when one
    comes from another intervention, or from a day of a cohort."""
    if not is_permitted(request.user, "accompany_structure"):
        raise PermissionDenied
    mine = _open_to(request)
    chosen = _chosen(mine, request.GET.get("trajectoire", ""))
    framework = Framework.of(chosen.framework_version if chosen else FrameworkVersion.objects.current())
    recent = [] if request.method == "POST" else recent_ones(request.user)
    initial = {"trajectory": chosen.public_id if chosen else None} | _begun_with(request, mine, recent)
    with_others = bool(initial.get("also") or request.POST.getlist("also"))
    asked = [chosen.structure_id] if chosen and not with_others else ties_of(request.user).accompanied
    colleagues = _colleagues(request.user, asked)
    form = InterventionForm(
        request.POST or None,
        request.FILES or None,
        trajectories=mine,
        framework=framework,
        colleagues=colleagues,
        initial=initial,
    )
    form.offer_ties(request.user)
    draft = draft_for(request, form)
    left_out: list[str] = []
    told = {"request": request, "cleaned": form.cleaned_data, "left_out": left_out} if form.is_valid() else {}
    if told and (url := carry_out(form, _log_once, **told)):
        messages.success(request, "C’est noté. Vous pouvez compléter plus tard.")
        return _without(request, form.cleaned_data["client_key"], left_out) if left_out else redirect(url)
    form.ask_files_again()
    context = {
        "form": form,
        "draft": draft,
        "trajectory": chosen,
        "last_time": last_time(chosen, request.user) if chosen else None,
        "habits": [] if form.is_bound or draft.is_taken_up else habits_among(recent),
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
    named = _uuid(public_id)
    return mine.filter(public_id=named).first() if named else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _colleagues(user: User, structures: Collection[int]) -> QuerySet[Person]:
    """Who else accompanies these structures today."""
    others = practising().filter(structure__in=structures).exclude(practitioner=user.person_id)
    return Person.objects.filter(pk__in=others.values("practitioner")).order_by("last_name", "first_name", "pk")


def _begun_with(request: SignedInRequest, mine: QuerySet[Trajectory], recent: Sequence[Intervention]) -> dict[str, Any]:
    """What the form holds before anything is typed: another intervention that one led, as far as it is alike; one of
    one's habits; otherwise the modality and the place of the last one, which are often the next one's."""
    if like := _uuid(request.GET.get("comme", "")):
        led = Intervention.objects.visible_to(request.user).led_by(request.user).filter(public_id=like)
        if found := led.prefetch_related("participations__person", "practitioners").first():
            return _alike(found, mine)
    if met := _appointment(request):
        return {"modality": recent[0].code if recent else ""} | appointment_values(met)
    values: dict[str, Any] = {"modality": recent[0].code, "place": recent[0].place} if recent else {}
    if (code := request.GET.get("modalite", "")) in dict(modalities()):
        values["modality"] = code
    if (minutes := request.GET.get("duree", "")).isdecimal() and 0 < int(minutes[:5]) <= 1440:
        values["minutes"] = int(minutes)
    if (place := request.GET.get("lieu", "")) in Place.values:
        values["place"] = place
    if cohort := _uuid(request.GET.get("promotion", "")):
        values["also"] = _of_cohort(request, mine, cohort)
    return values


def _appointment(request: SignedInRequest) -> Appointment | None:
    """The meeting that the address names, of which this intervention tells; one that nobody told yet."""
    if named := _uuid(request.GET.get("rendez-vous", "")):
        appointments = Appointment.objects.visible_to(request.user).filter(public_id=named, cancelled_at__isnull=True)
        return appointments.select_related("trajectory").first()
    return None


def _alike(found: Intervention, mine: QuerySet[Trajectory]) -> dict[str, Any]:
    """Everything but the day and what was said: these are another day's."""
    values: dict[str, Any] = {name: getattr(found, name) for name in COPIED}
    shares = found.shares.filter(trajectory__in=mine)
    return values | {
        "modality": found.code,
        "with_whom": write_participants(found.participations.all()),
        "practitioners": [one.pk for one in found.practitioners.all()],
        "also": [one.trajectory.public_id for one in shares.select_related("trajectory")],
    }


def _of_cohort(request: SignedInRequest, mine: QuerySet[Trajectory], cohort: UUID) -> list[UUID]:
    """Of those who travel with it today, the structures that one accompanies."""
    found = Cohort.objects.visible_to(request.user).filter(public_id=cohort)
    places = CohortPlace.objects.current().filter(cohort__in=found)
    return list(mine.filter(structure__in=places.values("structure")).values_list("public_id", flat=True))


def _members(structure: Structure) -> list[Person]:
    return [membership.person for membership in structure.memberships.current().select_related("person")]


def _known(structure: Structure, intervention: Intervention | None = None) -> list[Person]:
    """Whom a name in the line may mean: the structure's people, and those already noted as present."""
    present = [one.person for one in intervention.participations.all() if one.person] if intervention else []
    return list(dict.fromkeys([*_members(structure), *present]))


def _without(request: SignedInRequest, key: UUID, left_out: list[str]) -> HttpResponse:
    """Noted, but for some of its files: the page that completes it says why beside their field."""
    led = Intervention.objects.visible_to(request.user).filter(created_by=request.user.person_id, client_key=key)
    found = _visible(request, get_object_or_404(led).public_id)
    return _edit_page(request, found, part_of(request, found), left_out=left_out)


def _log_once(*, request: SignedInRequest, cleaned: dict[str, Any], left_out: list[str]) -> str:
    """One sending, one transaction: the event, its promise and the private page, or nothing. A file that may not be
    kept is left out, and holds nothing back."""
    key = cleaned["client_key"]
    return send_once(by=request.user, key=key, typed=request.POST, write=lambda: _log(request, cleaned, left_out))


def _log(request: SignedInRequest, cleaned: dict[str, Any], left_out: list[str]) -> str:
    user = request.user
    trajectory, others = cleaned["trajectory"], list(cleaned.get("also", ()))
    facts = _facts(cleaned, _known(trajectory.structure))
    minutes = share_out(facts.minutes, 1 + len(others))
    shares = [replace(_share(cleaned, trajectory), minutes=minutes[0])]
    shares += [ShareFacts(trajectory=one, minutes=part) for one, part in zip(others, minutes[1:], strict=True)]
    made, _is_new = operations.log_intervention(
        by=user,
        client_key=cleaned["client_key"],
        facts=facts,
        shares=shares,
        practitioners=list(cleaned.get("practitioners", ())),
    )
    met = _appointment(request)
    if met and met.trajectory_id in {one.trajectory.pk for one in shares}:
        operations.appointment_held(by=user, appointment=met, intervention=made)
    if text := cleaned["next_step"]:
        operations.add_next_step(
            by=user, trajectory=trajectory, text=text, due_on=cleaned["due_on"], owner=user.person, intervention=made
        )
    if journal := _journal_text(cleaned):
        operations.write_journal_entry(by=user, text=journal, written_on=made.occurred_on, intervention=made)
    keep_ties(user, made, cleaned)
    if uploads := cleaned["uploads"]:
        share = made.shares.get(trajectory=trajectory)
        left_out += operations.attach_files(by=user, share=share, uploads=uploads)
    return made.get_absolute_url()


def _facts(cleaned: dict[str, Any], known: list[Person]) -> InterventionFacts:
    chosen = {name: cleaned[name] for name in EVENT_FIELDS}
    chosen |= {"modality": Modality(chosen["modality"]), "place": Place(chosen["place"])}
    return InterventionFacts(**chosen, participants=parse_participants(cleaned["with_whom"], known))


def _share(cleaned: dict[str, Any], trajectory: Trajectory) -> ShareFacts:
    """One structure's part: the whole of the time, unless it was shared out."""
    kept = {name: cleaned[name] for name in (*SHARE_FIELDS, *LINKED) if name in cleaned}
    return ShareFacts(trajectory=trajectory, minutes=cleaned.get("share_minutes") or cleaned["minutes"], **kept)


def _journal_text(cleaned: dict[str, Any]) -> JournalText:
    return JournalText(**{name: cleaned[name] for name in ("facts", "feelings", "interpretations")})


def _visible(request: SignedInRequest, public_id: UUID) -> Intervention:
    shares = InterventionShare.objects.filter(trajectory__in=Trajectory.objects.visible_to(request.user))
    # The one it was written for first: links and titles of the page are of that one.
    ordered = shares.select_related("trajectory__structure", "trajectory__framework_version").order_by("pk")
    prefetched = ordered.prefetch_related(
        "dimensions",
        "criteria",
        "actors",
        Prefetch("documents", queryset=StructureDocument.objects.visible_to(request.user)),
    )
    interventions = Intervention.objects.visible_to(request.user).prefetch_related(
        Prefetch("shares", queryset=prefetched), "practitioners", "participations__person"
    )
    # Who was in an exchange space is told to those who were, even where another structure shares the event.
    between_those_present = InterventionShare.objects.filter(intervention=OuterRef("pk"), circle=Circle.PARTICIPANTS)
    # Asked of this one's accounts alone, rather than of all that the person reads.
    read = InterventionShare.objects.readable_by(request.user).filter(pk=OuterRef("pk"))
    unread = between_those_present.filter(~Exists(read))
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
    shares = list(found.shares.all())
    context = {
        "intervention": found,
        "parts": parts_of(request.user, found, shares, readable),
        "structure": shares[0].trajectory.structure,
        "heading": found.heading if readable else found.kind,
        "location": found.location if readable else "",
        "practitioners": names_of(found.practitioners.all()),
        "with_whom": write_participants(participations) if tells_who else "",
        "head_count": count_participants(participations),
        "trials": Trial.objects.visible_to(request.user).filter(interventions=found),
        "tied": links_of(request.user, found),
        "steps": found.next_steps.visible_to(request.user).select_related("owner"),
        "can_edit": can_edit_intervention(request.user, found),
        "can_open_text": can_open_text(request.user),
        "entry": entry,
        "journal": operations.read_journal_entry(by=request.user, entry=entry) if entry else None,
    }
    return render(request, "trajectories/intervention.html", context)


def intervention_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The event, and the part of one of its structures: the one that the address names, or the first that one
    accompanies."""
    found = _visible(request, public_id)
    if not can_edit_intervention(request.user, found):
        raise PermissionDenied
    share = part_of(request, found)
    both: list[Overtaken] = []
    saved = _saved_values(found, share)
    form = _edit_form(request, found, share, saved)
    draft = draft_for(request, form)
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
                return _edited(request, made, share, form.cleaned_data["uploads"])
        except StaleEdit:
            base = as_it_was(found, share, form.cleaned_data["version"])
            current = {name: value for name, value in saved.items() if name in form.fields}
            both = form.show_both(current=current, version=found.version, base=base)
    form.ask_files_again()
    return _edit_page(request, found, share, form=form, both=both, draft=draft)


def _edit_form(
    request: SignedInRequest, found: Intervention, share: InterventionShare, saved: dict[str, Any], *, sent: bool = True
) -> InterventionEditForm:
    form = InterventionEditForm(
        (request.POST or None) if sent else None,
        (request.FILES or None) if sent else None,
        framework=Framework.of(share.trajectory.framework_version),
        share=share,
        colleagues=_colleagues(request.user, [one.trajectory.structure_id for one in found.shares.all()]),
        is_shared_out=len(found.shares.all()) > 1,
        initial=saved | {"version": found.version},
    )
    form.offer_ties(request.user, found)
    return form


def _edited(
    request: SignedInRequest, made: Intervention, share: InterventionShare, uploads: Sequence[Any]
) -> HttpResponse:
    """What was written is kept, whatever becomes of the files."""
    left_out = operations.attach_files(by=request.user, share=share, uploads=uploads) if uploads else []
    if not left_out:
        return redirect(made)
    found = _visible(request, made.public_id)
    return _edit_page(request, found, part_of(request, found), left_out=left_out)


def _edit_page(
    request: SignedInRequest,
    found: Intervention,
    share: InterventionShare,
    *,
    form: InterventionEditForm | None = None,
    both: Sequence[Overtaken] = (),
    draft: PageDraft | None = None,
    left_out: Sequence[str] = (),
) -> HttpResponse:
    """Without a form, what is saved; with the files that were left out, if any."""
    address = f"{reverse('intervention_edit', args=[found.public_id])}?trajectoire={share.trajectory.public_id}"
    context = {
        "form": form or _edit_form(request, found, share, _saved_values(found, share), sent=False),
        "both": both,
        "draft": draft or PageDraft(address),
        "left_out": left_out,
        "edit_url": address if left_out else "",
        "intervention": found,
        "structure": share.trajectory.structure,
        "members": _members(share.trajectory.structure),
        "cancel_url": reverse("intervention", args=[found.public_id]),
    }
    return render(request, "trajectories/intervention_edit.html", context)


def part_of(request: SignedInRequest, found: Intervention) -> InterventionShare:
    """That of the trajectory in the address, if one accompanies its structure; otherwise the first of those."""
    written = sorted(found.shares.all(), key=lambda one: one.pk)
    mine = [one for one in written if one.trajectory.structure_id in ties_of(request.user).accompanied]
    named = [one for one in mine if str(one.trajectory.public_id) == request.GET.get("trajectoire")]
    if not mine:
        raise PermissionDenied
    return (named or mine)[0]


def _saved_values(intervention: Intervention, share: InterventionShare) -> dict[str, Any]:
    values = {name: getattr(intervention, name) for name in EVENT_FIELDS if name != "added_modality"}
    values |= {name: getattr(share, name) for name in SHARE_FIELDS}
    values |= {name: list(getattr(share, name).all()) for name in LINKED}
    values["modality"] = intervention.code
    values["share_minutes"] = share.minutes
    values["practitioners"] = list(intervention.practitioners.all())
    values["with_whom"] = write_participants(list(intervention.participations.all()))
    return values


def _edit(
    *, request: SignedInRequest, intervention: Intervention, share: InterventionShare, cleaned: dict[str, Any]
) -> Intervention:
    # What the form did not offer stays as it is.
    unasked: dict[str, Any] = {name: list(getattr(share, name).all()) for name in LINKED if name not in cleaned}
    made = operations.edit_intervention(
        by=request.user,
        intervention=intervention,
        expected_version=cleaned["version"],
        facts=_facts(cleaned, _known(share.trajectory.structure, intervention)),
        share=replace(_share(cleaned, share.trajectory), **unasked),
        practitioners=_still_leading(request.user, intervention, cleaned),
    )
    keep_ties(request.user, made, cleaned)
    return made


def _still_leading(user: User, intervention: Intervention, cleaned: dict[str, Any]) -> list[Person] | None:
    """Those ticked; those whom the form could not offer, as they accompany no longer, stay."""
    if "practitioners" not in cleaned:
        return None
    structures = [one.trajectory.structure_id for one in intervention.shares.all()]
    offered = set(_colleagues(user, structures).values_list("pk", flat=True))
    return [*cleaned["practitioners"], *(one for one in intervention.practitioners.all() if one.pk not in offered)]
