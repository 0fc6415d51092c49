"""The pages that others are measured against. FROZEN: changing them would move every figure ever noted.

`hello` is the least a request can cost here (the whole middleware, no query of its own); `reference` is a
signed-in page with five queries (session, user, three more) and a table of 25 rows.
"""

from django.contrib.auth.decorators import login_not_required
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

_TABLE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Référence</title></head><body>
<p>{{ count }} · {{ first }} · {{ user.email }}</p>
<table><thead><tr><th>Nom</th><th>Application</th><th>Modèle</th><th>Rang</th></tr></thead><tbody>
{% for row in rows %}<tr><td>{{ row.name|title }}</td><td>{{ row.app_label }}</td><td>{{ row.model|upper }}</td>
<td>{{ forloop.counter }} {% if forloop.counter|divisibleby:2 %}pair{% else %}impair{% endif %}</td></tr>
{% endfor %}</tbody></table></body></html>"""


@login_not_required
def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("bonjour")


def reference(request: HttpRequest) -> HttpResponse:
    rows = ContentType.objects.order_by("pk")
    context = {"count": rows.count(), "first": rows.first(), "rows": rows[:25], "user": request.user}
    return HttpResponse(engines["django"].from_string(_TABLE).render(context))


urlpatterns = [
    path("mesure/bonjour/", hello),
    path("mesure/reference/", reference),
    path("", include("efc_platform.urls")),
]
