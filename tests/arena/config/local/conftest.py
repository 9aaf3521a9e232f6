import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A temporary folder that other accounts may pass through, as PostgreSQL must when the tests run as root.

    Not below pytest's own, which every other session that starts meanwhile closes again.
    """
    folder = Path(tempfile.mkdtemp(prefix="parallax-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)
