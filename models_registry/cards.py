"""What is told of a contestant once it may be named."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import caches

from models_registry.models import Contestant, ContestantSnapshot

# A name that staff correct is read anew after this long; every vote asks for two of them.
KEPT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class ContestantCard:
    """The contestant behind a snapshot; `parameters` is None where nobody said how many there are."""

    slug: str
    name: str
    organisation: str
    licence: str
    parameters: int | None
    website: str


def contestant_cards(snapshot_ids: Iterable[int]) -> dict[int, ContestantCard]:
    """Return the card of each snapshot, at most ten seconds old. One query for those that this process does not hold.

    Raises
    ------
    KeyError
        When there is no such snapshot.
    """
    keys = {f"card:{snapshot_id}": snapshot_id for snapshot_id in snapshot_ids}
    held = caches["process"].get_many(keys)
    missing = [snapshot_id for key, snapshot_id in keys.items() if key not in held]
    if missing:
        read = {f"card:{snapshot_id}": card for snapshot_id, card in _read(missing).items()}
        caches["process"].set_many(read, KEPT_SECONDS)
        held |= read
    return {snapshot_id: held[key] for key, snapshot_id in keys.items()}


def _read(snapshot_ids: list[int]) -> dict[int, ContestantCard]:
    rows = ContestantSnapshot.objects.filter(pk__in=snapshot_ids).select_related(
        "contestant__language_model__organisation"
    )
    return {row.pk: _card(row.contestant) for row in rows.defer("payload")}


def _card(contestant: Contestant) -> ContestantCard:
    model = contestant.language_model
    return ContestantCard(
        slug=contestant.slug,
        name=contestant.name,
        organisation=model.organisation.name,
        licence=model.licence,
        parameters=model.parameters,
        website=model.website,
    )
