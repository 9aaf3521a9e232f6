"""Add margins, put them in use and take them out of it."""

from django.db import transaction
from django.utils import timezone

from arena.profiles.groupable import groupable_fields
from arena.profiles.margins.tables import MarginsError, read_margin_tables
from arena.profiles.margins.with_project import WITH_PROJECT
from arena.profiles.models import Margins


def check_margins(margins: Margins) -> None:
    """Make sure that raters can be weighted to margins, by what people are or were asked.

    Raises
    ------
    MarginsError
        When the file or the field of those who belong to the population cannot be used.
    """
    fields = {field.field for fields in groupable_fields().values() for field in fields}
    read_margin_tables(margins.text, fields)
    if margins.among_field and margins.among_field not in fields:
        raise MarginsError(f"Nobody is asked for: {margins.among_field}. Use the fields of the survey.")


@transaction.atomic
def use_margins(*, margins: Margins) -> None:
    """Have boards weighted to margins from their next refresh on. Those that are in use already are left as they are.

    Raises
    ------
    MarginsError
        As `check_margins`: the survey may have changed since the upload.
    """
    check_margins(margins)
    Margins.objects.filter(pk=margins.pk, in_use_since=None).update(in_use_since=timezone.now())


def stop_using_margins(*, margins: Margins) -> None:
    """Have no board weighted to margins any more; they can be used again later."""
    Margins.objects.filter(pk=margins.pk).update(in_use_since=None)


def install_margins() -> int:
    """Put the margins of the project in use that were never there, and return how many. One query if there are none."""
    known = set(Margins.objects.values_list("slug", flat=True))
    missing = [file for file in WITH_PROJECT if file.slug not in known]
    for file in missing:
        margins = Margins(
            slug=file.slug,
            title=file.title,
            source=file.source,
            text=file.read(),
            among_field="reside_country",
            among_value=file.country,
            in_use_since=timezone.now(),
        )
        margins.full_clean()
        margins.save()
    return len(missing)
