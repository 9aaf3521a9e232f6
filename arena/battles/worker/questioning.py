"""Test an endpoint for an administrator: in a worker, where the weights, the keys and the network are."""

import asyncio
from dataclasses import replace

from django.db import close_old_connections
from structlog import get_logger

from arena.battles.worker.workbench import Workbench, workbench
from models_registry.endpoint_tests import EndpointTest, find_test, keep_test, question
from models_registry.inference.errors import GenerationTimeoutError, InferenceError
from models_registry.models import Endpoint
from models_registry.opening import open_endpoint

logger = get_logger(__name__)

DEADLINE = 180.0


def run_endpoint_test(*, token: str) -> None:
    """Ask the endpoint of a test and keep what came of it; a forgotten test is let be. Blocks until the end."""
    test = find_test(token)
    endpoint = _endpoint_of(test) if test else None
    if test is None or endpoint is None:
        return
    close_old_connections()
    running = replace(test, state="running")
    keep_test(token, running)
    bench = workbench()
    try:
        keep_test(token, bench.run(_questioned(bench, endpoint, running)))
    except InferenceError as error:
        keep_test(token, running.failed(error))
    except Exception:
        # The boundary of the process: whoever waits for the test must be told.
        logger.exception("endpoint_test_crashed", endpoint=test.endpoint)
        keep_test(token, replace(running, state="failed", failure="crashed"))


def _endpoint_of(test: EndpointTest) -> Endpoint | None:
    """Return what is to be asked; for a server that somebody is about to register, an endpoint that is not stored."""
    if test.options is not None:
        return Endpoint(slug="", backend=Endpoint.Backend.OPENAI, options=dict(test.options))
    return Endpoint.objects.filter(slug=test.endpoint).first()


async def _questioned(bench: Workbench, endpoint: Endpoint, test: EndpointTest) -> EndpointTest:
    """Return the test with its answer.

    Raises
    ------
    InferenceError
        When the endpoint cannot be opened, or the deadline passes.
    """
    try:
        async with asyncio.timeout(DEADLINE):
            if endpoint.backend != Endpoint.Backend.OPENAI:
                return await question(await bench.backend(endpoint.slug), test)
            # Opened anew, with the options as they are now, and whether or not the endpoint is switched on yet.
            backend = await asyncio.to_thread(open_endpoint, endpoint.backend, endpoint.options)
            try:
                return await question(backend, test)
            finally:
                await asyncio.to_thread(backend.close)
    except TimeoutError as error:
        raise GenerationTimeoutError("no complete answer to a test") from error
