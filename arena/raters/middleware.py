"""Give every request its rater, read from the cookie when somebody asks."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from arena.raters.identity import rater_from_cookies, rater_id_from_cookies, set_rater_cookie
from arena.raters.models import Rater


class RaterRequest(HttpRequest):
    """A request after `RaterMiddleware`; for annotations only."""

    rater_access: "RaterAccess"


class RaterAccess:
    """The rater of a request: `get` reads it at most once, `ensure` makes one for a first contribution."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._asked = False
        self._rater: Rater | None = None
        self.is_new = False

    @property
    def id(self) -> uuid.UUID | None:
        """The id in the cookie, which our signature vouches for; no query, so the row may be gone."""
        return self._rater.pk if self._rater else rater_id_from_cookies(self._request.COOKIES)

    def get(self) -> Rater | None:
        """Return the rater or nothing; one query at the first call when there is a cookie."""
        if not self._asked:
            self._rater = rater_from_cookies(self._request.COOKIES)
            self._asked = True
        return self._rater

    def ensure(self) -> Rater:
        """Return the rater, made now when there is none; the response then sets the cookie."""
        rater = self.get()
        if rater is None:
            rater = self._rater = Rater.objects.create()
            self.is_new = True
        return rater


class RaterMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        access = RaterAccess(request)
        request.rater_access = access  # type: ignore[attr-defined]  # RaterRequest declares it for the views
        response = self.get_response(request)
        rater = access.get() if access.is_new else None
        if rater is not None:
            set_rater_cookie(response, rater, secure=request.is_secure())
        return response
