"""Convert the demo's weights before the first worker needs them, where a person can watch."""

from models_registry.inference.convert import Progress, demo_folder, ensure_demo_weights, is_converted
from models_registry.local_weights import models_folder


def prepare_weights(progress: Progress) -> bool:
    """Convert the demo's weights unless that was done before, and return whether they were converted now.

    Raises
    ------
    models_registry.inference.errors.MisconfiguredBackendError
        When they are not installed, are not the known ones, or the disk has no room.
    """
    if is_converted(demo_folder(models_folder())):
        return False
    ensure_demo_weights(models_folder(), progress)
    return True
