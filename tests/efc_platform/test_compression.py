"""Pages are small on the line, files arrive as they are."""

import gzip
import io

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse
from django.urls import include, path, reverse

ACCEPTS = {"Accept-Encoding": "gzip, br"}
DOCUMENT = b"%PDF" + 5_000 * b"0"


@login_not_required
def gives_a_file(request):
    return FileResponse(io.BytesIO(DOCUMENT), filename="bilan.pdf")


urlpatterns = [path("fichier/", gives_a_file), path("", include("efc_platform.urls"))]


def test_page_is_compressed_for_whoever_accepts_it(client):
    plain = client.get(reverse("glossary"))
    packed = client.get(reverse("glossary"), headers=ACCEPTS)
    assert (plain.get("Content-Encoding"), packed["Content-Encoding"]) == (None, "gzip")
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 2


def test_file_keeps_its_length(client, settings):
    settings.ROOT_URLCONF = __name__
    response = client.get("/fichier/", headers=ACCEPTS)
    assert (response.get("Content-Encoding"), response["Content-Length"]) == (None, str(len(DOCUMENT)))
    assert response.getvalue() == DOCUMENT
