"""What a worker needs to know of a contestant: where it is served, how it is asked, and what it is called."""

from dataclasses import dataclass
from functools import partial
from typing import cast

from django.core.cache import caches

from models_registry.inference.protocol import SamplingParameters
from models_registry.models import ContestantSnapshot

# Every answer asks for it twice. An endpoint that staff change is opened anew so much later.
KEPT_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Serving:
    """The contestant behind a snapshot as it is served now; prompt and sampling are those of the snapshot."""

    endpoint: str
    endpoint_version: str
    system_prompt: str
    sampling: SamplingParameters
    names: tuple[str, ...]
    makers: tuple[str, ...]


def serving(snapshot_id: int) -> Serving:
    """Return how a snapshot's contestant is served, some seconds old at most. One query where it is not held.

    Raises
    ------
    ContestantSnapshot.DoesNotExist
        When there is no such snapshot.
    """
    kept = caches["process"].get_or_set(f"serving:{snapshot_id}", partial(_read, snapshot_id), KEPT_SECONDS)
    return cast("Serving", kept)


def _read(snapshot_id: int) -> Serving:
    snapshot = ContestantSnapshot.objects.select_related(
        "contestant__endpoint", "contestant__language_model__organisation"
    ).get(pk=snapshot_id)
    endpoint, model = snapshot.contestant.endpoint, snapshot.contestant.language_model
    return Serving(
        endpoint=endpoint.slug,
        endpoint_version=endpoint.version,
        system_prompt=str(snapshot.payload["system_prompt"]),
        sampling=SamplingParameters(**snapshot.payload["sampling"]),
        # An alias may be the name of the model or that of its makers.
        names=(model.name, *model.aliases),
        makers=(model.organisation.name, *model.aliases),
    )
