import pytest

from ratings.variant_page import MINUS, lay_out_changes, vary_rows

pytestmark = pytest.mark.unit


def row(slug, rating, rank, *, component=0, preliminary=False):
    return {
        "slug": slug, "name": slug.upper(), "organisation": "", "licence": "", "component": component,
        "rating": rating, "rating_lower": None, "rating_upper": None, "rank_best": rank, "rank_worst": rank,
        "preliminary": preliminary, "comparisons": 50.0, "votes": 50, "win_rate": 0.5, "both_bad_rate": 0.0,
    }  # fmt: skip


def varied(slug, rating, best, worst):
    ends = {"lower": rating - 10, "upper": rating + 20, "rank_best": best, "rank_worst": worst}
    return {"slug": slug, "rating": rating, "intervals": {"sandwich": ends}}


BEFORE = [row("a", 1050.0, 1), row("b", 1000.0, 2), row("c", 950.0, 3), row("d", None, None, component=None)]
SIDE = {
    "component": 0, "name": "side_a", "value": -3.6, "intervals": {"sandwich": (-8.2, 1.4)}, "standard_deviation": 1.0,
}  # fmt: skip
SHARE = {"component": 0, "name": "ties", "value": 0.204, "intervals": {}, "standard_deviation": 0.0}
CONTENT = {
    "rows": [varied("a", 1010.0, 1, 2), varied("b", 1040.0, 1, 2), varied("c", 950.0, 3, 3)],
    "coefficients": [SIDE, SHARE],
}


def changes(content=CONTENT, interval="sandwich", *, ties_modelled=True):
    after = vary_rows(BEFORE, content, interval)
    return lay_out_changes(BEFORE, after, content, interval, ties_modelled=ties_modelled)


def test_rows_take_numbers_and_order_of_the_variant():
    after = vary_rows(BEFORE, CONTENT, "sandwich")

    assert [each["slug"] for each in after] == ["b", "a", "c", "d"]
    best = after[0]
    assert (best["rating"], best["rating_lower"], best["rating_upper"]) == (1040.0, 1030.0, 1060.0)
    assert (best["rank_best"], best["rank_worst"], best["votes"]) == (1, 2, 50)
    assert after[3] == BEFORE[3]


def test_a_kind_of_interval_that_is_not_there_leaves_none():
    after = vary_rows(BEFORE, CONTENT, "bootstrap")

    assert {(each["rating_lower"], each["rank_best"]) for each in after} == {(None, None)}


def test_changes_say_who_moved_and_what_else_decides():
    found = changes()

    assert [(each.name, each.before_words, each.after_words) for each in found.moved] == [
        ("B", "2", "1 to 2"),
        ("A", "1", "1 to 2"),
    ]
    assert found.largest in {("B", 40), ("A", -40)}
    side, share = found.coefficients
    assert (side.value, side.interval, side.chance) == (f"{MINUS}4", f"{MINUS}8 … +1", True)
    assert (share.value, share.interval, share.chance) == ("20 %", "", False)
    assert (found.tieless, found.ranked) == (False, True)


def test_changes_without_a_tie_or_a_rank_say_so():
    found = changes({**CONTENT, "coefficients": [SIDE]}, "bootstrap")

    assert (found.tieless, found.ranked, found.moved) == (True, False, ())
    assert not changes({**CONTENT, "coefficients": []}, ties_modelled=False).tieless
