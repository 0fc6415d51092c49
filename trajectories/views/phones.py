"""Pages that open without an account, by the code on the wall: one phone of a room, and nobody's in particular."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from efc_platform.shared.errors import too_many
from efc_platform.shared.forms import carry_out
from trajectories import operations
from trajectories.forms import PhoneForm
from trajectories.models import OPEN_FOR, AnswerChoice, QuestionState, Workshop, WorkshopAnswer, WorkshopQuestion
from trajectories.phones import COOKIE, as_cookie, may_be_code, new_token, phone_digest, tidy_code, token_of

# Wrong codes that one address may try in a minute. A right one never counts, and a phone that is in is never asked:
# a whole room stands behind one address.
MOST_WRONG = 60
_MINUTE = 60


@login_not_required
@require_safe
def workshop_code(request: HttpRequest) -> HttpResponse:
    """For whoever types the code rather than show it to the camera."""
    code = tidy_code(request.GET.get("code", ""))
    if code:
        return redirect("workshop_phone", code)
    return render(request, "trajectories/workshop_code.html")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def workshop_phone(request: HttpRequest, code: str) -> HttpResponse:
    """One page for the whole workshop: wait, answer, see one's answer, wait for the next."""
    tidy = tidy_code(code)
    if tidy and tidy != code:
        return redirect("workshop_phone", tidy)
    token = token_of(code, request.COOKIES.get(COOKIE, ""))
    if not token and _is_slowed(request):
        return too_many(request, retry_after=_MINUTE)
    found = Workshop.objects.running().filter(code=code).first() if may_be_code(code) else None
    if found is None:
        return _no_workshop(request, was_in=bool(token))
    if token:
        return _answer_page(request, found, token)
    response = _answer_page(request, found, token)
    _give_token(response, code)
    return response


def _no_workshop(request: HttpRequest, *, was_in: bool) -> HttpResponse:
    if not was_in:
        _count_wrong(request)
    return render(request, "trajectories/workshop_over.html", {"was_in": was_in}, status=404)


def _answer_page(request: HttpRequest, found: Workshop, token: str) -> HttpResponse:
    question = found.questions.select_related("dimension", "workshop").get(place=found.place)
    form = PhoneForm(request.POST or None)
    if form.is_valid() and _answer(form, found, token):
        return redirect("workshop_phone", found.code)
    mine = WorkshopAnswer.objects.filter(phone=phone_digest(question, token)).first() if token else None
    is_open = question.state == QuestionState.OPEN
    asks = is_open and (mine is None or "changer" in request.GET or form.is_bound)
    context = {
        "workshop": found,
        "question": question,
        "number": found.place + 1,
        "form": form,
        "is_open": is_open,
        "asks": asks,
        "mine": mine,
        "said": _in_words(question, mine) if mine and not asks else "",
    }
    return render(request, "trajectories/workshop_phone.html", context | _filled(question, form, mine))


def _answer(form: PhoneForm, found: Workshop, token: str) -> bool:
    """Without its cookie a phone could answer twice: it has just been given one, and is asked again."""
    if not token:
        form.add_error(
            None,
            "Votre téléphone vient seulement d’entrer dans l’atelier\u00a0: envoyez votre réponse encore une fois.",
        )
        return False
    given = form.cleaned_data | {"choice": AnswerChoice(form.cleaned_data["choice"])}
    carry_out(form, operations.answer_question, workshop=found, token=token, **given)
    return not form.errors


def _filled(question: WorkshopQuestion, form: PhoneForm, mine: WorkshopAnswer | None) -> dict[str, Any]:
    """What the form holds: never an answer to another question; words that came too late are given back beside it."""
    is_of_this = form.is_bound and form.data.get("place") == str(question.place)
    is_late = form.is_bound and not (is_of_this and question.state == QuestionState.OPEN)
    return {
        "markers": question.dimension.markers.select_related("level"),
        "others": [(one.value, one.label) for one in AnswerChoice if not one.value.isdecimal()],
        "chosen": form["choice"].value() if is_of_this else mine.choice if mine else "",
        "line": form["line"].value() if is_of_this else mine.line if mine else "",
        "late_line": form["line"].value() if is_late else "",
    }


def _in_words(question: WorkshopQuestion, mine: WorkshopAnswer) -> str:
    if not mine.choice.isdecimal():
        return AnswerChoice(mine.choice).label.capitalize()
    marker = question.dimension.markers.select_related("level").filter(level__rank=int(mine.choice)).first()
    return marker.level.name if marker else ""


def _give_token(response: HttpResponse, code: str) -> None:
    """The cookie goes to this workshop's pages alone, and does not outlive it."""
    response.set_cookie(
        COOKIE,
        as_cookie(code, new_token()),
        max_age=int(OPEN_FOR.total_seconds()),
        path=f"/s/{code}/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _tries_key(request: HttpRequest) -> str:
    """Of the minute, and gone with it; the address itself is not written."""
    place = f"{get_adapter().get_client_ip(request)}:{timezone.now():%Y%m%dT%H%M}"
    return f"workshop-tries:{salted_hmac('trajectories.workshops.tries', place).hexdigest()}"


def _is_slowed(request: HttpRequest) -> bool:
    return bool(cache.get(_tries_key(request), 0) >= MOST_WRONG)


def _count_wrong(request: HttpRequest) -> None:
    key = _tries_key(request)
    if not cache.add(key, 1, 2 * _MINUTE):
        cache.incr(key)
