"""What goes out comes back: an export that is imported gives the board of the votes that were cast here."""

import csv
import os
import random
from pathlib import Path

import pytest

from arena.battles.models import Battle, Vote
from arena.battles.services.simulating import Simulation, simulate_raters
from arena.releases.comparisons import load_board_input
from arena.releases.filters import BattleFilter
from arena.releases.models import Export, VoteImport
from arena.releases.package import ExportPlan, write_package
from arena.releases.packing import packed
from arena.releases.plain_form import plain_votes
from arena.releases.services.importing import ImportTerms, confirm_import, request_import, run_import
from arena.releases.storage import import_file
from ratings.models import Leaderboard
from ratings.services.refreshing import refresh_leaderboard
from tests.factories import make_contestant

QUICK = {"interval": "sandwich", "replicates": 100}
NUMBERS = ("rating", "rating_lower", "rating_upper", "votes", "win_rate", "both_bad_rate", "rank_best", "rank_worst")

pytestmark = pytest.mark.django_db


def take_in(path, *, name, study, kind="human"):
    """Import the whole file at `path`, which is used up."""
    terms = ImportTerms(study, kind, "A test", "CC0-1.0")
    vote_import = request_import(upload=path, file_name=name, terms=terms, user=None)
    run_import(import_id=vote_import.pk)
    confirm_import(vote_import=vote_import)
    run_import(import_id=vote_import.pk)
    vote_import.refresh_from_db()
    return vote_import


def hand_out(folder, *, chosen, file_format="parquet"):
    """Export into a zip file beside `folder`."""
    plan = ExportPlan(chosen, "Round trip", "CC0-1.0", file_format)
    folder.mkdir()
    archive = folder.with_suffix(".zip")
    with packed(folder, archive, plan.data_file):
        write_package(plan, folder, key=b"k" * 32, report=lambda _done, _total: None)
    return archive


def plain(content):
    return list(csv.reader(content.decode().splitlines()))


def numbers(snapshot):
    return {row["slug"]: tuple(row[name] for name in NUMBERS) for row in snapshot.rows}


@pytest.fixture
def simulated_board(arena):
    """Simulated votes of fifteen raters on five contestants, and their board."""
    strengths = {arena.first.slug: 1.0, arena.second.slug: 0.3}
    strengths |= {make_contestant(name=f"Third-{i}").slug: -0.4 * i for i in range(3)}
    simulate_raters(Simulation(arena.study, strengths, raters=15, votes=400, seed=5))
    protocol = arena.study.protocol.slug
    return Leaderboard.objects.create(slug="here", title="Here", kind="simulated", protocol=protocol, settings=QUICK)


@pytest.mark.parametrize("file_format", Export.Format.values)
def test_board_of_an_imported_export_has_the_same_numbers(simulated_board, tmp_path, file_format):
    archive = hand_out(tmp_path / "out", chosen=BattleFilter(kind="simulated"), file_format=file_format)

    imported = take_in(archive, name="export.zip", study="Round trip", kind="simulated")

    there = Leaderboard.objects.get(slug="imported-simulated--round-trip")
    Leaderboard.objects.filter(pk=there.pk).update(settings=QUICK)
    first, second = refresh_leaderboard(simulated_board.slug), refresh_leaderboard(there.slug)
    assert (imported.form, imported.counts["votes"], imported.counts["voters"]) == (VoteImport.Form.EXPORT, 400, 15)
    assert (second.votes, second.raters) == (first.votes, first.raters)
    expected = numbers(first)
    assert set(numbers(second)) == set(expected)
    for slug, row in numbers(second).items():
        assert row == pytest.approx(expected[slug], abs=1e-9)


def test_votes_of_people_and_named_answers_come_back_as_they_were(cast, name_model, arena, tmp_path):
    rng = random.Random(3)
    votes = [cast(rng.choice(Vote.Winner.values)) for _ in range(12)]
    for vote in votes[:3]:
        name_model(vote, "b")
        vote.judged.set(vote.battle.turns.get().completions.all())

    take_in(hand_out(tmp_path / "out", chosen=BattleFilter()), name="export.zip", study="Back")

    here = load_board_input("human", {"protocol": arena.study.protocol.slug})
    there = load_board_input("human", {"protocol": "imported", "study": "back"})
    assert there.comparisons.sha256() == here.comparisons.sha256()
    assert (there.both_bad == here.both_bad).all()
    assert (there.votes, there.raters, there.named) == (here.votes, here.raters, here.named) == (12, 12, 3)


def test_export_of_preferences_is_no_file_of_votes(cast, tmp_path):
    cast()
    plan = ExportPlan(BattleFilter(), "Preferences", "CC0-1.0", "jsonl", "preferences")
    (tmp_path / "out").mkdir()
    with packed(tmp_path / "out", tmp_path / "out.zip", plan.data_file):
        write_package(plan, tmp_path / "out", key=b"k" * 32, report=lambda _done, _total: None)

    vote_import = take_in(tmp_path / "out.zip", name="out.zip", study="Wrong")

    assert vote_import.status == "failed"
    assert "it is no export of battles" in vote_import.message


def test_another_kind_than_stated_is_refused(simulated_board, tmp_path):
    archive = hand_out(tmp_path / "out", chosen=BattleFilter(kind="simulated"))

    vote_import = take_in(archive, name="export.zip", study="Mixed", kind="human")

    assert vote_import.status == "failed"
    assert "this import of the kind “human”" in vote_import.message
    assert not Battle.objects.filter(kind="human").exists()


@pytest.mark.skipif("PARALLAX_DATA" not in os.environ, reason="PARALLAX_DATA names no folder with real votes")
@pytest.mark.parametrize(("name", "votes", "voters"), [("llmfao", 8931, 124), ("pandalm_human", 2997, 3)])
def test_real_votes_are_imported_and_rated(tmp_path, name, votes, voters):
    copy = tmp_path / "votes.csv"
    copy.write_bytes((Path(os.environ["PARALLAX_DATA"]) / name / "votes.csv").read_bytes())

    vote_import = take_in(copy, name="votes.csv", study=name)

    board = Leaderboard.objects.get()
    Leaderboard.objects.filter(pk=board.pk).update(settings=QUICK)
    snapshot = refresh_leaderboard(board.slug)
    assert (vote_import.counts["votes"], vote_import.counts["rejected"]) == (votes, 0)
    assert (snapshot.votes, snapshot.raters) == (votes, voters)
    assert all(row["rating"] is not None for row in snapshot.rows)
    assert plain(b"".join(plain_votes(vote_import))) == plain(import_file(vote_import).read_bytes())
