"""Who of the staff is asking."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def account_of(request: HttpRequest) -> User:
    """Return the account that is signed in.

    Raises
    ------
    PermissionDenied
        When nobody is.
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
