"""What of an answer is counted, for each kind of question."""

import pytest

from arena.profiles.coding_frames import FRAMES, coded_values
from arena.profiles.models import Question
from arena.profiles.values import Said, values_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("kind", "key", "said", "values"),
    [
        ("one", "age", Said(chosen=["a"]), {"age": "a"}),
        ("several", "uses", Said(chosen=["b"], text="Else"), {"uses.a": "0", "uses.b": "1"}),
        ("sliders", "prefs", Said(numbers={"a": 0}), {"prefs.a": "0"}),
        ("short", "religion", Said(text="Mine"), {}),
        ("long", "self_description", Said(text="I"), {}),
        (
            "country",
            "birth_country",
            Said(chosen=["KEN"]),
            {
                "birth_country": "KEN",
                "birth_region": "Africa",
                "birth_subregion": "Sub-Saharan Africa",
                "special_region": "Africa",
            },
        ),
        (
            "country",
            "reside_country",
            Said(chosen=["USA"]),
            {"reside_country": "USA", "reside_region": "Americas", "reside_subregion": "Northern America"},
        ),
        ("country", "reside_country", Said(chosen=["ATA"]), {"reside_country": "ATA"}),
    ],
)
def test_values_of_an_answer(kind, key, said, values):
    assert values_of(Question(kind=kind, key=key), said, options=["a", "b"]) == values


def test_groups_of_religion_and_ethnicity_are_simplified_as_prism_does():
    simplified = {
        frame: {code: coded_values(frame, frame, code)[f"{frame}_simplified"] for code in groups}
        for frame, groups in FRAMES.items()
    }

    assert simplified == {
        "religion": {
            "non_religious": "no_affiliation", "agnostic": "no_affiliation", "spiritual": "no_affiliation",
            "christian": "christian", "jewish": "jewish", "muslim": "muslim", "buddhist": "other",
            "folk_religion": "other", "hindu": "other", "sikh": "other", "other": "other",
            "prefer_not_to_say": "prefer_not_to_say",
        },
        "ethnicity": {
            "white": "white", "black": "black", "hispanic": "hispanic", "asian": "asian", "mixed": "mixed",
            "middle_eastern": "other", "indigenous": "other", "other": "other",
            "prefer_not_to_say": "prefer_not_to_say",
        },
    }  # fmt: skip
