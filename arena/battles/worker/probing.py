"""Ask an ailing endpoint one short question, to learn whether it works again."""

import asyncio
import secrets
from contextlib import aclosing

from django.conf import settings
from django.db import close_old_connections
from structlog import get_logger

from arena.battles.services.health import record_probe
from arena.battles.worker.workbench import Workbench, workbench
from models_registry.inference.errors import EmptyAnswerError, GenerationTimeoutError, InferenceError
from models_registry.inference.protocol import ChatMessage, CompletionRequest, Delta, SamplingParameters

logger = get_logger(__name__)

QUESTION = (ChatMessage("user", "Say hello in one short sentence."),)
ANSWER_TOKENS = 12


def run_probe(*, slug: str) -> None:
    """Ask, and record how it went. Blocks until the end, within the deadline for a first text."""
    bench = workbench()
    close_old_connections()
    failure = ""
    try:
        bench.run(_ask(bench, slug))
    except InferenceError as error:
        failure = error.kind
    except Exception:
        # The boundary of the process, as for a completion.
        logger.exception("probe_crashed", endpoint=slug)
        failure = "crashed"
    record_probe(slug=slug, failure=failure)


async def _ask(bench: Workbench, slug: str) -> None:
    """Return when an answer came to its end with some text in it.

    Raises
    ------
    InferenceError
        When that did not happen.
    """
    # Never the name of a completion, of which some may be in flight.
    request_id = f"probe-{secrets.token_hex(8)}"
    request = CompletionRequest(request_id, QUESTION, SamplingParameters(max_new_tokens=ANSWER_TOKENS), seed=0)
    try:
        async with asyncio.timeout(settings.FIRST_TEXT_DEADLINE):
            backend = await bench.backend(slug)
            async with aclosing(backend.stream(request)) as events:
                text = "".join([event.text async for event in events if isinstance(event, Delta)])
    except TimeoutError as error:
        raise GenerationTimeoutError("no complete answer to a probe") from error
    if not text.strip():
        raise EmptyAnswerError("an empty answer to a probe")
