import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arena.prompts.similarity import NEAR, bands_of, near_texts, share_of_runs, signatures_of, text_bands

LONG = "Write a friendly note to my neighbour, whose dog barks every morning at five o'clock."


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (LONG, 1.0),
        (LONG.upper() + "!!", 1.0),
        (LONG.replace("five", "six"), 0.85),
        ("What is the capital of Australia, and why is it not Sydney?", 0.0),
    ],
)
def test_share_of_runs_measures_how_much_is_the_same(other, alike):
    assert share_of_runs(LONG, other) == pytest.approx(alike, abs=0.12)


def test_near_texts_finds_earlier_texts_that_are_nearly_the_same_and_no_others():
    texts = [LONG, "Why does ice float on water?", LONG.replace("dog", "cat"), "How does a rainbow form?"]

    found = near_texts(texts, signatures_of(texts), known=1)

    assert [(near.index, near.other) for near in found] == [(2, 0)]
    assert found[0].share == share_of_runs(texts[2], texts[0])


def test_near_texts_does_not_compare_what_is_known_already():
    texts = [LONG, LONG, "Something else that nobody has asked before."]

    assert near_texts(texts, signatures_of(texts), known=2) == []


def test_near_texts_names_few_of_a_pattern_that_many_share():
    texts = [f"Tell me a story about the number {number} and its friends in the forest" for number in range(60)]

    found = near_texts(texts, signatures_of(texts), known=0)

    assert max(np.bincount([near.index for near in found])) == 3
    assert all(near.share >= NEAR and near.other < near.index for near in found)


def test_near_texts_finds_nearly_all_that_are_near():
    rng = np.random.default_rng(5)
    words = ["".join(rng.choice(list("abcdefghijklmnop"), 6)) for _ in range(900)]
    first = [" ".join(rng.choice(words, 20)) for _ in range(300)]
    # Four words of twenty are others: about 60 to 70 % of the runs stay.
    second = [" ".join([*rng.choice(words, 4), *text.split()[4:]]) for text in first]
    texts = first + second

    found = {(near.index, near.other) for near in near_texts(texts, signatures_of(texts), known=300)}
    near = {(300 + at, at) for at in range(300) if share_of_runs(first[at], second[at]) >= NEAR}

    assert len(near) > 200
    assert found <= near
    assert len(found) >= 0.85 * len(near)


@given(st.lists(st.text(max_size=60), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_signatures_do_not_depend_on_the_company_of_a_text(texts):
    together = signatures_of(texts)

    alone = np.concatenate([signatures_of([text]) for text in texts])

    assert np.array_equal(together, alone)
    assert bands_of(together)[0].tolist() == text_bands(texts[0])
