import json
from dataclasses import replace

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from ratings.sources import Covariates

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_rate_gives_the_numbers_of_the_board(published, capsys):
    call_command("rate", "open", "--format", "json")

    found = json.loads(capsys.readouterr().out)
    told = {row["model"]: (row["rating"], row["n_votes"], row["both_bad_rate"]) for row in found["ratings"]}
    board = {row["slug"]: (row["rating"], row["votes"], row["both_bad_rate"]) for row in published.rows}
    assert told == {slug: pytest.approx(numbers) for slug, numbers in board.items()}


@pytest.mark.parametrize(("show", "column"), [("orders", "borda"), ("range", "rank_best_anyhow")])
def test_rate_shows_more_than_ratings_in_a_file(published, tmp_path, show, column):
    call_command("rate", "open", "--show", show, "--format", "csv", "--output", str(tmp_path / "out.csv"))

    heading, *lines = (tmp_path / "out.csv").read_text().splitlines()
    assert column in heading.split(",")
    assert [line.split(",")[0] for line in lines] == [row["slug"] for row in published.rows]


def test_rate_controls_for_what_was_measured(published, source, capsys):
    lengths = Covariates(("length", "bold"), np.random.default_rng(1).normal(size=(600, 2)))
    source.inputs["human"] = replace(source.inputs["human"], covariates=lambda: lengths)

    call_command("rate", "open", "--covariates", "bold", "--format", "json")

    found = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in found["diagnostics"]["coefficients"]] == ["bold"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("nowhere",), "There is no leaderboard nowhere. There are: open."),
        (("open", "--covariates", "length"), "Not measured on this board: length. Measured is: nothing."),
        (("open", "--cluster", "context"), "no column context"),
    ],
)
def test_rate_says_what_it_cannot_do(published, arguments, complaint):
    with pytest.raises(CommandError, match=complaint):
        call_command("rate", *arguments)
