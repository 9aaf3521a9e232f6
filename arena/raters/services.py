"""Join raters with accounts. Votes stay with the rater who cast them, and a merged rater points to the account's."""

import uuid

from django.contrib.auth.models import User
from django.db import transaction

from arena.raters.models import Rater


@transaction.atomic
def link_rater(*, account: User, cookie_id: uuid.UUID | None) -> Rater | None:
    """Make the rater of a browser the account's, and return who the browser is now; nobody when neither has one.

    A rater without account becomes the account's; when the account has one already, it is merged into that one, which
    changes no battle and no vote. A rater of somebody else's account stays theirs. Calling it again changes nothing.
    Calls for one account wait for each other, and so do calls for one rater.
    """
    User.objects.select_for_update(no_key=True).get(pk=account.pk)
    home = Rater.objects.filter(account=account).first()
    if cookie_id is None or (home is not None and home.pk == cookie_id):
        return home
    rater = Rater.objects.select_for_update(no_key=True).filter(pk=cookie_id, kind=Rater.Kind.HUMAN).first()
    if rater is None or rater.account_id is not None or rater.merged_into_id is not None:
        return home
    if home is None:
        rater.account = account
        rater.save(update_fields=["account"])
        return rater
    # Those who were merged into this rater follow, so that nobody is more than one step away.
    Rater.objects.filter(merged_into=rater).update(merged_into=home)
    rater.merged_into = home
    rater.save(update_fields=["merged_into"])
    return home


@transaction.atomic
def rater_of_account(*, account: User, cookie_id: uuid.UUID | None) -> Rater:
    """Return the account's rater, made now when there is none; the browser's is joined with it as by `link_rater`."""
    rater = link_rater(account=account, cookie_id=cookie_id)
    return rater or Rater.objects.create(account=account)
