"""The administration behind the same door as every other page of the staff's."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from arena.raters.middleware import RaterRequest
from arena.raters.staff import closed_to

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class ArenaAdminSite(AdminSite):
    """Signing in and out are those of the site, and every page asks for the second factor."""

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # noqa: FBT002 - Django's signature
        guarded = super().admin_view(view, cacheable)

        def behind_the_door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # Any: handed through
            leaving = request.resolver_match is not None and request.resolver_match.url_name == "logout"
            detour = None if leaving else closed_to(request)
            return detour or guarded(request, *args, **kwargs)

        return cast("View", behind_the_door)  # as Django does it: a view stays a view of its kind

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        del extra_context  # Django's signature
        target = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': target})}")

    @method_decorator(never_cache)
    def logout(self, request: RaterRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]  # every request has passed the middleware
        request.rater_access.forget()
        return super().logout(request, extra_context)
