"""The one door of the staff's pages: signed in, of the staff, with the permission, and with a second factor."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.cache import never_cache

from arena.raters.second_factor import second_factor_detour

Parameters = ParamSpec("Parameters")
View = Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]


def staff_page(*permissions: str) -> Callable[[View[Parameters]], View[Parameters]]:
    """Return a decorator that opens a view to staff with all `permissions`, such as `releases.export_battles`.

    Strangers go to the sign-in page and come back; accounts that may not get 403; staff without a second factor are
    sent to set one up, unless the settings postpone that. For a class, use `method_decorator(staff_page(...),
    name="dispatch")`. The page is never cached.
    """

    def decorate(view: View[Parameters]) -> View[Parameters]:
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponseBase:
            return closed_to(request, *permissions) or view(request, *args, **kwargs)

        return guarded

    return decorate


def closed_to(request: HttpRequest, *permissions: str) -> HttpResponseBase | None:
    """Return where whoever asks is sent instead of a page of the staff's, or nothing when they may see it.

    Raises
    ------
    PermissionDenied
        When the account is not of the staff, or lacks one of `permissions`.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not (request.user.is_active and request.user.is_staff and request.user.has_perms(permissions)):
        raise PermissionDenied
    detour = second_factor_detour(request)
    return HttpResponseRedirect(detour) if detour else None
