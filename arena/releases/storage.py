"""Where the files of exports and imports lie: one folder that web processes and default workers share."""

from pathlib import Path

from django.conf import settings

from arena.releases.models import Export, VoteImport


def export_archive(export: Export) -> Path:
    """Return where the finished file of an export lies."""
    return _folder("exports") / f"{export.name}.zip"


def export_scratch(export: Export) -> Path:
    """Return the folder in which the present run of an export works; no other run uses it."""
    return _folder("exports") / f"{export.name}-{export.run}.part"


def import_file(vote_import: VoteImport) -> Path:
    """Return where the file of an import lies."""
    return _folder("imports") / f"{vote_import.sha256}{Path(vote_import.file_name).suffix.lower()}"


def import_report(vote_import: VoteImport) -> Path:
    """Return where the list of the lines that were rejected lies."""
    return _folder("imports") / f"import-{vote_import.pk}-rejected.csv"


def uploads() -> Path:
    """Return the folder for files on their way in."""
    return _folder("imports")


def _folder(name: str) -> Path:
    folder: Path = settings.RELEASES_DIR / name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
