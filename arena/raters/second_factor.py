"""Who of the staff has shown a second factor, and where those go who have not."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse

REQUIRED = "required"
POSTPONE = "postpone"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps staff from giving up their last second factor where they need one."""

    def get_totp_issuer(self) -> str:
        return "Parallax"

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        user = authenticator.user
        if settings.STAFF_MFA != REQUIRED or not user.is_staff:
            return True
        return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exclude(pk=authenticator.pk).exists())


def has_second_factor(user: User) -> bool:
    """Tell whether the account has an authenticator app or a passkey. One query."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def second_factor_detour(request: HttpRequest) -> str | None:
    """Return where a member of staff goes before anything of the staff's: nowhere, when a second factor was shown.

    An account without one is sent to get one. A session that is older than the account's second factor is asked for
    it, so that a password that got known earlier opens nothing. One query.
    """
    if settings.STAFF_MFA != REQUIRED:
        return None
    user = request.user
    if not isinstance(user, User) or not has_second_factor(user):
        return _with_next(reverse("second_factor"), request)
    if any(record["method"] == "mfa" for record in get_authentication_records(request, user)):
        return None
    methods = account_adapter().get_reauthentication_methods(user)
    return _with_next(next(method["url"] for method in methods if method["id"].startswith("mfa")), request)


def remember_new_factor(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **_: object
) -> None:
    """Count setting up a second factor as having shown it just now: a code of the app, or the key, was given."""
    del sender
    if request.user.is_authenticated:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)


def staff_banner(request: HttpRequest) -> Mapping[str, Any]:
    """Context of every page: whether to remind staff of the postponed second factor. A query for staff only."""
    if settings.STAFF_MFA != POSTPONE or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return {"second_factor_postponed": False}
    user = request.user
    return {"second_factor_postponed": isinstance(user, User) and user.is_staff and not has_second_factor(user)}


def _with_next(address: str, request: HttpRequest) -> str:
    path = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("admin:index")
    return f"{address}?{urlencode({'next': path})}"
