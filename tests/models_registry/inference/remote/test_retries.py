"""When a request is sent again, how often, and how soon."""

import time

import pytest

from models_registry.inference.errors import (
    BackendUnavailableError,
    GenerationTimeoutError,
    MisconfiguredBackendError,
    RateLimitedError,
)
from models_registry.inference.remote.conversing import pause_before_retry
from models_registry.inference.remote.failures import TruncatedAnswerError, seconds_to_wait
from models_registry.inference.remote.limits import RetryBudget


async def fine(exchange):
    await exchange.head()
    await exchange.say("Yes.", reason="stop")


def failing(status: int, **headers: str):
    async def reply(exchange):
        await exchange.head(status, "application/json", **headers)
        await exchange.send("{}")

    return reply


@pytest.mark.usefixtures("quick_retries")
async def test_request_that_failed_before_any_text_is_sent_again(server, open_remote, make_request, read_all):
    server.replies.extend([failing(503), failing(500), fine])

    text, _ = await read_all(open_remote(retries=2), make_request())

    assert (text, len(server.seen)) == ("Yes.", 3)


@pytest.mark.usefixtures("quick_retries")
async def test_request_is_sent_again_only_so_often(server, open_remote, make_request, read_all):
    server.replies.append(failing(503))

    with pytest.raises(BackendUnavailableError):
        await read_all(open_remote(retries=2), make_request())

    assert len(server.seen) == 3


@pytest.mark.usefixtures("quick_retries")
async def test_request_is_never_sent_again_after_text(server, open_remote, make_request, read_some):
    async def breaks_off(exchange):
        await exchange.head()
        await exchange.say("Half of")

    server.replies.extend([breaks_off, fine])

    with pytest.raises(TruncatedAnswerError):
        await read_some(open_remote(retries=2), make_request(), 9)

    assert len(server.seen) == 1


@pytest.mark.usefixtures("quick_retries")
async def test_refusal_of_the_key_is_not_asked_about_again(server, open_remote, make_request, read_all):
    server.replies.extend([failing(401), fine])

    with pytest.raises(MisconfiguredBackendError):
        await read_all(open_remote(retries=2), make_request())

    assert len(server.seen) == 1


@pytest.mark.usefixtures("quick_retries")
async def test_silence_is_not_asked_about_again(server, open_remote, make_request, read_all):
    async def silent(exchange):
        await exchange.hung_up()

    server.replies.extend([silent, fine])

    with pytest.raises(GenerationTimeoutError):
        await read_all(open_remote(retries=2, first_text_timeout=0.1, silence_timeout=0.1), make_request())

    assert len(server.seen) == 1


@pytest.mark.usefixtures("quick_retries")
async def test_server_is_left_alone_as_long_as_it_asks(server, open_remote, make_request, read_all):
    server.replies.extend([failing(429, Retry_After="1"), fine])
    began = time.monotonic()

    text, _ = await read_all(open_remote(retries=1), make_request())

    assert text == "Yes."
    assert time.monotonic() - began >= 1


@pytest.mark.usefixtures("quick_retries")
async def test_server_that_asks_for_a_long_pause_has_failed(server, open_remote, make_request, read_all):
    server.replies.extend([failing(429, Retry_After="3600"), fine])

    with pytest.raises(RateLimitedError) as failure:
        await read_all(open_remote(retries=1), make_request())

    assert (failure.value.retry_after, len(server.seen)) == (3600.0, 1)


@pytest.mark.usefixtures("quick_retries")
async def test_endpoint_that_always_fails_runs_out_of_retries(server, open_remote, make_request, read_all):
    server.replies.append(failing(503))
    backend = open_remote(retries=5)

    for number in range(12):
        with pytest.raises(BackendUnavailableError):
            await read_all(backend, make_request(request_id=str(number)))

    # Ten retries to begin with and a fifth of the requests that came since the first was spent; no more.
    assert 12 + 10 <= len(server.seen) <= 12 + 10 + 12 // 5


def test_budget_earns_a_retry_with_five_requests():
    budget = RetryBudget()
    spent = sum(budget.spend() for _ in range(50))

    for _ in range(5):
        budget.earn()

    assert (spent, [budget.spend(), budget.spend()]) == (10, [True, False])


def test_pauses_grow_and_differ():
    pauses = [[pause_before_retry(attempt, None) for _ in range(200)] for attempt in range(6)]

    assert all(0.25 * 2**n <= pause <= 0.5 * 2**n for n, some in enumerate(pauses[:5]) for pause in some)
    assert all(4 <= pause <= 8 for pause in pauses[5])
    assert len(set(pauses[0])) > 100


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0", 0.0), ("", None), ("soon", None), ("-3", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert seconds_to_wait(header) == seconds
