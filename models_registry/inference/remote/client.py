"""One request to a server: connection, status and content type, and every failure of the network as ours.

`httpcore`, the layer under httpx, is used directly: it takes a network of our own as a documented argument, follows no
redirects, asks no proxies of the environment and unpacks nothing.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpcore

from models_registry.inference.errors import (
    BackendUnavailableError,
    GenerationTimeoutError,
    InferenceError,
    MalformedAnswerError,
)
from models_registry.inference.remote.addresses import GuardedNetwork
from models_registry.inference.remote.failures import TruncatedAnswerError, error_of_response, fit_to_show
from models_registry.inference.remote.keys import read_key
from models_registry.inference.remote.options import RemoteOptions

OK = 200
EVENTS = "text/event-stream"
LONGEST_REFUSAL = 16 * 1024
IDLE_SECONDS = 30.0


class Client:
    """Connections to one endpoint's server; made and used within one event loop."""

    def __init__(self, options: RemoteOptions, *, allow_private: bool) -> None:
        self._options = options
        certificates = httpcore.default_ssl_context()
        certificates.load_default_certs()  # those of this machine too, and what SSL_CERT_FILE names
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=certificates,
            max_connections=options.concurrency,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=GuardedNetwork(allow_private=allow_private),
        )

    @asynccontextmanager
    async def post(self, body: bytes) -> AsyncGenerator[AsyncIterator[bytes], None]:
        """Send a request and give the bytes of a stream of events; leaving early closes the connection.

        Raises
        ------
        InferenceError
            If the server cannot be reached, refuses, redirects, or answers with something else than events.
        """
        options = self._options
        timeouts = {
            "connect": options.connect_timeout,
            "write": options.connect_timeout,
            "read": max(options.first_text_timeout, options.silence_timeout),
            "pool": options.total_timeout,
        }
        key = read_key(options.key_env) if options.key_env else ""
        with _typed_failures(key):
            async with self._pool.stream(
                "POST", options.address, headers=_headers(key), content=body, extensions={"timeout": timeouts}
            ) as response:
                await _check(response)
                yield _body(response)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


def _headers(key: str) -> list[tuple[str, str]]:
    headers = [
        ("Accept", EVENTS),
        ("Accept-Encoding", "identity"),
        ("Content-Type", "application/json"),
        ("User-Agent", "parallax-arena"),
    ]
    return [*headers, ("Authorization", f"Bearer {key}")] if key else headers


async def _check(response: httpcore.Response) -> None:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    if response.status != OK:
        raise error_of_response(response.status, headers, await _start_of(response))
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != EVENTS:
        raise MalformedAnswerError(f"The server sent {kind[:60] or 'no type'} instead of a stream of events.")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise MalformedAnswerError("The server compressed its answer, which it was asked not to do.")


async def _body(response: httpcore.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in response.aiter_stream():
            yield chunk
    except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
        raise TruncatedAnswerError("The connection broke before the answer had ended.") from error


async def _start_of(response: httpcore.Response) -> bytes:
    """Return as much of a refusal as is worth reading."""
    body = b""
    async for chunk in response.aiter_stream():
        body += chunk
        if len(body) >= LONGEST_REFUSAL:
            break
    return body[:LONGEST_REFUSAL]


@contextmanager
def _typed_failures(key: str) -> Iterator[None]:
    """Turn what the network raises into our errors, and take the key out of what the server said."""
    try:
        yield
    except InferenceError as error:
        error.said = fit_to_show(error.said, key=key)
        raise
    except httpcore.ConnectTimeout as error:
        raise BackendUnavailableError("The server did not accept a connection in time.") from error
    except httpcore.TimeoutException as error:
        raise GenerationTimeoutError("The server was silent for too long.") from error
    except httpcore.ConnectError as error:
        raise BackendUnavailableError(f"The server cannot be reached: {error}") from error
    except httpcore.NetworkError as error:
        raise BackendUnavailableError("The connection to the server broke.") from error
    except httpcore.ProtocolError as error:
        if str(error).startswith("Server disconnected"):
            raise BackendUnavailableError("The server closed the connection without an answer.") from error
        raise MalformedAnswerError("The server does not speak HTTP as it should.") from error
