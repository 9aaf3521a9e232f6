"""From the words in a database row to a backend."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from models_registry.inference.errors import MisconfiguredBackendError
from models_registry.inference.protocol import CompletionBackend

Opener = Callable[[Mapping[str, object]], CompletionBackend]


def open_backend(kind: str, options: Mapping[str, object]) -> CompletionBackend:
    """Return a backend that has not been started.

    Parameters
    ----------
    kind
        "transformers", "openai" or "scripted".
    options
        The fields of `TransformersConfig`, or of `RemoteOptions`, or of `Script` (or `scripts`, a list of such) and
        `start_delay`.

    Raises
    ------
    MisconfiguredBackendError
        If the kind or an option is unknown, or a value is wrong.
    """
    if kind not in _OPENERS:
        raise MisconfiguredBackendError(f"Unknown backend {kind!r}; known are {', '.join(_OPENERS)}.")
    return _OPENERS[kind](options)


def _open_transformers(options: Mapping[str, object]) -> CompletionBackend:
    # Imported here: only a worker that holds a model should pay for loading torch.
    from models_registry.inference.host import TransformersConfig  # noqa: PLC0415
    from models_registry.inference.transformers_backend import TransformersBackend  # noqa: PLC0415

    try:
        config = TransformersConfig(**cast("Mapping[str, Any]", options))
    except TypeError as error:
        raise MisconfiguredBackendError(f"The transformers backend has a wrong option: {error}") from error
    return TransformersBackend(config)


def _open_openai(options: Mapping[str, object]) -> CompletionBackend:
    from models_registry.inference.remote.openai_backend import OpenAIBackend  # noqa: PLC0415 - as above
    from models_registry.inference.remote.option_checks import read_options  # noqa: PLC0415 - as above

    return OpenAIBackend(read_options(options))


def _open_scripted(options: Mapping[str, object]) -> CompletionBackend:
    from models_registry.inference.scripted import ScriptedBackend  # noqa: PLC0415

    return ScriptedBackend.from_options(options)


_OPENERS: dict[str, Opener] = {
    "openai": _open_openai,
    "scripted": _open_scripted,
    "transformers": _open_transformers,
}
