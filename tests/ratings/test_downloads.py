"""Boards as files at stable addresses."""

import csv
import io
import json

import pytest
from django.urls import reverse

from ratings.board_settings import read_board_settings
from ratings.models import Analysis, Leaderboard
from ratings.services.refreshing import refresh_leaderboard
from ratings.snapshot_analyses import planned_analyses
from tests.ratings.fake_source import make_input, nothing, votes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

CSV, JSON = reverse("ratings:csv", args=["open"]), reverse("ratings:json", args=["open"])


def compute_only(name, snapshot):
    """Store one analysis of a snapshot."""
    planned = planned_analyses(make_input(votes()), snapshot.rows, read_board_settings(snapshot.settings))
    Analysis.objects.create(leaderboard=snapshot.leaderboard, snapshot=snapshot, name=name, content=planned[name]())


def test_addresses_are_stable():
    assert (CSV, JSON) == ("/leaderboard/open.csv", "/leaderboard/open.json")
    assert reverse("ratings:snapshot", args=["open", 3]) == "/leaderboard/open/snapshots/3.json"


def test_csv_holds_the_ratings_of_the_board_in_its_order(client, published):
    rows = list(csv.DictReader(io.StringIO(client.get(CSV).content.decode())))

    assert [row["slug"] for row in rows] == [row["slug"] for row in published.rows]
    assert [float(row["rating"]) for row in rows] == [row["rating"] for row in published.rows]
    assert [int(row["votes"]) for row in rows] == [row["votes"] for row in published.rows]


def test_csv_holds_no_formula(client, make_board, source):
    make_board()
    source.inputs["human"] = make_input(nothing("=1+1", "y"))
    refresh_leaderboard("open")

    rows = list(csv.DictReader(io.StringIO(client.get(CSV).content.decode())))

    assert "'=1+1" in {row["slug"] for row in rows}


def test_json_holds_what_is_needed_to_compute_it_again(client, published):
    content = json.loads(client.get(JSON).content)

    assert content["ratings"] == published.rows
    assert (content["snapshot"], content["votes"], content["raters"]) == (1, 612, 30)
    assert (content["input_sha256"], content["seed"]) == (published.input_sha256, published.seed)
    pair = content["head_to_head"][0]
    assert (pair["a"], pair["b"]) == (published.rows[0]["slug"], published.rows[1]["slug"])


def test_a_variant_has_files_at_the_address_of_its_switches(client, published):
    compute_only("davidson+side", published)
    address = "?ties=davidson&side=on&interval=sandwich"

    content = json.loads(client.get(JSON + address).content)
    table = client.get(CSV + address)

    stored = {row["slug"]: row for row in Analysis.objects.get().content["rows"]}
    for row in content["ratings"]:
        ends = stored[row["slug"]]["intervals"]["sandwich"]
        assert (row["rating"], row["rating_upper"]) == (stored[row["slug"]]["rating"], ends["upper"])
    assert content["variant"] == {"ties": "davidson", "side": True, "style": False, "interval": "sandwich"}
    assert [each["name"] for each in content["coefficients"]] == ["side_a", "ties"]
    assert all(each["lower"] < each["value"] < each["upper"] for each in content["coefficients"])
    assert (content["method"], "win_probability" in content["head_to_head"][0]) == (None, False)
    rows = list(csv.DictReader(io.StringIO(table.content.decode())))
    assert [float(row["rating"]) for row in rows] == [row["rating"] for row in content["ratings"]]
    assert "open-1.davidson+side-sandwich.csv" in table["Content-Disposition"]
    assert client.get(CSV + address, headers={"If-None-Match": table["ETag"]}).status_code == 304


@pytest.mark.parametrize("query", ["?ties=davidson", "?ties=elo"])
def test_a_variant_that_is_not_there_has_no_file(client, published, query):
    assert [client.get(address + query).status_code for address in (CSV, JSON)] == [404, 404]


@pytest.mark.parametrize("address", [CSV, JSON])
def test_file_is_sent_again_only_when_it_changed(client, published, source, address):
    first = client.get(address)

    same = client.get(address, headers={"If-None-Match": first["ETag"]})
    source.inputs["human"] = make_input(votes(count=700))
    refresh_leaderboard("open")
    other = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert (same.status_code, same.content) == (304, b"")
    assert (other.status_code, other["ETag"] != first["ETag"]) == (200, True)


def test_file_is_sent_again_when_the_board_is_called_otherwise(client, published):
    first = client.get(JSON)
    Leaderboard.objects.update(title="Another title")

    assert client.get(JSON, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_earlier_snapshot_stays_at_its_address(client, published, source):
    before = client.get(JSON).content
    source.inputs["human"] = make_input(votes(count=700))
    refresh_leaderboard("open")

    assert client.get("/leaderboard/open/snapshots/1.json").content == before


@pytest.mark.parametrize("address", [CSV, JSON, "/leaderboard/open/snapshots/1.json"])
def test_private_board_and_board_without_ratings_are_not_found(client, published, address):
    Leaderboard.objects.update(is_public=False)

    assert client.get(address).status_code == 404
    assert client.get("/leaderboard/nowhere.csv").status_code == 404
