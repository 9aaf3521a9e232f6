"""Weights from a hub, at one commit, fetched once."""

from pathlib import Path

from huggingface_hub import snapshot_download

from models_registry.inference.errors import MisconfiguredBackendError
from models_registry.inference.hub_names import is_commit, is_hub_name

# Weights as tensors and what describes them; never code, and no formats that run code when they are read.
PATTERNS = ("*.safetensors", "*.json", "tokenizer*", "chat_template*")


def fetch_weights(name: str, revision: str, *, cache: Path) -> Path:
    """Return the folder of a model at a commit, fetched into `cache` where it is not there yet.

    Raises
    ------
    MisconfiguredBackendError
        If the name or the commit is not one, or the hub does not hand the model out.
    """
    if not (is_hub_name(name) and is_commit(revision)):
        raise MisconfiguredBackendError(f"{name}@{revision}: name a model as owner/name and a full commit hash.")
    try:
        return Path(snapshot_download(name, revision=revision, cache_dir=cache, allow_patterns=list(PATTERNS)))
    except (OSError, ValueError) as error:
        raise MisconfiguredBackendError(
            f"{name}@{revision} is not in {cache} and could not be fetched ({type(error).__name__}). "
            "Check the name, the commit, the network of the worker, and that the model needs no permission."
        ) from error
