"""Tags of prompts and tags of languages: how they are written."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_TAG_CHARS = 40
MAX_TAGS = 20

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def check_language(tag: str) -> None:
    """Raise a `ValidationError` unless `tag` is written like a language tag of BCP 47."""
    if not LANGUAGE.fullmatch(tag):
        raise ValidationError(_("A language is a tag such as en or pt-BR, not “%(tag)s”.") % {"tag": tag})


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Return the tags in small letters, without blanks around them, each once, in order.

    Raises
    ------
    ValidationError
        When a tag is too long or there are too many.
    """
    cleaned = sorted({" ".join(tag.lower().split()) for tag in tags} - {""})
    for tag in cleaned:
        if len(tag) > MAX_TAG_CHARS:
            raise ValidationError(_("A tag may have %(most)d characters at most.") % {"most": MAX_TAG_CHARS})
    if len(cleaned) > MAX_TAGS:
        raise ValidationError(_("A prompt may have %(most)d tags at most.") % {"most": MAX_TAGS})
    return cleaned


def split_tags(text: str) -> list[str]:
    """Return the tags that a person wrote in one line, with commas or semicolons between them, as `clean_tags`."""
    return clean_tags(re.split(r"[,;]", text))
