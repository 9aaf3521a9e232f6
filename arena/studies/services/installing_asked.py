"""Give an arena the attributes and reasons that come with the code."""

from arena.studies.asked_file import read_attributes, read_reasons
from arena.studies.models import Attribute, AttributeRevision, Reason, ReasonRevision


def install_asked() -> None:
    """Add those that are not there, by key; two queries when all are.

    What is there is left as it is, worded by its staff. Call it in a transaction: words belong to what they word.
    """
    _add_attributes()
    _add_reasons()


def _add_attributes() -> None:
    known = set(Attribute.objects.values_list("key", flat=True))
    rows = [row for row in read_attributes() if row.key not in known]
    made = Attribute.objects.bulk_create(
        Attribute(key=row.key, scale=row.scale, position=len(known) + place) for place, row in enumerate(rows, start=1)
    )
    AttributeRevision.objects.bulk_create(
        AttributeRevision(
            attribute=attribute, number=1, label=row.label, performance=row.performance, choice=row.choice
        )
        for attribute, row in zip(made, rows, strict=True)
    )


def _add_reasons() -> None:
    known = set(Reason.objects.values_list("key", flat=True))
    rows = [row for row in read_reasons() if row.key not in known]
    made = Reason.objects.bulk_create(
        Reason(key=row.key, sign=row.sign, position=len(known) + place) for place, row in enumerate(rows, start=1)
    )
    ReasonRevision.objects.bulk_create(
        ReasonRevision(reason=reason, number=1, text=row.text) for reason, row in zip(made, rows, strict=True)
    )
