from datetime import timedelta

import pytest
from django.utils import timezone

from ratings.variants import BoardView, Variant
from ratings.wording import describe_age, describe_method, describe_missing_raters, describe_warnings

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "less than a minute ago"), (58, "less than a minute ago"), (7300, "2\xa0hours ago")]
)
def test_age_is_told_in_one_unit(seconds, words):
    assert describe_age(timezone.now() - timedelta(seconds=seconds)) == words


def test_what_never_was_has_no_age():
    assert describe_age(None) == ""


def test_missing_raters_are_counted_in_words():
    assert describe_missing_raters(0, 10) == ""
    assert describe_missing_raters(9, 1).startswith(
        "Votes of 1 rater are in these ratings. Intervals and ranks need 9 "
    )


def test_warnings_become_sentences_and_unknown_ones_stay_silent():
    warnings = [
        {"code": code, "count": 2} for code in ("disconnected", "preliminary", "named", "unconverged", "few_raters")
    ]

    sentences = describe_warnings(warnings)

    assert [sentence.split(" ")[:3] for sentence in sentences] == [
        ["The", "models", "fall"],
        ["2", "models", "are"],
        ["2", "votes", "had"],
        ["2", "bootstrap", "replicates"],
    ]


def test_method_of_nothing_is_empty():
    assert describe_method({}, BoardView(Variant(), "bootstrap")) == ()
