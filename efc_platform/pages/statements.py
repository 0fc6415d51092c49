"""What the platform says of itself: who publishes it, what it does with people's data, who can use it."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from efc_platform.backstage.organisation import this_organisation
from efc_platform.shared.classification import length_in_words


@dataclass(frozen=True)
class Publisher:
    """Who runs this instance, as it presents itself or as its environment names it; empty until somebody does."""

    name: str
    contact: str
    host: str
    source_url: str

    @classmethod
    def of_this_instance(cls) -> "Publisher":
        organisation = this_organisation()
        return cls(
            name=organisation.name or settings.PUBLISHER_NAME,
            contact=organisation.contact or settings.PUBLISHER_CONTACT,
            host=settings.HOST_NAME,
            source_url=settings.SOURCE_URL,
        )


def _statement(request: HttpRequest, template: str) -> HttpResponse:
    context = {
        "publisher": Publisher.of_this_instance(),
        "organisation": this_organisation(),
        "is_demonstration": settings.IS_DEMO,
        "kept": {name: length_in_words(days) for name, days in settings.RETENTION.items()},
    }
    return render(request, template, context)


@login_not_required
@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    """Names of the publisher and the host (loi du 21 juin 2004), or that nobody gave them yet."""
    return _statement(request, "pages/legal.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Who reads what, what is kept, and whom to ask."""
    return _statement(request, "pages/privacy.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The declaration: nothing is claimed that an audit has not established."""
    return _statement(request, "pages/accessibility.html")
