"""Where local weights lie: a relative path in an endpoint's options means a folder under `var/models`.

`hub_name` with `hub_revision`, a full commit hash, means weights that are fetched once into `var/models/hub`.
"""

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from structlog import get_logger

from models_registry.inference.convert import ensure_demo_weights
from models_registry.inference.weights import DEMO_NAME

logger = get_logger(__name__)


def models_folder() -> Path:
    """Return the folder that holds local weights."""
    return Path(settings.VAR_DIR) / "models"


def with_local_path(options: Mapping[str, object]) -> dict[str, object]:
    """Return the options of an endpoint with `model_path` made absolute.

    The demo's weights are converted at their first use, which takes about half a minute and 0.7 GB. Those of a hub are
    fetched at their first use.

    Raises
    ------
    models_registry.inference.errors.MisconfiguredBackendError
        When the demo's weights are not installed, the disk is full, or the hub does not hand out the weights.
    """
    if "hub_name" in options:
        return _with_hub_path(dict(options))
    path = options.get("model_path")
    if path == DEMO_NAME:
        folder = ensure_demo_weights(models_folder(), lambda line: logger.info("demo_weights", step=line))
        return {**options, "model_path": str(folder)}
    return {**options, "model_path": str(models_folder() / str(path))} if path else dict(options)


def _with_hub_path(options: dict[str, object]) -> dict[str, object]:
    # Imported here: only a worker that holds such a model needs it.
    from models_registry.inference.hub import fetch_weights  # noqa: PLC0415

    name, revision = str(options.pop("hub_name")), str(options.pop("hub_revision", ""))
    logger.info("hub_weights", name=name, revision=revision)
    return {**options, "model_path": str(fetch_weights(name, revision, cache=models_folder() / "hub"))}
