"""Which endpoints are ready to answer, as their workers say: each writes a key that expires when it falls silent."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from redis.exceptions import RedisError

from models_registry.redis_connection import client

PREFIX = "gen:worker:"
LIFETIME_SECONDS = 15


@dataclass(frozen=True, slots=True)
class WorkerState:
    """What a generation worker says of itself; endpoints are named by slug."""

    worker: str
    ready: tuple[str, ...]
    loading: tuple[str, ...]
    failed: tuple[str, ...]
    active: int
    queued: int


def beat(state: WorkerState) -> None:
    """Publish `state`; it counts for `LIFETIME_SECONDS`."""
    client().set(PREFIX + state.worker, json.dumps(asdict(state)), ex=LIFETIME_SECONDS)


def forget(worker: str) -> None:
    """Withdraw a worker that stops."""
    client().delete(PREFIX + worker)


def live_workers() -> list[WorkerState]:
    """Return what the live workers say; empty when none lives or Redis cannot be asked."""
    try:
        keys = list(client().scan_iter(match=PREFIX + "*", count=200))
        values = client().mget(keys) if keys else []
    except RedisError:
        return []
    return [_parsed(json.loads(value)) for value in values if value]


def _parsed(data: dict[str, object]) -> WorkerState:
    def names(key: str) -> tuple[str, ...]:
        value = data[key]
        return tuple(str(name) for name in value) if isinstance(value, list) else ()

    return WorkerState(
        worker=str(data["worker"]),
        ready=names("ready"),
        loading=names("loading"),
        failed=names("failed"),
        active=int(str(data["active"])),
        queued=int(str(data["queued"])),
    )


def ready_endpoints(states: Iterable[WorkerState]) -> frozenset[str]:
    """Return the endpoints that at least one worker can serve now."""
    return frozenset(slug for state in states for slug in state.ready)
