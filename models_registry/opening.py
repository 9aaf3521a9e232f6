"""From an endpoint to a running backend, by the settings of this process."""

from collections.abc import Mapping

from django.conf import settings

from models_registry.inference.errors import MisconfiguredBackendError
from models_registry.inference.protocol import CompletionBackend
from models_registry.inference.registry import open_backend
from models_registry.local_weights import with_local_path
from models_registry.models import Endpoint


def open_endpoint(kind: str, options: Mapping[str, object]) -> CompletionBackend:
    """Return a started backend. Slow for local weights: never call it on an event loop.

    Raises
    ------
    models_registry.inference.errors.MisconfiguredBackendError
        When kind or options are wrong, or this process may not open that kind.
    """
    if kind == Endpoint.Backend.SCRIPTED and not settings.SCRIPTED_BACKEND:
        raise MisconfiguredBackendError("scripted answers are for tests, and SCRIPTED_BACKEND is off")
    backend = open_backend(kind, _as_deployed(kind, options))
    backend.start()
    return backend


def _as_deployed(kind: str, options: Mapping[str, object]) -> Mapping[str, object]:
    """Return the options with what only this process knows: where weights lie, and which network it may reach."""
    if kind == Endpoint.Backend.TRANSFORMERS:
        return with_local_path(options)
    if kind == Endpoint.Backend.OPENAI and settings.ALLOW_PRIVATE_ENDPOINTS:
        return {**options, "allow_private": True}
    return options
