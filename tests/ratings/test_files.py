import csv
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ratings.core.pairs import count_pairs
from ratings.file_source import FileFormatError
from ratings.files import count_votes, read_votes

pytestmark = pytest.mark.unit

PLAIN = """voter,context,a,b,winner,length,mood
v1,c1,zeta,alpha,a,3,happy
v2,c1,alpha,zeta,a,-1,sad
v1,c2,zeta,beta,tie,0.5,happy
v3,,beta,alpha,both_bad,2,sad
"""


@pytest.fixture
def plain(tmp_path):
    path = tmp_path / "votes.csv"
    path.write_text(PLAIN)
    return path


def test_the_plain_form_becomes_comparisons_in_alphabetical_order(plain):
    votes = read_votes(plain)

    found = votes.comparisons
    assert found.competitors == ("alpha", "beta", "zeta")
    assert (found.a.tolist(), found.b.tolist(), found.outcome.tolist()) == ([2, 0, 2], [0, 2, 1], [1.0, 1.0, 0.5])
    assert (found.rater.tolist(), found.prompt.tolist()) == ([0, 1, 0], [0, 0, 1])
    assert votes.both_bad.tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    assert (votes.judged.tolist(), votes.rows, votes.excluded) == ([3, 2, 3], 4, 0)


def test_all_formats_hold_the_same_votes(plain, tmp_path):
    with plain.open(newline="") as file:
        rows = [{**row, "length": float(row["length"])} for row in csv.DictReader(file)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "votes.parquet")
    (tmp_path / "votes.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    digests = {
        read_votes(tmp_path / f"votes.{ending}", covariates=["length"], group="mood").comparisons.sha256()
        for ending in ("csv", "parquet", "jsonl")
    }

    assert len(digests) == 1


def test_counting_gives_the_pairs_of_reading(tmp_path):
    rng = np.random.default_rng(3)
    path = tmp_path / "votes.csv"
    names = ["m9", "m1", "m5", "m0"]
    lines = ["voter,context,a,b,winner"]
    for _ in range(500):
        a, b = rng.choice(4, 2, replace=False)
        lines.append(f"v,c,{names[a]},{names[b]},{rng.choice(['a', 'b', 'tie', 'both_bad'])}")
    path.write_text("\n".join(lines) + "\n")

    counted, read = count_votes(path), read_votes(path)

    expected = count_pairs(read.comparisons)
    assert counted.pairs.competitors == ("m0", "m1", "m5", "m9")
    for name in ("low", "high", "wins", "ties", "losses"):
        assert getattr(counted.pairs, name).tolist() == getattr(expected, name).tolist()
    assert (counted.both_bad.tolist(), counted.judged.tolist()) == (read.both_bad.tolist(), read.judged.tolist())


def test_an_export_of_the_arena_is_read_without_its_excluded_votes(tmp_path):
    path = tmp_path / "votes.parquet"
    pq.write_table(
        pa.table(
            {
                "rater": ["r1", "r2", "r3"],
                "prompt_key": ["p", None, None],
                "model_a": ["x", "y", "x"],
                "model_b": ["y", "x", "y"],
                "winner": ["model_a", "both_bad", "model_b"],
                "excluded": [False, None, True],
            }
        ),
        path,
    )

    votes = read_votes(path)

    assert (votes.rows, votes.excluded, len(votes.comparisons)) == (2, 1, 1)
    assert (count_votes(path).rows, count_votes(path).pairs.wins.tolist()) == (2, [1.0])


def test_long_texts_with_line_ends_do_not_break_rows(tmp_path):
    path = tmp_path / "votes.csv"
    path.write_text('rater,model_a,model_b,winner,conversation_a\nr,x,y,model_a,"one\ntwo, three"\nr,x,y,tie,""\n')

    assert read_votes(path).comparisons.outcome.tolist() == [1.0, 0.5]


def test_votes_without_a_context_have_one_each(tmp_path):
    path = tmp_path / "votes.csv"
    path.write_text("voter,context,a,b,winner\nv,,x,y,a\nv,k,x,y,a\nv,,x,y,b\n")

    assert read_votes(path).comparisons.prompt.tolist() == [1, 0, 2]


def test_covariates_are_columns_or_differences_of_two(tmp_path):
    path = tmp_path / "votes.csv"
    path.write_text("voter,a,b,winner,tone,length_a,length_b\nv,x,y,a,0.5,100,40\nv,x,y,b,-1,10,30\n")

    found = read_votes(path, covariates=("tone", "length")).comparisons

    assert found.covariates.tolist() == [[0.5, 60.0], [-1.0, -20.0]]
    assert found.covariate_names == ("tone", "length")


def test_groups_hold_their_own_votes_and_models(plain):
    votes = read_votes(plain, group="mood")

    sad = votes.only(votes.group_names.index("sad"))

    assert sad.comparisons.competitors == ("alpha", "beta", "zeta")
    assert (len(sad.comparisons), sad.rows, sad.both_bad.sum()) == (1, 2, 2)
    assert votes.only(0).comparisons.competitors == ("alpha", "beta", "zeta")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("voter,a,winner\nv,x,a\n", r"no column b or model_b"),
        ("voter,a,b,winner\nv,x,y,a\nv,x,y,left\n", r"winner is none of .* \(row 2\)"),
        ("voter,a,b,winner\nv,x,x,a\n", r"meets itself \(row 1\)"),
        ("voter,a,b,winner\nv,,x,a\n", r"no name \(row 1\)"),
        ("voter,a,b,winner\n,y,x,a\n", r"no voter \(row 1\)"),
        ("voter,a,b,winner\nv,y,x\n", r"cannot be read"),
        ("", r"cannot be read"),
    ],
)
def test_what_is_no_vote_is_refused_by_row(tmp_path, text, complaint):
    path = tmp_path / "votes.csv"
    path.write_text(text)

    with pytest.raises(FileFormatError, match=complaint):
        read_votes(path)


def test_columns_that_are_asked_for_must_be_there_and_hold_numbers(plain):
    for arguments, complaint in (
        ({"covariates": ["height"]}, "neither a column height"),
        ({"covariates": ["mood"]}, "something else than numbers"),
        ({"group": "height"}, "no column height"),
        ({"weight": "mood"}, "something else than numbers"),
    ):
        with pytest.raises(FileFormatError, match=complaint):
            read_votes(plain, **arguments)
