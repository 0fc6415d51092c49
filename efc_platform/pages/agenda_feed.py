"""The private calendar that one's own telephone or computer follows: that there is something, and never what about."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from hashlib import sha256

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from efc_platform.shared.calendars import Happening, write_calendar
from efc_platform.shared.forms import bare_helper
from efc_platform.shared.mail import absolute_url
from trainings.models import Enrolment, HalfDay, Session
from trajectories import operations
from trajectories.appointments import uid_of
from trajectories.feeds import feed_of
from trajectories.models import AgendaFeed, Appointment, NextStep

# A calendar that follows keeps what it knows; it is told of what was not long ago, and of a year ahead.
BEHIND, AHEAD = timedelta(days=60), timedelta(days=366)
MOST = 1_000


class FeedForm(forms.Form):
    """Whether the private calendar says with which structure."""

    names_structures = forms.BooleanField(
        label="Nommer les structures",
        required=False,
        help_text="Sans cela, votre calendrier dit seulement «\u00a0Rencontre\u00a0». Avec, quiconque voit votre "
        "calendrier sait quelles structures vous voyez. Le sujet et le lieu n’y sont jamais.",
    )

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


def agenda_address(request: SignedInRequest) -> HttpResponse:
    """Makes an address, shows it once, or closes it."""
    form, made = FeedForm(request.POST or None), ""
    if "close" in request.POST:
        operations.close_feed(by=request.user)
        messages.success(request, "L’adresse est fermée\u00a0: votre calendrier n’apprendra plus rien.")
        return redirect("agenda_address")
    if request.method == "POST" and form.is_valid():
        token = operations.open_feed(by=request.user, names_structures=form.cleaned_data["names_structures"])
        made = absolute_url(reverse("agenda_feed", args=[token]))
    feed = AgendaFeed.objects.filter(user=request.user).first()
    return render(request, "pages/agenda_address.html", {"form": form, "made": made, "feed": feed})


# Open to whoever has the address: a calendar does not sign in. It is 256 bits long, and its owner closes it.
@login_not_required
@require_safe
def agenda_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    feed = feed_of(token)
    if feed is None:
        raise Http404
    written = write_calendar("Trajectoires EFC", _happenings(feed))
    etag = quote_etag(sha256(written).hexdigest())
    answer = HttpResponse(written, content_type="text/calendar; charset=utf-8", headers={"ETag": etag})
    patch_cache_control(answer, private=True, no_cache=True)
    return get_conditional_response(request, etag=etag, response=answer) or answer


def _happenings(feed: AgendaFeed) -> Iterator[Happening]:
    now = timezone.now()
    start, end = now - BEHIND, now + AHEAD
    yield from _meetings(feed, start, end)
    yield from _half_days(feed.user, start, end)
    yield from _promises(feed, start, end)


def _meetings(feed: AgendaFeed, start: datetime, end: datetime) -> Iterator[Happening]:
    """Those to which one is invited and did not say no; a cancelled one is said so, else it would stay for ever."""
    visible = Appointment.objects.visible_to(feed.user).concerning(feed.user.person_id)
    rows = visible.filter(starts_at__range=(start, end)).select_related("trajectory__structure")
    for one in rows[:MOST]:
        yield Happening(
            uid=uid_of(one),
            begins=one.starts_at,
            ends=one.ends_at,
            summary=_named(feed, "Rencontre", one.trajectory.structure.name),
            stamp=one.changed_at,
            sequence=one.sequence,
            is_cancelled=one.cancelled_at is not None,
            url=absolute_url(one.get_absolute_url()),
        )


def _named(feed: AgendaFeed, what: str, structure: str) -> str:
    return f"{what} · {structure}" if feed.names_structures else what


def _half_days(user: User, start: datetime, end: datetime) -> Iterator[Happening]:
    """Those of the sessions one leads or goes to."""
    going = Enrolment.objects.standing().filter(person=user.person_id).values("session")
    mine = Session.objects.led_by(user).values("pk")
    rows = HalfDay.objects.filter(session__in=Session.objects.visible_to(user), starts_at__range=(start, end))
    rows = rows.filter(Q(session__in=going) | Q(session__in=mine))
    for one in rows.select_related("session").order_by("starts_at", "pk")[:MOST]:
        yield Happening(
            uid=f"half-day-{one.pk}@trajectoires-efc",
            begins=one.starts_at,
            ends=one.ends_at,
            summary="Session",
            # Nothing says when it was last revised; its day is the same each time the calendar asks.
            stamp=one.starts_at,
            sequence=one.version,
            is_cancelled=one.session.is_cancelled,
            url=absolute_url(one.session.get_absolute_url()),
        )


def _promises(feed: AgendaFeed, start: datetime, end: datetime) -> Iterator[Happening]:
    """One's own that are open, on their day."""
    mine = NextStep.objects.visible_to(feed.user).open().filter(owner=feed.user.person_id)
    days = (timezone.localdate(start), timezone.localdate(end))
    for one in mine.filter(due_on__range=days).select_related("trajectory__structure")[:MOST]:
        if not (day := one.due_on):
            continue
        yield Happening(
            uid=f"step-{one.public_id}@trajectoires-efc",
            begins=day,
            ends=day + timedelta(days=1),
            summary=_named(feed, "Prochain pas", one.trajectory.structure.name),
            stamp=timezone.make_aware(datetime.combine(day, time())),
            url=absolute_url(reverse("next_steps", args=[one.trajectory.public_id])),
        )
