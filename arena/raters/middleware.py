"""Give every request its rater, read from the cookie when somebody asks."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

from arena.raters.identity import COOKIE, drop_rater_cookie, rater_from_cookies, rater_id_from_cookies, set_rater_cookie
from arena.raters.models import Rater
from arena.raters.services import link_rater, rater_of_account


class RaterRequest(HttpRequest):
    """A request after `RaterMiddleware`; for annotations only."""

    rater_access: "RaterAccess"


class RaterAccess:
    """The rater of a request: `get` reads it at most once, `ensure` makes one for a first contribution.

    The cookie says who it is, also for people with an account: signing in puts the account's rater there. So a request
    of somebody without an account asks neither for sessions nor for accounts.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._asked = False
        self._rater: Rater | None = None
        self.is_new = False
        self.is_forgotten = False

    @property
    def id(self) -> uuid.UUID | None:
        """The id in the cookie, which our signature vouches for; no query, so the row may be gone."""
        if self._rater is not None or self.is_forgotten:
            return self._rater.pk if self._rater else None
        return rater_id_from_cookies(self._request.COOKIES)

    def get(self) -> Rater | None:
        """Return the rater or nothing; one query at the first call when there is a cookie."""
        if not self._asked:
            self._rater = rater_from_cookies(self._request.COOKIES)
            self._asked = True
        return self._rater

    def ensure(self) -> Rater:
        """Return the rater, made now when there is none; the response then sets the cookie.

        For somebody who is signed in it is the account's, whatever the cookie says.
        """
        rater = self.get()
        account = self._signed_in()
        if account is not None and (rater is None or rater.account_id != account.pk):
            rater = rater_of_account(account=account, cookie_id=rater.pk if rater else None)
            self._keep(rater)
        elif rater is None:
            rater = Rater.objects.create()
            self._keep(rater)
        return rater

    def sign_in(self, account: User) -> None:
        """Join the browser's rater with the account's; the response then sets the cookie to who it is now."""
        rater = link_rater(account=account, cookie_id=self.id)
        if rater is None:
            self.forget()
        else:
            self._keep(rater)

    def forget(self) -> None:
        """Let the browser be nobody from now on: the response takes the cookie away."""
        self._rater, self._asked, self.is_new = None, True, False
        self.is_forgotten = COOKIE in self._request.COOKIES

    def _keep(self, rater: Rater) -> None:
        self._rater, self._asked, self.is_new, self.is_forgotten = rater, True, True, False

    def _signed_in(self) -> User | None:
        """Return the account, asking for the session only where a browser brings one."""
        if settings.SESSION_COOKIE_NAME not in self._request.COOKIES:
            return None
        user = self._request.user
        return user if isinstance(user, User) else None


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
        elif access.is_forgotten:
            drop_rater_cookie(response)
        return response
