"""The first administrator: a link that works once, for a day, and only while there is none."""

import hashlib
import secrets

from django.contrib.auth.models import User
from django.core import signing
from django.core.cache import cache
from django.db import connection, transaction
from django.urls import reverse

SALT = "arena.config.first-admin"
MAX_AGE = 24 * 3600
# Any fixed number will do, as long as no other advisory lock uses it.
LOCK_KEY = 7_155_001


class LinkUsedError(Exception):
    """The link was used, has expired or is no longer needed: an administrator exists."""


def administrator_exists() -> bool:
    """Tell whether there is a superuser, active or not. One query."""
    return User.objects.filter(is_superuser=True).exists()


def first_admin_path() -> str | None:
    """Return the path of a new one-time link, or None once an administrator exists.

    The token is signed, so that an invented one is refused unseen; the cache holds only its hash, for a day. Links made
    earlier stay usable until one of them is.
    """
    if administrator_exists():
        return None
    token = signing.dumps(secrets.token_urlsafe(24), salt=SALT)
    cache.set(_cache_key(token), 1, timeout=MAX_AGE)
    return reverse("first_admin", kwargs={"token": token})


def link_is_open(token: str) -> bool:
    """Tell whether `token` may still make the first administrator."""
    try:
        signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return False
    return cache.get(_cache_key(token)) is not None and not administrator_exists()


@transaction.atomic
def create_first_admin(*, token: str, user: User) -> User:
    """Save `user` as the first superuser and close every link.

    Of any number of simultaneous calls one succeeds: the others wait for the lock and then find an administrator.

    Raises
    ------
    LinkUsedError
        When the link is not open any more.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
    if not link_is_open(token):
        raise LinkUsedError
    user.is_staff = user.is_superuser = True
    user.save()
    transaction.on_commit(lambda: cache.delete(_cache_key(token)))
    return user


def _cache_key(token: str) -> str:
    return f"first-admin:{hashlib.sha256(token.encode()).hexdigest()}"
