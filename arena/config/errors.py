"""Turn the errors of services into answers with a plain sentence, in one place."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from arena.battles.errors import BattleError


class DomainErrorMiddleware:
    """A service's error becomes its status with a page that says what to do; htmx gets the sentence alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, BattleError):
            return None
        return render(request, "pages/problem.html", {"message": exception.message}, status=exception.status)
