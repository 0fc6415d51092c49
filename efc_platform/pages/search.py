"""One box for all that one may see: each app answers for what is its own."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from efc_platform.shared.search import FEW, SOURCES, Hit, typed_words


@dataclass(frozen=True)
class Found:
    """What one app found, under its heading."""

    heading: str
    hits: list[Hit]

    @property
    def is_full(self) -> bool:
        """There may be more than what is shown."""
        return len(self.hits) >= FEW


@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    words = typed_words(request.GET.get("q", ""))
    sources = sorted(SOURCES, key=lambda one: one.place) if words else []
    answers = [Found(source.heading, list(source.find(request.user, words))) for source in sources]
    found = [one for one in answers if one.hits]
    return render(request, "pages/search.html", {"words": words, "found": found})
