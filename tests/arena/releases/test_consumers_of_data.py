"""What an export promises to open in: each in its own library, in every format that it reads."""

import json

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from datasets import load_dataset
from datasets.utils.logging import disable_progress_bar

from arena.releases.filters import BattleFilter
from arena.releases.models import Export
from arena.releases.package import ExportPlan, write_package

ROWS = [("model_a", "An answer."), ("tie", "An answer."), ("both_bad", "An answer.")]


@pytest.fixture
def export(cast, tmp_path):
    """Writes three battles in a format, and returns the folder and the path of the data."""
    for winner, _text in ROWS:
        cast(winner)

    def write(file_format, layout="battles"):
        plan = ExportPlan(BattleFilter(), "Votes: “mine”", "CC-BY-4.0", file_format, layout)
        folder = tmp_path / "export"
        folder.mkdir()
        write_package(plan, folder, key=b"k" * 32, report=lambda _done, _total: None)
        return folder, str(folder / plan.data_file)

    return write


def told(winners, conversations):
    return [(winner, conversation[1]["content"]) for winner, conversation in zip(winners, conversations, strict=True)]


def test_pyarrow_reads_parquet_with_the_meaning_of_each_column(export):
    _, path = export("parquet")

    table = pq.read_table(path)

    assert told(table["winner"].to_pylist(), table["conversation_a"].to_pylist()) == ROWS
    assert table.schema.field("winner").metadata[b"meaning"].startswith(b"The vote")


@pytest.mark.parametrize("file_format", Export.Format.values)
def test_pandas_reads_it(export, file_format):
    _, path = export(file_format)

    read = {"parquet": pd.read_parquet, "csv": pd.read_csv, "jsonl": lambda name: pd.read_json(name, lines=True)}
    frame = read[file_format](path)

    conversations = frame["conversation_a"].map(json.loads) if file_format == "csv" else frame["conversation_a"]
    assert told(frame["winner"], conversations) == ROWS
    assert not frame["excluded"].any()


@pytest.mark.parametrize("file_format", Export.Format.values)
def test_polars_reads_it(export, file_format):
    _, path = export(file_format)

    read = {"parquet": pl.read_parquet, "csv": pl.read_csv, "jsonl": pl.read_ndjson}
    frame = read[file_format](path)

    conversations = frame["conversation_a"].to_list()
    assert (
        told(frame["winner"], [json.loads(row) for row in conversations] if file_format == "csv" else conversations)
        == ROWS
    )


@pytest.mark.parametrize("file_format", Export.Format.values)
def test_duckdb_reads_it(export, file_format):
    _, path = export(file_format)

    with duckdb.connect() as database:
        reader = {"parquet": "read_parquet", "csv": "read_csv", "jsonl": "read_json"}[file_format]
        rows = database.execute(f"SELECT winner, conversation_a FROM {reader}(?)", [path]).fetchall()  # noqa: S608 - one of three names

    conversations = [json.loads(row[1]) if isinstance(row[1], str) else row[1] for row in rows]
    assert told([row[0] for row in rows], conversations) == ROWS


@pytest.mark.parametrize("file_format", Export.Format.values)
def test_datasets_reads_the_folder_by_its_card(export, tmp_path, file_format):
    folder, _ = export(file_format)
    disable_progress_bar()

    data = load_dataset(str(folder), split="train", cache_dir=str(tmp_path / "cache"))

    conversations = (
        [json.loads(row) for row in data["conversation_a"]] if file_format == "csv" else data["conversation_a"]
    )
    assert told(data["winner"], conversations) == ROWS
