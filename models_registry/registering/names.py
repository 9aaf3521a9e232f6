"""Short names and sizes, as curators write them."""

import re

from django.utils.text import slugify
from django.utils.translation import gettext as _

from models_registry.models import Contestant, Endpoint, LanguageModel
from models_registry.registering.errors import RegistryError

SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmbt]?)", re.IGNORECASE)
FACTORS = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
# Pages of the registry have these addresses.
RESERVED = frozenset({"new", "tests"})
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,50}")


def check_slug(slug: str) -> str:
    """Return a short name that model, endpoint and contestant can all have; raise `RegistryError` otherwise."""
    if not SLUG.fullmatch(slug):
        raise RegistryError(_("Use up to 50 letters, digits, hyphens and underscores."))
    if slug.lower() in RESERVED:
        raise RegistryError(_("The arena needs this word itself. Choose another short name."))
    for kind in (Contestant, LanguageModel, Endpoint):
        # Not `objects`: for a class in a loop, the type checker only knows the default manager.
        if kind._default_manager.filter(slug__iexact=slug).exists():  # noqa: SLF001 - documented by Django
            raise RegistryError(
                _("%(slug)s is taken by another %(kind)s. Try %(slug)s-2.")
                % {"slug": slug, "kind": kind._meta.verbose_name}  # noqa: SLF001 - documented by Django
            )
    return slug


def slug_of(name: str) -> str:
    """Return the short name that follows from a model's name; empty when none does."""
    return slugify(name.replace(".", "-"))[:50]


def read_size(text: str) -> int | None:
    """Return a number of parameters written as 135M or 7B or in digits; None for an empty text.

    Raises
    ------
    RegistryError
        When it is no number, or no model is that large.
    """
    if not text.strip():
        return None
    found = SIZE.fullmatch(text.strip().replace(",", "").replace(" ", ""))
    if found is None or len(found[1]) > len("1000000000000"):
        raise RegistryError(_("Write a number such as 135M or 7B."))
    return round(float(found[1]) * FACTORS[found[2].lower()])
