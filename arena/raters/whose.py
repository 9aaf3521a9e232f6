"""Whose data a request may see and change."""

from django.contrib.auth.models import User

from arena.raters.middleware import RaterRequest
from arena.raters.models import Rater


def is_signed_in(request: RaterRequest) -> bool:
    return isinstance(request.user, User)


def needs_sign_in(request: RaterRequest) -> bool:
    """Tell whether the browser's rater belongs to an account that is not signed in here: a cookie alone is no key."""
    rater = request.rater_access.get()
    if rater is None or is_signed_in(request):
        return False
    return rater.account_id is not None or rater.merged_into_id is not None


def own_rater(request: RaterRequest) -> Rater | None:
    """Return the rater whose data the request may see and change; nobody where signing in is needed.

    Whoever is signed in is the account's rater, made now when there is none, so that there is one way to erase anybody.
    """
    if is_signed_in(request):
        return request.rater_access.ensure()
    return None if needs_sign_in(request) else request.rater_access.get()
