"""A pause before something is written: what it entails is said, and the same form sent on or taken back."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from efc_platform.shared.health_words import health_words

CONFIRMED = "pause-confirmed"
TAKEN_BACK = "pause-back"
# What the pause itself adds to a form: neither typed by anybody, nor part of what is sent once.
PAUSE_FIELDS = {CONFIRMED, TAKEN_BACK}
_HEALTH = "health"


@dataclass(frozen=True)
class Names:
    """People said by name, or by their number when they are many."""

    label: str
    people: Sequence[str] = ()


@dataclass(frozen=True)
class Question:
    """One thing to be sure of. `key` changes with what is asked: agreeing to one list is not agreeing to another."""

    key: str
    heading: str
    text: str
    names: Sequence[Names] = ()
    go_on: str = "Enregistrer quand même"


class Pause(Exception):
    """Raised within the write, so that all of it is undone; answered by a page, never by a refusal."""

    def __init__(self, *questions: Question) -> None:
        super().__init__(", ".join(question.key for question in questions))
        self.questions = questions


def confirmed(data: Any) -> Collection[str]:
    """What this sending says yes to."""
    return data.getlist(CONFIRMED) if hasattr(data, "getlist") else ()


def is_taken_back(data: Any) -> bool:
    """The person came back from a pause: the form is shown as they typed it, nothing is written."""
    return TAKEN_BACK in data


def heed_health(form: forms.BaseForm) -> None:
    """Pauses once when a shared text that was just written seems to speak of somebody's health (RGPD, article 9).
    It never refuses, and neither the words nor the answer are kept anywhere. Without `shared_texts` nothing is read:
    nobody looks into a journal."""
    names = [name for name in getattr(form, "shared_texts", ()) if name in form.fields and name in form.changed_data]
    found = list(dict.fromkeys(word for name in names for word in health_words(str(form.cleaned_data.get(name) or ""))))
    if found and _HEALTH not in confirmed(form.data):
        raise Pause(_about_health(found))


def _about_health(words: list[str]) -> Question:
    said = ", ".join(f"«\u00a0{word}\u00a0»" for word in words[:5])
    return Question(
        key=_HEALTH,
        heading="Ce texte semble parler de la santé de quelqu’un",
        text=f"Vous avez écrit {said}. Si c’est d’une personne que l’on peut reconnaître, ce qui touche à sa santé lui "
        "appartient\u00a0: le droit le protège plus que le reste (RGPD, article 9). On peut souvent dire la même chose "
        "du travail sans en parler\u00a0: «\u00a0une absence longue\u00a0», «\u00a0l’équipe à trois au lieu de "
        "quatre\u00a0». Si vous ne parlez de personne, ou si cette personne vous a dit de l’écrire, continuez.",
    )


class PauseMiddleware:
    """Shows the pause that a view raised: its questions, and in hidden fields every word that was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Pause):
            return None
        typed = [(name, value) for name, values in request.POST.lists() for value in values if _is_typed(name)]
        keys = [*confirmed(request.POST), *(question.key for question in exception.questions)]
        context = {
            "questions": exception.questions,
            "typed": typed,
            "keys": list(dict.fromkeys(keys)),
            "confirmed_name": CONFIRMED,
            "taken_back_name": TAKEN_BACK,
            "address": request.get_full_path(),
        }
        response = render(request, "pages/pause.html", context)
        response["Cache-Control"] = "no-store"
        return response


def _is_typed(name: str) -> bool:
    return name not in {*PAUSE_FIELDS, "csrfmiddlewaretoken"}
