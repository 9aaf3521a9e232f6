import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command


def run(*arguments):
    out = io.StringIO()
    call_command("export_battles", *map(str, arguments), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_command_writes_a_folder(cast, tmp_path):
    cast()

    said = run(tmp_path / "out", "--licence", "CC0-1.0", "--format", "jsonl")

    assert said == f"Exported 1 of 1 battles to {tmp_path / 'out'}.\n"
    assert json.loads((tmp_path / "out/export.json").read_text())["exported"] == 1
    assert not (tmp_path / "out.part").exists()


def test_command_writes_one_file_when_the_name_says_so(cast, tmp_path):
    cast()

    run(tmp_path / "out.zip", "--licence", "CC0-1.0", "--model", "obsidian-3b")

    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert "data/battles.parquet" in archive.namelist()
        assert json.loads(archive.read("export.json"))["filters"] == {"kind": "human", "models": ["obsidian-3b"]}


def test_command_only_counts_without_a_name(cast, arena):
    from tests.factories import make_battle

    cast()
    make_battle(arena)

    assert run() == "2 battles are found, 1 would be exported.\n  1 left out: not ended yet\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["new"], "under which terms"),
        (["old", "--licence", "x"], "exists already"),
        (["new", "--licence", "x", "--since", "soon"], "must be a day"),
    ],
)
def test_command_says_what_it_needs(db, tmp_path, arguments, sentence):
    (tmp_path / "old").mkdir()

    with pytest.raises(CommandError, match=sentence):
        run(tmp_path / arguments[0], *arguments[1:])
