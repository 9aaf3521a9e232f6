"""Changes to the registry."""

from itertools import count

from django.db import transaction

from models_registry.fingerprint import payload_sha256
from models_registry.models import Contestant, ContestantSnapshot


def snapshot_contestant(*, contestant: Contestant) -> ContestantSnapshot:
    """Return the snapshot of `contestant` as it is now, made at its first use.

    Two callers at the same time get the same row: the hash is unique per contestant. Reads `language_model`.
    """
    payload = contestant.payload()
    snapshot, _ = ContestantSnapshot.objects.get_or_create(
        contestant=contestant, sha256=payload_sha256(payload), defaults={"payload": payload}
    )
    return snapshot


@transaction.atomic
def copy_contestant(*, contestant: Contestant) -> Contestant:
    """Return a saved draft with the same values and a short name of its own.

    A contestant that was compared keeps its values for ever; other values are tried with a copy.
    """
    stem = contestant.slug[:40]
    taken = set(Contestant.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug = next(name for number in count(1) if (name := f"{stem}-copy-{number}") not in taken)
    fields = Contestant._meta.concrete_fields  # noqa: SLF001 - documented by Django
    kept = (field.attname for field in fields if field.name not in {"id", "created_at"})
    copy = Contestant(**{name: getattr(contestant, name) for name in kept})
    copy.slug, copy.status = slug, Contestant.Status.DRAFT
    copy.full_clean()
    copy.save()
    return copy
