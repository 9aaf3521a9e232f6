"""Why a text is not taken as it is. The values are stored and exported: they are never renamed."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """A stable code with a sentence that may be shown to the person who wrote the text."""

    EMPTY = "empty", _("There is nothing to read in this text.")
    TOO_LONG = "too_long", _("This text is too long. Please shorten it.")
    UNPRINTABLE = "unprintable", _("Most of this text cannot be shown. Please write it in letters.")
    BROKEN = "broken", _("Some characters of this text are broken.")
    LOOP = "loop", _("This text ends by repeating itself.")
