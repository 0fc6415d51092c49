"""The yearly figures of a structure, the form of one year, and the portrait that prints on one sheet."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from structures import operations
from structures.ecosystem import ecosystem_of
from structures.forms import FIGURE_FIELDS, FiguresForm
from structures.models import Structure, YearlyFigures
from structures.permissions import can_edit_structure
from structures.queries import current_members
from structures.tabs import tabs_of
from structures.views.structures import visible_structure
from structures.yearly import last_figures_of, yearly_table, years_to_write

EARLIEST = 1990
# What a portrait has room for.
MOST_PEOPLE = 8
MOST_WORDS = 110


@require_safe
def figures(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """A line for each figure and a column for each year; what comes in, and how much of it follows volumes."""
    found = visible_structure(request, public_id)
    asked = request.GET.get("jusqua", "")
    table = yearly_table(found, until=int(asked) if asked.isdecimal() and len(asked) == 4 else None)
    context = {
        "structure": found,
        "tabs": tabs_of(request.user, found),
        "table": table,
        "can_edit": can_edit_structure(request.user, found),
        "years_to_write": years_to_write(table),
        "goes_back": bool(asked),
    }
    return render(request, "structures/figures.html", context)


def figures_year(request: SignedInRequest, public_id: UUID, year: int) -> HttpResponse:
    found = visible_structure(request, public_id)
    if not EARLIEST <= year <= timezone.localdate().year:
        raise Http404
    if not can_edit_structure(request.user, found):
        raise PermissionDenied
    row = _year(found, year)
    form = FiguresForm(request.POST or None, instance=row, initial={"version": row.version if row.pk else 0})
    both: list[Overtaken] = []
    if form.is_valid():
        both, is_written = _record(request, found, year, form)
        if is_written:
            messages.success(request, f"Les chiffres de {year} sont enregistrés.")
            return redirect("figures", public_id=found.public_id)
    context = {
        "form": form,
        "both": both,
        "structure": found,
        "year": year,
        "heading": f"Les chiffres de {year}",
        "lede": "Ce que vous ne savez pas reste vide\u00a0: un chiffre qui manque n’est pas un zéro.",
        "cancel_url": reverse("figures", args=[found.public_id]),
    }
    return render(request, "structures/figures_form.html", context)


def _year(structure: Structure, year: int) -> YearlyFigures:
    row = YearlyFigures.objects.filter(structure=structure, year=year).first()
    return row or YearlyFigures(structure=structure, year=year)


def _record(
    request: SignedInRequest, structure: Structure, year: int, form: FiguresForm
) -> tuple[list[Overtaken], bool]:
    """What another wrote meanwhile, if anybody did; whether it is written."""
    given = {name: form.cleaned_data[name] for name in FIGURE_FIELDS}
    try:
        written = carry_out(
            form,
            operations.record_yearly_figures,
            by=request.user,
            structure=structure,
            year=year,
            expected_version=form.cleaned_data["version"],
            **given,
        )
    except StaleEdit:
        saved = _year(structure, year)
        current = {name: getattr(saved, name) for name in FIGURE_FIELDS}
        return form.show_both(current=current, version=saved.version), False
    return [], written is not None


@require_safe
def portrait(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The structure on one sheet: who, where, with whom, its last figures and its words. It shows what its sheet
    does, to those who see the sheet."""
    found = visible_structure(request, public_id)
    members = list(current_members(found))
    context = {
        "structure": found,
        "tabs": tabs_of(request.user, found),
        "members": members[:MOST_PEOPLE],
        "others": len(members) - MOST_PEOPLE,
        "accompaniments": found.accompaniments.current().select_related("practitioner"),
        "map": ecosystem_of(found, on=timezone.localdate()),
        "last": last_figures_of(found),
        "most_words": MOST_WORDS,
    }
    return render(request, "structures/portrait.html", context)
