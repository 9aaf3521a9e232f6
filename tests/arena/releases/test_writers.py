import csv
import io
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from arena.releases.models import Export
from arena.releases.schema import MESSAGES, MOMENT, SAMPLING, TEXT, Column
from arena.releases.writers import open_writer

TEXTS = ["plain", "", 'He said "no"', "a, b", "two\nlines", "back\rwards", " spaces ", "'quoted'", "=1+1", "ü\u2028"]


@pytest.fixture
def write(tmp_path):
    """Writes one column of values as CSV; returns the file's text."""

    def make(kind, values):
        path = tmp_path / "data.csv"
        with open_writer(Export.Format.CSV, path, [Column("value", kind, ""), Column("after", TEXT, "")]) as writer:
            writer.write([{"value": value, "after": "x"} for value in values])
        return path.read_bytes().decode()

    return make


def test_csv_of_texts_is_what_python_writes(write):
    expected = io.StringIO(newline="")
    # With the longer end of lines it also quotes a lone return, at which other readers would end the line.
    csv.writer(expected, lineterminator="\r\n").writerows([("value", "after"), *((text, "x") for text in TEXTS)])

    assert write(TEXT, TEXTS) == expected.getvalue().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("kind", "value", "cell"),
    [
        (pa.int64(), 7, "7"),
        (pa.float64(), 0.1, "0.1"),
        (pa.float64(), None, ""),
        (pa.bool_(), True, "true"),
        (pa.bool_(), False, "false"),
        (MOMENT, datetime(2026, 11, 1, 9, tzinfo=UTC), "2026-11-01T09:00:00Z"),
        (MESSAGES, [], "[]"),
        (MESSAGES, [{"role": "user"}], '"[{""role"":""user""}]"'),
        (SAMPLING, {}, "{}"),
        (SAMPLING, {"top_k": 1}, '"{""top_k"":1}"'),
        (TEXT, None, ""),
    ],
)
def test_csv_cell_follows_the_type_of_its_column(write, kind, value, cell):
    assert write(kind, [value]) == f"value,after\n{cell},x\n"
