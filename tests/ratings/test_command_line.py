import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ratings.command_line import main
from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.scale import rating
from ratings.core.simulation import Electorate, simulate
from ratings.files import read_votes

pytestmark = pytest.mark.unit

WINNERS = {1.0: "a", 0.5: "tie", 0.0: "b"}


def write_votes(path, *, votes=900, raters=60, seed=1):
    rng = np.random.default_rng(seed)
    c = simulate(np.array([1.0, 0.3, -0.2, -1.1]), votes, Electorate(raters=raters, tie_rate=0.2), rng)
    lines = ["voter,context,a,b,winner,length,language"]
    lines += [
        f"v{rater},c{row % 40},m{a},m{b},{WINNERS[float(outcome)]},{rng.normal():.3f},{'de' if row % 3 else 'fr'}"
        for row, (a, b, outcome, rater) in enumerate(zip(c.a, c.b, c.outcome, c.rater, strict=True))
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def votes(tmp_path):
    return write_votes(tmp_path / "votes.csv")


@pytest.fixture
def rate(capsys):
    """Run the script and return what it printed."""

    def run(*arguments):
        status = main(["rate", *map(str, arguments)])
        printed = capsys.readouterr()
        # How far reading is may stand there, when the machine is slow.
        assert (status, "parallax:" in printed.err) == (0, False)
        return printed.out

    return run


def test_json_holds_ratings_method_and_diagnostics(votes, rate):
    found = json.loads(rate(votes, "--format", "json"))

    assert list(found) == ["ratings", "method", "diagnostics"]
    assert [row["model"] for row in found["ratings"]] == ["m0", "m1", "m2", "m3"]
    assert [(row["rank_best"], row["rank_worst"]) for row in found["ratings"]] == [
        (place, place) for place in (1, 2, 3, 4)
    ]
    for row in found["ratings"]:
        assert row["rating_lower"] < row["rating"] < row["rating_upper"]
    assert (found["method"]["cluster"], found["method"]["ties"]) == ("voter", "half")
    assert found["diagnostics"]["comparisons"] == found["diagnostics"]["effective_sample_size"] == 900
    assert [component["units"] for component in found["diagnostics"]["components"]] == [60]
    expected = rating(fit_bradley_terry(read_votes(votes).comparisons).strengths)
    np.testing.assert_allclose([row["rating"] for row in found["ratings"]], expected, atol=1e-9)


@pytest.mark.parametrize("cluster", ["voter", "context", "both", "none"])
@pytest.mark.parametrize("interval", ["sandwich", "bootstrap"])
def test_every_cluster_goes_with_every_interval_and_ratings_stay(votes, rate, cluster, interval):
    arguments = (votes, "--format", "json", "--replicates", "300")

    found = json.loads(rate(*arguments, "--cluster", cluster, "--interval", interval))["ratings"]

    plain = json.loads(rate(*arguments))["ratings"]
    assert [row["rating"] for row in found] == [row["rating"] for row in plain]
    widths = [(row["rating_upper"] - row["rating_lower"]) for row in found]
    np.testing.assert_allclose(widths, [row["rating_upper"] - row["rating_lower"] for row in plain], rtol=0.4)


@pytest.mark.parametrize("ties", ["davidson", "rao-kupper"])
def test_tie_models_side_and_covariates_come_with_the_raw_rating(votes, rate, ties):
    out = rate(votes, "--ties", ties, "--covariates", "length", "--side", "--format", "json", "--interval", "bootstrap")

    found = json.loads(out)
    assert [row["name"] for row in found["diagnostics"]["coefficients"]] == ["length", "side_a"]
    for row in found["diagnostics"]["coefficients"]:
        assert row["points_lower"] < 0 < row["points_upper"]
    assert found["diagnostics"]["components"][0]["tie_parameter"] is not None
    # Ties as half wins pull strengths together.
    assert found["ratings"][0]["rating"] > found["ratings"][0]["rating_raw"]


def test_same_seed_same_bytes(votes, rate):
    arguments = (votes, "--interval", "bootstrap", "--replicates", "100", "--format", "json")

    first, again, other = (rate(*arguments, "--seed", seed) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_by_gives_a_table_for_each_value(votes, rate):
    found = json.loads(rate(votes, "--by", "language", "--format", "json"))

    assert (found["by"], [group["value"] for group in found["groups"]]) == ("language", ["de", "fr"])
    assert [group["diagnostics"]["comparisons"] for group in found["groups"]] == [600, 300]
    assert rate(votes, "--by", "language").startswith("language: de\n\nmodel")


def test_csv_has_a_line_for_each_model(votes, rate):
    rows = list(csv.DictReader(io.StringIO(rate(votes, "--format", "csv", "--by", "language"))))

    assert [(row["language"], row["model"]) for row in rows[:4]] == [("de", f"m{index}") for index in range(4)]
    assert float(rows[0]["rating"]) > float(rows[3]["rating"])


def test_latex_escapes_names(tmp_path, rate):
    path = tmp_path / "votes.csv"
    path.write_text("voter,context,a,b,winner\nv,c,100%_sure,b&c,a\n")

    out = rate(path, "--format", "latex")

    assert r"100\%\_sure * & " in out
    assert r"b\&c * & " in out
    assert out.startswith(r"\begin{tabular}{lrrrrrrr}")


def test_fewer_than_ten_voters_get_no_interval_and_a_sentence(tmp_path, rate):
    path = write_votes(tmp_path / "votes.csv", raters=9)

    found = json.loads(rate(path, "--format", "json"))

    assert {(row["rating_lower"], row["rank_best"]) for row in found["ratings"]} == {(None, None)}
    assert found["diagnostics"]["components"][0]["missing_units"] == 1
    assert "fewer than ten independent units" in rate(path)


def test_models_that_never_met_stand_in_blocks_of_their_own(tmp_path, rate):
    path = tmp_path / "votes.csv"
    path.write_text("voter,context,a,b,winner\nv,c,p,q,a\nv,c,q,p,tie\nv,c,x,y,a\nv,c,z,x,both_bad\n")

    out = rate(path)

    found = json.loads(rate(path, "--format", "json"))["ratings"]
    assert [(row["model"], row["component"]) for row in found] == [("p", 0), ("q", 0), ("x", 1), ("y", 1), ("z", None)]
    assert "no common scale" in out
    assert [row["both_bad_rate"] for row in found] == [0.0, 0.0, 0.5, 0.0, 1.0]


def test_counting_alone_gives_what_reading_gives(votes, rate, tmp_path):
    streamed = json.loads(rate(votes, "--cluster", "none", "--format", "json"))
    weighted = tmp_path / "weighted.csv"
    weighted.write_text(
        "\n".join(
            line + (",weight" if number == 0 else ",1") for number, line in enumerate(votes.read_text().splitlines())
        )
    )

    read = json.loads(rate(weighted, "--cluster", "none", "--weight", "weight", "--format", "json"))

    for one, two in zip(streamed["ratings"], read["ratings"], strict=True):
        for name in ("rating", "rating_lower", "rating_upper", "rank_best", "n_votes", "win_rate"):
            assert one[name] == pytest.approx(two[name], abs=1e-6)


def test_weights_count_and_their_cost_is_told(votes, rate, tmp_path):
    lines = votes.read_text().splitlines()
    weighted = tmp_path / "weighted.csv"
    heavy = [line + f",{1 + 3 * (number % 2)}" for number, line in enumerate(lines[1:])]
    weighted.write_text("\n".join([lines[0] + ",weight", *heavy]))

    found = json.loads(rate(weighted, "--weight", "weight", "--format", "json"))

    assert found["diagnostics"]["effective_sample_size"] == pytest.approx(900 * 2.5**2 / 8.5)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("missing.csv",), "missing.csv"),
        (("votes.csv", "--covariates", "height"), "neither a column height"),
        (("votes.csv", "--by", "height"), "no column height"),
        (("votes.csv", "--ties", "davidson", "--cluster", "both"), "Two-way"),
        (("no_voter.csv", "--cluster", "voter"), "no column voter"),
        (("votes.csv", "--show", "differences"), "Name the column for --show differences with --by"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(votes, monkeypatch, capsys, arguments, complaint):
    tmp_path = votes.parent
    (tmp_path / "no_voter.csv").write_text("context,a,b,winner\nc,x,y,a\n")
    monkeypatch.chdir(tmp_path)

    status = main(["rate", *arguments])

    printed = capsys.readouterr()
    assert (status, printed.out) == (2, "")
    assert complaint in printed.err
    assert "Traceback" not in printed.err


@pytest.mark.parametrize("show", ["orders", "range", "differences", "criteria"])
def test_what_else_is_shown_comes_in_every_format(votes, rate, show):
    arguments = (votes, "--show", show, "--by", "language")

    found, rows = json.loads(rate(*arguments, "--format", "json")), rate(*arguments, "--format", "csv").splitlines()
    text, latex = rate(*arguments).splitlines(), rate(*arguments, "--format", "latex")

    columns = list(found[show][0])
    assert (rows[0].split(","), text[0].split()) == (columns, columns)
    assert len(rows) == 1 + len(found[show]) == text.index("")
    assert latex.count(" & ") == (len(columns) - 1) * len(rows)
    assert text[1].split()[0] == rows[1].split(",")[0] == found[show][0]["model"]
    assert found["method"]["cluster"] == "voter"


def test_output_goes_to_a_file(votes, rate, tmp_path):
    target = tmp_path / "out.csv"

    assert rate(votes, "--format", "csv", "--output", target) == ""
    assert target.read_text().startswith("model,component,rating")


def test_the_script_needs_neither_django_nor_a_database(votes):
    code = "import sys; from ratings.command_line import main; status = main(sys.argv[1:])\n"
    code += "assert not {'django', 'psycopg', 'redis'} & set(sys.modules); sys.exit(status)"
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}

    done = subprocess.run(
        [sys.executable, "-c", code, "rate", votes, "--format", "csv"],
        cwd=Path(__file__).parents[2],
        env=bare,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert done.stdout.startswith("model,")
