"""The private Redis keeps its data, asks for its password, and leaves nothing behind."""

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from arena.config.local.redis import PrivateRedis

pytestmark = pytest.mark.integration


@pytest.fixture
def server(tmp_path):
    private = PrivateRedis(tmp_path / "redis")
    yield private
    private.stop()


def test_redis_started_twice_keeps_its_data(server):
    with redis.Redis.from_url(server.start()) as client:
        client.rpush("queue", "task")
    server.stop()

    with redis.Redis.from_url(server.start()) as client:
        queued = client.lrange("queue", 0, -1)

    assert queued == [b"task"]


def test_redis_stop_ends_the_server(server):
    server.start()
    process = server.process()

    server.stop()

    assert not process.is_running()
    assert server.process() is None


def test_redis_left_running_is_replaced_by_the_next_start(server):
    server.start()
    left_behind = server.process()
    successor = PrivateRedis(server.folder)

    url = successor.start()

    with redis.Redis.from_url(url) as client:
        assert client.ping() is True
    assert not left_behind.is_running()
    server.stop()
    successor.stop()


def test_redis_without_password_is_refused(server):
    port = int(server.start().rpartition(":")[2].partition("/")[0])

    client = redis.Redis(host="127.0.0.1", port=port, retry=Retry(NoBackoff(), 0))
    with client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_redis_configuration_is_closed_to_other_accounts(server):
    server.start()

    mode = server.configuration.stat().st_mode & 0o777

    assert mode == 0o600


def test_redis_ignores_a_pid_file_that_names_another_process(server):
    server.folder.mkdir()
    server.pid_file.write_text("1")

    with redis.Redis.from_url(server.start()) as client:
        assert client.ping() is True
