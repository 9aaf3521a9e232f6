"""One question that somebody of the staff asks an endpoint, and what came of it, kept for some minutes.

A test asks a question of ours; a trial asks a curator's, as the contestant would be asked in a battle.
"""

import secrets
import time
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Literal, cast

from django.core.cache import cache

from models_registry.inference.errors import InferenceError
from models_registry.inference.protocol import (
    ChatMessage,
    CompletionBackend,
    CompletionRequest,
    Delta,
    SamplingParameters,
)

SYSTEM_PROMPT = "You are a helpful assistant."
QUESTION = "Say hello in one short sentence."
TOKENS = 32
KEPT_SECONDS = 600
PREFIX = "endpoint-test:"
PLAIN = SamplingParameters(temperature=0.0, top_p=1.0, top_k=0, max_new_tokens=TOKENS)


@dataclass(frozen=True, slots=True)
class EndpointTest:
    """How far a test has come. `failure` is the kind of an `InferenceError`; times are in milliseconds.

    `options` are those of a remote server that is not an endpoint yet; then `endpoint` is empty. What an account
    asked for, `asked_by`, is shown to no other.
    """

    endpoint: str
    asked_at: float
    state: Literal["waiting", "running", "answered", "failed"] = "waiting"
    answer: str = ""
    first_text_ms: int | None = None
    total_ms: int | None = None
    completion_tokens: int | None = None
    failure: str = ""
    detail: str = ""
    said: str = ""
    prompt: str = QUESTION
    system_prompt: str = SYSTEM_PROMPT
    sampling: SamplingParameters = PLAIN
    options: Mapping[str, object] | None = None
    asked_by: int | None = None

    @property
    def is_over(self) -> bool:
        return self.state in {"answered", "failed"}

    def failed(self, error: InferenceError) -> "EndpointTest":
        """Return the test as it is after an error; what a server wrote with it is kept for the administrator."""
        return replace(self, state="failed", failure=error.kind, detail=str(error), said=error.said)


def new_token() -> str:
    """Return the name of a test, which nobody can guess."""
    return secrets.token_urlsafe(12)


def keep_test(token: str, test: EndpointTest) -> None:
    """Keep a test under its name; it is forgotten after `KEPT_SECONDS`."""
    cache.set(PREFIX + token, test, KEPT_SECONDS)


def find_test(token: str) -> EndpointTest | None:
    """Return what is known of a test, None when it is unknown or forgotten."""
    return cast("EndpointTest | None", cache.get(PREFIX + token))


async def question(backend: CompletionBackend, test: EndpointTest) -> EndpointTest:
    """Ask the test's question and return it with its answer, or with the failure. The caller sets the deadline."""
    messages = (ChatMessage("system", test.system_prompt), ChatMessage("user", test.prompt))
    request = CompletionRequest(f"test-{secrets.token_hex(8)}", messages, test.sampling, seed=1)
    began, first, texts, tokens = time.monotonic(), None, [], None
    try:
        async with aclosing(backend.stream(request)) as events:
            async for event in events:
                if isinstance(event, Delta):
                    first = first or time.monotonic()
                    texts.append(event.text)
                else:
                    tokens = event.usage.completion_tokens
    except InferenceError as error:
        return replace(test.failed(error), answer="".join(texts))
    return replace(
        test,
        state="answered",
        answer="".join(texts),
        first_text_ms=None if first is None else _milliseconds(first - began),
        total_ms=_milliseconds(time.monotonic() - began),
        completion_tokens=tokens,
    )


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
