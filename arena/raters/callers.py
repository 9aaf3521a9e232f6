"""Who calls, for the rate limits: read from a request or a websocket's scope, and kept nowhere."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, parse_cookie
from django.utils import timezone

from arena.raters.identity import rater_id_from_cookies
from arena.safety.networks import client_address, hashed_range
from arena.safety.rate_limits import Caller


def caller_of_request(request: HttpRequest) -> Caller:
    """Return who sends a request. Asks for the session only where a browser brings one."""
    signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
    return Caller(
        rater=_rater(request.COOKIES),
        account=str(request.user.pk) if signed_in else "",
        network=network_of_request(request),
    )


def network_of_request(request: HttpRequest) -> str:
    """Return the address range that a request comes from, as a keyed hash of the day; empty when it is not known."""
    return _network(request.META.get("REMOTE_ADDR") or "", request.META.get("HTTP_X_FORWARDED_FOR", ""))


def caller_of_scope(scope: Mapping[str, Any]) -> Caller:  # Any: an ASGI scope is a free-form dictionary
    """Return who opens a websocket; accounts are not looked up, for each has one rater."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    peer = scope.get("client") or ("", 0)
    return Caller(
        rater=_rater(parse_cookie(headers.get(b"cookie", ""))),
        network=_network(peer[0], headers.get(b"x-forwarded-for", "")),
    )


def _rater(cookies: Mapping[str, str]) -> str:
    rater_id = rater_id_from_cookies(cookies)
    return str(rater_id) if rater_id else ""


def _network(peer: str, forwarded_for: str) -> str:
    address = client_address(peer=peer, forwarded_for=forwarded_for, proxies=settings.BEHIND_PROXY)
    return hashed_range(address, day=timezone.now().date())
