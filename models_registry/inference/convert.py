"""Turn the packaged demo weights into a folder that loads in a second; done once per machine."""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from models_registry.inference.errors import MisconfiguredBackendError
from models_registry.inference.revisions import CONVERSION_FACTS
from models_registry.inference.weights import DEMO_NAME, DEMO_SHA256, find_demo_weights, verify_demo_weights

CONVERTER = 1  # raise it when the files would come out differently
_NEEDED_BYTES = 700_000_000

Progress = Callable[[str], None]


def demo_folder(models_dir: Path) -> Path:
    """Return where `ensure_demo_weights` puts the demo model."""
    return models_dir / DEMO_NAME


def is_converted(folder: Path) -> bool:
    """Tell whether a folder holds the known weights as this converter writes them."""
    try:
        facts = json.loads((folder / CONVERSION_FACTS).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return False
    return bool(facts == _facts())


def ensure_demo_weights(models_dir: Path, progress: Progress = lambda _line: None) -> Path:
    """Return the folder of the demo model, converting it first if need be.

    Several processes may ask at once: one converts, the others wait. A conversion that was interrupted leaves nothing
    that looks finished.

    Parameters
    ----------
    models_dir
        Made if missing; needs 0.7 GB.
    progress
        Called with a short English line before each slow part.

    Raises
    ------
    MisconfiguredBackendError
        If the weights are not installed, are not the known ones, or the disk has no room.
    """
    folder = demo_folder(models_dir)
    if is_converted(folder):
        return folder
    models_dir.mkdir(parents=True, exist_ok=True)
    with _lock(models_dir / f"{DEMO_NAME}.lock"):
        if not is_converted(folder):
            _convert(folder, progress)
    return folder


def _convert(folder: Path, progress: Progress) -> None:
    _require_space(folder.parent)
    source = find_demo_weights()
    progress("Checking the demo weights")
    verify_demo_weights(source)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        progress("Converting the demo weights, once (about ten seconds)")
        _write_model(source, scratch)
        progress("Converting the tokenizer")
        _write_tokenizer(source, scratch)
        (scratch / CONVERSION_FACTS).write_text(json.dumps(_facts(), indent=2), encoding="utf-8")
        _publish(scratch, folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    progress("The demo weights are ready")


def _facts() -> dict[str, object]:
    return {"source_sha256": DEMO_SHA256, "converter": CONVERTER}


def _write_model(source: Path, folder: Path) -> None:
    # Imported here: asking where the weights are must not cost the seconds that torch takes.
    from safetensors.torch import save_file  # noqa: PLC0415
    from transformers import GenerationConfig  # noqa: PLC0415

    from models_registry.inference.gguf_llama import GgufLlama  # noqa: PLC0415

    model = GgufLlama(source)
    config = model.config()
    config.save_pretrained(folder)
    GenerationConfig.from_model_config(config).save_pretrained(folder)
    save_file(dict(model.tensors()), folder / "model.safetensors", metadata={"format": "pt"})


def _write_tokenizer(source: Path, folder: Path) -> None:
    from transformers import AutoTokenizer  # noqa: PLC0415

    tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name, local_files_only=True)
    tokenizer.save_pretrained(folder)


def _publish(scratch: Path, folder: Path) -> None:
    """Make the finished folder appear under its name, all at once and safely on disk."""
    for path in scratch.iterdir():
        path.chmod(0o644)  # safetensors writes for the owner alone; a service may run as another user
        _sync(path)
    _sync(scratch)
    if folder.exists():  # an older converter's, or damaged
        shutil.rmtree(folder)
    scratch.chmod(0o755)
    scratch.rename(folder)
    _sync(folder.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _require_space(directory: Path) -> None:
    free = shutil.disk_usage(directory).free
    if free < _NEEDED_BYTES:
        raise MisconfiguredBackendError(
            f"The demo weights need {_NEEDED_BYTES / 1e9:.1f} GB in {directory}, where {free / 1e9:.1f} GB are free."
        )


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
