"""Changes to the registry."""

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
