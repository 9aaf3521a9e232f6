"""People who sign in."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@pytest.fixture
def ada(db) -> "User":
    """An account with a confirmed address and no password."""
    # This file is read before the settings are.
    from allauth.account.models import EmailAddress
    from django.contrib.auth.models import User

    user = User.objects.create(username="rater-ada", email="ada@example.org", password="!")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def newest_code(mailoutbox) -> Callable[[], str]:
    """Reads the code in the newest mail."""

    def read() -> str:
        return re.search(r"^[\d-]{9}$", mailoutbox[-1].body, re.MULTILINE)[0]

    return read
