"""A rater is a signed cookie with a random id. The row is made at the first contribution, not by reading pages."""

import uuid
from collections.abc import Mapping

from django.core import signing
from django.http import HttpResponseBase

from arena.raters.models import Rater

COOKIE = "parallax_rater"
SALT = "arena.raters.identity"
MAX_AGE = 365 * 24 * 3600


def rater_id_from_cookies(cookies: Mapping[str, str]) -> uuid.UUID | None:
    """Return the id in the cookie, or nothing when there is none or its signature is not ours."""
    value = cookies.get(COOKIE)
    if not value:
        return None
    try:
        return uuid.UUID(signing.Signer(salt=SALT).unsign(value))
    except (signing.BadSignature, ValueError):
        return None


def rater_from_cookies(cookies: Mapping[str, str]) -> Rater | None:
    """Return the rater that the cookie names, if the row still exists. One query when there is a cookie."""
    rater_id = rater_id_from_cookies(cookies)
    if rater_id is None:
        return None
    return Rater.objects.filter(pk=rater_id, kind=Rater.Kind.HUMAN).first()


def set_rater_cookie(response: HttpResponseBase, rater: Rater, *, secure: bool) -> None:
    """Let the browser keep who it is for a year; scripts cannot read it, other sites cannot send it."""
    value = signing.Signer(salt=SALT).sign(str(rater.pk))
    response.set_cookie(COOKIE, value, max_age=MAX_AGE, httponly=True, samesite="Lax", secure=secure)


def drop_rater_cookie(response: HttpResponseBase) -> None:
    """Let the browser forget who it is."""
    response.delete_cookie(COOKIE, samesite="Lax")
