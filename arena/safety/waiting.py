"""What people are told whom a rate limit refuses."""

from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# Up to one and a half of a unit, the smaller one says more.
MINUTE, HOUR = 60, 3_600


def wait_sentence(seconds: int) -> str:
    """Return that it was too much, and after how long it is worth asking again, in a unit that people count in."""
    return _("That was a lot in a short time. Please wait %(time)s and try again.") % {"time": _time(seconds)}


def _time(seconds: int) -> str:
    if seconds <= MINUTE * 3 / 2:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    if seconds <= HOUR * 3 / 2:
        minutes = ceil(seconds / MINUTE)
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = ceil(seconds / HOUR)
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
