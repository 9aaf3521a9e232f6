import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from arena.battles.models import Completion
from arena.config.metrics_sockets import CountedSockets, SocketCounts, tell
from models_registry import redis_connection
from models_registry.heartbeat import WorkerState, beat
from tests.factories import complete_turn, make_arena, make_battle, make_ready_battle

pytestmark = pytest.mark.django_db


def scrape() -> dict[tuple[str, tuple[str, ...]], float]:
    """Every sample by its name and its labels' values."""
    response = Client().get("/metrics")
    assert response.status_code == 200
    families = text_string_to_metric_families(response.content.decode())
    return {
        (sample.name, tuple(sample.labels.values())): sample.value for family in families for sample in family.samples
    }


def test_metrics_count_what_is_stored(redis_client):
    arena = make_arena()
    make_ready_battle(arena)
    complete_turn(make_battle(arena).turns.get())
    failed = make_battle(arena).turns.get().completions.get(side="b")
    Completion.objects.filter(pk=failed.pk).update(status="failed", failure="timeout")

    samples = scrape()

    assert samples["parallax_battles_total", ("human", "open")] == 3
    assert samples["parallax_failures_total", (arena.second.endpoint.slug, "timeout")] == 1
    assert samples["parallax_up", ("database",)] == 1
    assert ("parallax_first_text_seconds", ("0.5",)) in samples


def test_metrics_tell_what_workers_and_queues_do(redis_client, settings):
    arena = make_arena()
    make_battle(arena)
    redis_client.rpush("generation", "a", "b")
    beat(WorkerState("gpu0", ready=(arena.first.endpoint.slug,), loading=(), failed=("other",), active=4, queued=1))

    samples = scrape()

    assert samples["parallax_batch_fill", ("gpu0",)] == 4 / settings.GENERATION_SLOTS
    assert samples["parallax_queue_waiting", ("generation",)] == 2
    assert samples["parallax_queue_oldest_seconds", ("generation",)] > 0
    assert samples["parallax_endpoint_state", (arena.first.endpoint.slug, "ready")] == 1
    assert samples["parallax_endpoint_state", ("other", "failed")] == 1


def test_metrics_show_the_websockets_of_every_process(redis_client):
    tell(SocketCounts(open=2, frames=30), "web:1")
    tell(SocketCounts(open=0, frames=4), "web:2")

    samples = scrape()

    assert samples["parallax_open_sockets", ("web:1",)] == 2
    assert samples["parallax_open_sockets", ("web:2",)] == 0
    assert samples["parallax_frames_sent_total", ("web:2",)] == 4


def test_metrics_say_that_redis_is_away_and_show_the_rest(settings):
    make_battle(make_arena())
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    redis_connection.client.cache_clear()

    samples = scrape()

    redis_connection.client.cache_clear()
    assert (samples["parallax_up", ("redis",)], samples["parallax_up", ("database",)]) == (0, 1)
    assert samples["parallax_battles_total", ("human", "open")] == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer "},
        {"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer wrong"},
    ],
)
def test_metrics_are_not_found_from_elsewhere(facts):
    response = Client().get("/metrics", **facts)

    assert response.status_code == 404
    assert b"parallax_" not in response.content


def test_metrics_take_the_token_from_anywhere(settings, redis_client):
    settings.METRICS_TOKEN = "a-token"

    response = Client().get("/metrics", REMOTE_ADDR="192.0.2.7", HTTP_AUTHORIZATION="Bearer a-token")

    assert response.status_code == 200
    assert b"parallax_up" in response.content


def test_metrics_refuse_other_methods():
    assert Client().post("/metrics").status_code == 405


async def test_counted_sockets_count_while_open_and_every_frame():
    counts, seen, sent = SocketCounts(), [], []

    async def application(scope, receive, send):
        seen.append(counts.open)
        for kind in ("websocket.accept", "websocket.send", "websocket.send"):
            await send({"type": kind})

    async def send(event):
        sent.append(event["type"])

    await CountedSockets(application, counts)({}, None, send)

    assert seen == [1]
    assert (counts.open, counts.frames) == (0, 2)
    assert sent == ["websocket.accept", "websocket.send", "websocket.send"]
