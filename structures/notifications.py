"""Who is told what of the requests for an accompaniment, by mail, after which operation."""

from accounts.models import Role, RoleGrant, User
from efc_platform.backstage import mails
from efc_platform.shared.mail import absolute_url
from structures.models import AccompanimentRequest


def answer_key(request: AccompanimentRequest) -> str:
    return f"request-answer:{request.public_id}"


def tell_request_received(request: AccompanimentRequest) -> None:
    """Each coordinator learns that a request has come; the mail holds none of its words."""
    grants = RoleGrant.objects.current().filter(role=Role.COORDINATOR)
    for user in User.objects.filter(is_active=True, pk__in=grants.values("user")):
        context = {"person": user.person, "url": absolute_url(request.get_absolute_url())}
        key = f"request-received:{request.public_id}:{user.pk}"
        mails.post(key=key, to=user.email, template="emails/request_received.txt", context=context)


def tell_requester(request: AccompanimentRequest) -> None:
    """Whoever asked receives the coordinator's own words: they have no page to read them on."""
    context = {"answer": request.answer, "coordinator": request.answered_by, "received_at": request.received_at}
    mails.post(key=answer_key(request), to=request.email, template="emails/request_answer.txt", context=context)
