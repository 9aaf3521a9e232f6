"""What a page's files weigh over the wire. Pages may weigh 60 KB with their HTML; the files leave 15 KB of that."""

import gzip
import re
from pathlib import Path

import django_htmx
import pytest

ROOT = Path(__file__).resolve().parents[2]
HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
STATIC_TAG = re.compile(r"\{% static '([^']+)' %\}")
LIMIT = 45_000

pytestmark = pytest.mark.unit


def files_of(template: Path) -> list[Path]:
    names = STATIC_TAG.findall(template.read_text(encoding="utf-8"))
    return [ROOT / "static" / name for name in names]


def pages() -> list[Path]:
    base = '{% extends "base.html" %}'
    return [path for path in (ROOT / "templates").rglob("*.html") if path.read_text(encoding="utf-8").startswith(base)]


@pytest.mark.parametrize("page", pages(), ids=lambda path: "/".join(path.parts[-2:]))
def test_page_files_are_light(page: Path) -> None:
    files = [HTMX, *files_of(ROOT / "templates" / "base.html"), *files_of(page)]

    weight = sum(len(gzip.compress(path.read_bytes())) for path in files)

    assert weight < LIMIT
