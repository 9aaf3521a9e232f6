from pathlib import Path

import pytest

from arena.config.static_files import collect_static


@pytest.fixture(autouse=True)
def sources(settings, tmp_path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "site.css").write_text("body { color: black; }")
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [folder]
    settings.STATIC_ROOT = tmp_path / "static"
    return folder


def collected(settings) -> set[str]:
    return {path.name for path in settings.STATIC_ROOT.iterdir() if path.name.startswith("site")}


def test_collect_static_names_files_by_content(settings):
    changed = collect_static()

    names = collected(settings)
    assert changed
    assert "site.css" in names
    assert any(name.startswith("site.") and name.endswith(".css") and len(name) > 10 for name in names)


def test_collect_static_does_nothing_when_nothing_changed():
    collect_static()

    assert not collect_static()


def test_collect_static_follows_a_change(settings, sources):
    collect_static()
    before = collected(settings)
    (sources / "site.css").write_text("body { color: white; background: black; }")

    changed = collect_static()

    assert changed
    assert collected(settings) != before


def test_collect_static_forgets_removed_files(settings, sources):
    (sources / "old.css").write_text("p {}")
    collect_static()
    (sources / "old.css").unlink()

    collect_static()

    assert not (settings.STATIC_ROOT / "old.css").exists()
