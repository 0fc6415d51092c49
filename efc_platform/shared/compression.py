"""Pages travel compressed, whatever stands before the application."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPagesMiddleware(GZipMiddleware):
    """Django pads each page at random, so that its length tells nothing of what is in it (BREACH).
    Files keep their length: they are compact already, and a browser shows how far a download has come."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return super().process_response(request, response) if isinstance(response, HttpResponse) else response
