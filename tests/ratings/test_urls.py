import subprocess
import sys

import pytest

pytestmark = pytest.mark.unit


def test_pages_load_none_of_the_mathematics():
    code = "import sys, django; django.setup(); import ratings.urls; print({'scipy', 'numba'} & {*sys.modules})"

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "set()"
