from dataclasses import replace

import numpy as np
import pytest
from django.core.cache import cache
from django.db import transaction

from ratings.board_page import board_page
from ratings.models import Analysis, Leaderboard
from ratings.services import analysis_requests
from ratings.services.analysing import analyse_leaderboard, request_missing_analyses
from ratings.services.refreshing import refresh_leaderboard
from ratings.sources import Covariates
from ratings.variants import all_variants
from tests.ratings.fake_source import make_input, nothing, votes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

VARIANTS = {variant.key for variant in all_variants(styled=False)}


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


def test_analysis_stores_every_variant_of_the_snapshot(published):
    analyse_leaderboard(slug="open")

    stored = Analysis.objects.filter(snapshot=published)
    assert set(stored.values_list("name", flat=True)) >= VARIANTS
    content = stored.get(name="davidson+side").content
    assert [row["slug"] for row in content["rows"]] == [row["slug"] for row in published.rows]


def test_style_is_analysed_where_it_was_measured(published, source):
    rows = votes()
    lengths = Covariates(("length",), np.random.default_rng(3).normal(size=(len(rows), 1)))
    source.inputs["human"] = replace(source.inputs["human"], covariates=lambda: lengths)

    analyse_leaderboard(slug="open")

    stored = set(Analysis.objects.filter(snapshot=published).values_list("name", flat=True))
    assert stored >= {variant.key for variant in all_variants(styled=True)}
    page = board_page("open", {"style": "on"})
    assert [line.words for line in page.changes.coefficients] == ["1.0 more characters are worth, in points"]


def test_first_vote_of_a_board_is_analysed_as_far_as_it_goes(make_board, source):
    make_board()
    source.inputs["human"] = make_input(votes(count=1))
    refresh_leaderboard("open")

    analyse_leaderboard(slug="open")

    stored = set(Analysis.objects.values_list("name", flat=True))
    # One vote cannot tell the model from the side on which it stood.
    assert "davidson" in stored
    assert "davidson+side" not in stored


def test_analysis_of_a_newer_snapshot_replaces_the_older(published, source):
    analyse_leaderboard(slug="open")
    source.inputs["human"] = make_input(votes(count=601))
    newer = refresh_leaderboard("open")

    analyse_leaderboard(slug="open")

    assert set(Analysis.objects.values_list("snapshot", flat=True)) == {newer.pk}


def test_repeated_analysis_computes_nothing(published):
    analyse_leaderboard(slug="open")
    before = list(Analysis.objects.order_by("pk").values_list("pk", "computed_at"))

    analyse_leaderboard(slug="open")

    assert list(Analysis.objects.order_by("pk").values_list("pk", "computed_at")) == before


def test_votes_that_came_meanwhile_wait_for_their_snapshot(published, source):
    source.inputs["human"] = make_input(votes(count=601))

    analyse_leaderboard(slug="open")

    assert not Analysis.objects.exists()


@pytest.mark.parametrize("refreshed", [False, True])
def test_boards_without_ratings_have_no_analysis(make_board, source, refreshed):
    make_board()
    source.inputs["human"] = make_input(nothing("x", "y"), both_bad={(0, 1): 4})
    if refreshed:
        refresh_leaderboard("open")

    analyse_leaderboard(slug="open")

    assert not Analysis.objects.exists()


def test_analysis_of_an_unknown_board_raises(make_board):
    with pytest.raises(Leaderboard.DoesNotExist):
        analyse_leaderboard(slug="nowhere")


def waiting(redis_client):
    return redis_client.llen("ratings-slow")


def test_a_published_snapshot_asks_once_for_its_analysis(
    make_board, source, redis_client, django_capture_on_commit_callbacks
):
    make_board()
    source.inputs["human"] = make_input(votes())

    with django_capture_on_commit_callbacks(execute=True):
        refresh_leaderboard("open")
        refresh_leaderboard("open")
        analysis_requests.request_analysis(slug="open")

    assert waiting(redis_client) == 1


def test_only_boards_without_analysis_are_asked_for(
    published, make_board, redis_client, django_capture_on_commit_callbacks
):
    make_board("empty")
    with django_capture_on_commit_callbacks(execute=True):
        request_missing_analyses()
    assert waiting(redis_client) == 1

    analyse_leaderboard(slug="open")
    with django_capture_on_commit_callbacks(execute=True):
        request_missing_analyses()

    assert waiting(redis_client) == 1
    Analysis.objects.filter(name="davidson").delete()
    with django_capture_on_commit_callbacks(execute=True):
        request_missing_analyses()

    assert waiting(redis_client) == 2


def test_a_request_during_an_analysis_leads_to_another(published, redis_client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        analysis_requests.request_analysis(slug="open")
    analysis_requests.analysis_begins(slug="open")

    with django_capture_on_commit_callbacks(execute=True):
        analysis_requests.request_analysis(slug="open")

    assert waiting(redis_client) == 2


@pytest.mark.parametrize(("seconds", "pause"), [(0.01, 2.0), (3.0, 30.0), (1000.0, 900.0)])
def test_the_next_analysis_waits_the_longer_the_longer_one_takes(seconds, pause):
    analysis_requests.analysis_took(slug="open", seconds=seconds)

    assert cache.get(analysis_requests._pause_key("open")) == pause


@pytest.mark.django_db(transaction=True)
def test_a_request_that_is_rolled_back_asks_for_nothing(redis_client):
    def publish_and_fail():
        with transaction.atomic():
            analysis_requests.request_analysis(slug="open")
            raise LookupError

    with pytest.raises(LookupError):
        publish_and_fail()

    assert waiting(redis_client) == 0
