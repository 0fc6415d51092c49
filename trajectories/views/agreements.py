"""Pages of the agreement: read it, write it, amend it, sign it, take it away."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.audit import record_access
from accounts.models import AccessAct
from accounts.requests import SignedInRequest
from efc_platform.backstage.downloads import handed_over, taken_away
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.backstage.organisation import this_organisation
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from efc_platform.shared.pdf import render_pdf
from structures.looks import is_outside
from trajectories import operations
from trajectories.agreed import agreement_of, days_of
from trajectories.forms import (
    CONFIDENTIALITY,
    RIGHTS,
    AgreementForm,
    AmendmentForm,
    PaperSignatureForm,
    SignatureForm,
)
from trajectories.models import Agreement, Amendment, BoardSays, Party, Trajectory
from trajectories.operations import Hand, Terms
from trajectories.permissions import can_see_agreement, can_write_agreement, parties_open_to
from trajectories.strokes import HEIGHT, WIDTH
from trajectories.views import visible_trajectory

_TERMS = list(Terms.__dataclass_fields__)
_AMENDED = ["what_changes", "ends_on", "days_agreed"]


def _readable(request: SignedInRequest, public_id: UUID) -> Trajectory:
    found = visible_trajectory(request, public_id)
    if not can_see_agreement(request.user, found):
        raise PermissionDenied
    return found


def _writable(request: SignedInRequest, public_id: UUID) -> Trajectory:
    found = visible_trajectory(request, public_id)
    if not can_write_agreement(request.user, found):
        raise PermissionDenied
    return found


def _or_404(trajectory: Trajectory) -> Agreement:
    agreement = agreement_of(trajectory)
    if agreement is None:
        raise Http404
    return agreement


def _texts(request: SignedInRequest, agreement: Agreement) -> list[dict[str, Any]]:
    """The agreement and each amendment, with who signed and who may sign now."""
    mine = parties_open_to(request.user, agreement)
    on_paper = parties_open_to(request.user, agreement, on_paper=True)
    return [
        {
            "number": getattr(text, "number", 0),
            "text": text,
            "signatures": text.signatures,
            "waited_for": [(party, party in mine, party in on_paper) for party in text.waited_for],
        }
        for text in (agreement, *agreement.amendments.all())
    ]


@require_safe
def agreement(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _readable(request, public_id)
    context = _base(found, "Convention d’accompagnement") | {"can_write": can_write_agreement(request.user, found)}
    if one := agreement_of(found):
        first, *amendments = _texts(request, one)
        context |= {"agreement": one, "days": days_of(one), "first": first, "amendments": amendments}
    return render(request, "trajectories/agreement.html", context)


def agreement_write(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _writable(request, public_id)
    saved = agreement_of(found)
    if saved and saved.is_frozen:
        return redirect(saved)
    initial = _saved(saved, _TERMS) if saved else _first_words(found)
    both: list[Overtaken] = []
    form = AgreementForm(request.POST or None, initial=initial)
    draft = draft_for(request, form)
    if form.is_valid():
        terms = Terms(**{name: form.cleaned_data[name] for name in _TERMS})
        expected = form.cleaned_data["version"]
        try:
            if made := carry_out(
                form,
                operations.write_agreement,
                by=request.user,
                trajectory=found,
                terms=terms,
                expected_version=expected,
            ):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "La convention est écrite. Elle se corrige tant que personne ne l’a signée.")
                return redirect(made)
        except StaleEdit:
            both = form.show_both(current=_saved(saved, _TERMS), version=saved.version if saved else 1)
    context = _base(found, "Écrire la convention") | {"draft": draft, "form": form, "both": both}
    return render(request, "trajectories/agreement_form.html", context)


def _first_words(trajectory: Trajectory) -> dict[str, Any]:
    """What the trajectory says already, and rules to make one’s own."""
    today, validated = timezone.localdate(), trajectory.diagnoses.validated().first()
    return {
        "aim": trajectory.aim,
        "working_question": trajectory.working_question or (validated.question if validated else ""),
        "starts_on": max(trajectory.started_on, today),
        "ends_on": max(trajectory.started_on, today) + timedelta(days=365),
        "confidentiality": CONFIDENTIALITY,
        "rights": RIGHTS,
        "board_says": BoardSays.WAITING,
    }


def _saved(row: Agreement | Amendment | None, names: list[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names} | {"version": row.version} if row else {}


def amendment_write(request: SignedInRequest, public_id: UUID, number: int = 0) -> HttpResponse:
    """A new one, or one that nobody has signed yet."""
    found = _writable(request, public_id)
    one = _or_404(found)
    amendment = get_object_or_404(one.amendments, number=number) if number else None
    both: list[Overtaken] = []
    form = AmendmentForm(request.POST or None, initial=_saved(amendment, _AMENDED))
    draft = draft_for(request, form)
    if form.is_valid():
        texts = {name: form.cleaned_data[name] for name in _AMENDED}
        expected = form.cleaned_data["version"]
        try:
            if carry_out(
                form,
                operations.write_amendment,
                by=request.user,
                agreement=one,
                amendment=amendment,
                expected_version=expected,
                **texts,
            ):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "L’avenant est écrit\u00a0: il attend les signatures.")
                return redirect(one)
        except StaleEdit:
            both = form.show_both(current=_saved(amendment, _AMENDED), version=amendment.version if amendment else 1)
    heading = f"L’avenant n°\u00a0{number}" if number else "Un avenant"
    context = _base(found, heading) | {"draft": draft, "form": form, "both": both, "cancel_url": one.get_absolute_url()}
    return render(request, "pages/form.html", context)


def agreement_sign(request: SignedInRequest, public_id: UUID, number: int, party: str) -> HttpResponse:
    """Here and now, in one’s own name: a name written in full, and a drawing for whoever likes."""
    return _sign(request, public_id, number, party, on_paper=False)


def agreement_paper(request: SignedInRequest, public_id: UUID, number: int, party: str) -> HttpResponse:
    """A page that somebody signed by hand."""
    return _sign(request, public_id, number, party, on_paper=True)


def _sign(request: SignedInRequest, public_id: UUID, number: int, party: str, *, on_paper: bool) -> HttpResponse:
    found = _readable(request, public_id)
    one = _or_404(found)
    amendment = next((each for each in one.amendments.all() if each.number == number), None)
    if (number and amendment is None) or party not in Party.values:
        raise Http404
    if party not in parties_open_to(request.user, one, on_paper=on_paper):
        raise PermissionDenied
    text = amendment or one
    form = _form_of(request, text, on_paper)
    if form.is_valid() and _signed(request, form, one, amendment, Party(party), on_paper):
        messages.success(request, "C’est signé. Merci\u00a0: le texte ne change plus.")
        return redirect(one)
    context = _base(found, "Noter une page signée" if on_paper else "Signer") | {
        "form": form,
        "agreement": one,
        "amendment": amendment,
        "party": Party(party),
        "on_paper": on_paper,
        "is_signed": party not in text.waited_for,
        "sheet": (WIDTH, HEIGHT),
    }
    return render(request, "trajectories/agreement_sign.html", context)


def _form_of(
    request: SignedInRequest, text: Agreement | Amendment, on_paper: bool
) -> SignatureForm | PaperSignatureForm:
    if on_paper:
        return PaperSignatureForm(request.POST or None, request.FILES or None, initial={"version": text.version})
    name = request.user.person.display_name
    return SignatureForm(request.POST or None, initial={"version": text.version, "name": name})


def _signed(
    request: SignedInRequest, form: Any, one: Agreement, amendment: Amendment | None, party: Party, on_paper: bool
) -> bool:
    """A text that changed meanwhile is shown again as it now is: one signs what one has read."""
    given = form.cleaned_data
    hand = Hand(
        name=given["name"],
        signed_on=given.get("signed_on") or timezone.localdate(),
        strokes=given.get("strokes") or [],
        on_paper=on_paper,
        kept_where=given.get("kept_where", ""),
        scan=given.get("scan"),
    )
    sign = {"agreement": one, "amendment": amendment, "party": party, "hand": hand}
    try:
        expected = given["version"]
        return bool(carry_out(form, operations.sign_agreement, by=request.user, expected_version=expected, **sign))
    except StaleEdit as stale:
        form.renew((amendment or one).version)
        form.add_error(None, stale.message)
        return False


@require_safe
def agreement_file(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Made as it is asked for: two or three pages, always those in force."""
    found = _readable(request, public_id)
    one = _or_404(found)
    outside = is_outside(request.user, found.structure)
    record_access(by=request.user, act=AccessAct.DOWNLOADED, about=one, structure=found.structure, from_outside=outside)
    title = f"Convention d’accompagnement\u00a0: {found.structure.name}"
    context = _base(found, title) | {"agreement": one, "texts": _texts(request, one)}
    author, today = this_organisation().name, timezone.localdate()
    content = render_pdf("pdf/agreement.html", context, title=title, author=author, issued_on=today)
    name = f"convention-{slugify(found.structure.name)[:60]}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return taken_away(HttpResponse(content, content_type="application/pdf", headers=headers))


@require_safe
def agreement_scan(request: SignedInRequest, public_id: UUID, signature_id: int) -> FileResponse:
    """The page that somebody signed by hand, for those who read the agreement."""
    found = _readable(request, public_id)
    one = _or_404(found)
    signature = get_object_or_404(one.all_signatures.select_related("scan"), pk=signature_id)
    if signature.scan is None or not signature.scan.is_there:
        raise Http404
    outside = is_outside(request.user, found.structure)
    record_access(by=request.user, act=AccessAct.DOWNLOADED, about=one, structure=found.structure, from_outside=outside)
    return handed_over(signature.scan)


def _base(trajectory: Trajectory, heading: str) -> dict[str, Any]:
    return {
        "trajectory": trajectory,
        "structure": trajectory.structure,
        "heading": heading,
        "cancel_url": reverse("agreement", args=[trajectory.public_id]),
    }
