"""The account of a person, as something that is held: e-mail addresses and what they sign in with."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from arena.raters.holdings import Erased, HeldRow, Holding, Raters


def _accounts(raters: Raters) -> list[User]:
    return list(User.objects.filter(rater__in=raters))


def _count(raters: Raters) -> int:
    return User.objects.filter(rater__in=raters).count()


def _rows(raters: Raters) -> Iterator[HeldRow]:
    for user in _accounts(raters):
        yield {
            "name": user.username,
            "created_at": user.date_joined,
            "last_login": user.last_login,
            "addresses": list(
                EmailAddress.objects.filter(user=user).order_by("pk").values("email", "verified", "primary")
            ),
            "sign_in_with": list(
                Authenticator.objects.filter(user=user).order_by("pk").values("type", "created_at", "last_used_at")
            ),
            "providers": list(SocialAccount.objects.filter(user=user).order_by("pk").values("provider", "uid")),
        }


def _erase(raters: Raters) -> Erased:
    """Delete the account. One of the staff stays, and so does one that staff records name: it loses its rater only."""
    gone = kept = 0
    for user in _accounts(raters):
        try:
            with transaction.atomic():
                if user.is_staff:
                    kept += 1
                    continue
                _end_sessions(user)
                user.delete()
                gone += 1
        except ProtectedError:
            kept += 1
    return Erased(gone=gone, kept=kept)


def _end_sessions(user: User) -> None:
    """Delete the sessions of an account: what they hold is encoded, so each is looked into."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


ACCOUNT = Holding(name="account", label=_("account"), count=_count, rows=_rows, erase=_erase)
