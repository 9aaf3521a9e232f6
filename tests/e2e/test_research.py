"""A researcher's morning: choose, look, export, open the file, and get the numbers of the board from it."""

import io
import json
import zipfile

import numpy as np
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import expect

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.method import BoardMethod
from ratings.core.scale import rating
from tests.e2e.looks import DESKTOP
from tests.e2e.objections import objections

pytestmark = pytest.mark.e2e

OUTCOMES = {"model_a": 1.0, "tie": 0.5, "model_b": 0.0}
BOARD = "/leaderboard/simulated-raters"
WAIT = 60_000


@pytest.fixture
def researcher(visit, administrator):
    return visit(storage_state=administrator.state, accept_downloads=True)


def ratings_of(rows):
    """Fit the rows of an export as a reader of the file would."""
    decided = [row for row in rows if row["winner"] in OUTCOMES]
    names = sorted({row[side] for row in decided for side in ("model_a", "model_b")})
    comparisons = Comparisons(
        competitors=tuple(names),
        a=np.array([names.index(row["model_a"]) for row in decided]),
        b=np.array([names.index(row["model_b"]) for row in decided]),
        outcome=np.array([OUTCOMES[row["winner"]] for row in decided]),
    )
    fit = fit_bradley_terry(comparisons, prior_precision=BoardMethod().prior_precision)
    return dict(zip(names, rating(fit.strengths), strict=True))


def gaps(ratings):
    """Ratings seen from the first: a board sets its average by itself."""
    first = ratings[min(ratings)]
    return {name: points - first for name, points in ratings.items()}


def test_researcher_recomputes_the_board_from_an_export(researcher, arena, album):
    page = researcher.page
    researcher.open("/research/exports/")
    page.get_by_role("link", name="New export").last.click()
    page.get_by_label("Votes of").select_option("simulated")

    page.get_by_role("button", name="Look at it first").click()
    expect(page.locator("#preview tbody tr")).to_have_count(5)
    shown = page.locator("#preview .figures dd").first.inner_text()
    objected = objections(page)
    album.keep(page, "export-new", DESKTOP)
    page.get_by_label("Title").fill("Simulated votes")
    page.get_by_label("Licence").fill("CC0-1.0")
    page.get_by_role("button", name="Make the file").click()
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible(timeout=WAIT)
    with page.expect_download() as started:
        link.click()

    with zipfile.ZipFile(started.value.path()) as archive:
        rows = pq.read_table(io.BytesIO(archive.read("data/battles.parquet"))).to_pylist()
        counts = json.loads(archive.read("export.json"))
    # The first fit may still be on its way.
    arena.wait_until(lambda: page.request.get(f"{arena.url}{BOARD}.json").ok, WAIT / 1000)
    board = page.request.get(f"{arena.url}{BOARD}.json").json()
    published = {row["slug"]: row["rating"] for row in board["ratings"]}
    assert objected == []
    assert len(rows) == counts["exported"] == int(shown.replace(",", ""))
    assert gaps(ratings_of(rows)) == pytest.approx(gaps(published), abs=1e-6)
