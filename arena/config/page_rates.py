"""The rate of pages: everything that is asked for, but the posts of a battle, which have rates of their own."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from arena.battles.errors import TooManyRequestsError
from arena.battles.rates import say_when
from arena.raters.callers import caller_of_request
from arena.safety.rate_limits import Activity, seconds_to_wait


class PageRateMiddleware:
    """Refuses with 429, `Retry-After` and a plain sentence; a page that is open stays as it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, arguments: object, keywords: object
    ) -> HttpResponse | None:
        del view, arguments, keywords  # Django hands them over; the address is enough.
        if request.method == "POST" and request.resolver_match and request.resolver_match.namespace == "battles":
            return None
        seconds = seconds_to_wait(Activity.PAGE, caller_of_request(request))
        if not seconds:
            return None
        error = TooManyRequestsError(seconds)
        response = render(request, "429.html", {"message": error.message}, status=error.status)
        # A part of a page must not be replaced by a refusal.
        response.headers["HX-Reswap"] = "none"
        return say_when(response, error)
