"""What one was told, how often one wants mails about it, and the link at the foot of each of them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import operations
from accounts.forms import RhythmsForm
from accounts.models import Notice, rhythms_of
from accounts.notices import read_stop, still_open
from accounts.requests import SignedInRequest

A_PAGE = 20


@require_safe
def notices(request: SignedInRequest) -> HttpResponse:
    """The newest first. One about something that is closed to the person since then says no more than that."""
    page = Paginator(Notice.objects.visible_to(request.user), A_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "opened": still_open(request.user, list(page)), "query": request.GET}
    return render(request, "notices/list.html", context)


@require_POST
def notice_open(request: SignedInRequest, public_id) -> HttpResponse:
    """Marks it read and leads to what it is about."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), public_id=public_id)
    return redirect(operations.open_notice(by=request.user, notice=notice).url)


@require_POST
def notices_read(request: SignedInRequest) -> HttpResponse:
    if operations.read_all_notices(by=request.user):
        messages.success(request, "Tout est marqué comme lu.")
    return redirect("notices")


@require_http_methods(["GET", "HEAD", "POST"])
def notice_rhythms(request: SignedInRequest) -> HttpResponse:
    form = RhythmsForm(request.POST or None, chosen=rhythms_of(request.user))
    if form.is_valid():
        operations.choose_rhythms(by=request.user, rhythms=form.rhythms)
        messages.success(request, "C’est enregistré. Les prochains courriels suivront ce rythme.")
        return redirect("notice_rhythms")
    return render(request, "notices/rhythms.html", {"form": form})


# The mail reader that presses the button for somebody has neither our cookies nor our pages (RFC 8058): the signed
# link is the proof. It can only stop mails, which a form forged elsewhere could not do without holding that link.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def mails_stop(request, token: str) -> HttpResponse:
    """Read, it asks; pressed, here or from the mail reader, it stops."""
    stop = read_stop(token)
    if stop is None:
        raise Http404
    is_done = request.method == "POST"
    if is_done:
        operations.stop_mails(stop=stop)
    return render(request, "notices/stop.html", {"stop": stop, "is_done": is_done})
