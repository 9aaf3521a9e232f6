"""What of an answer can be counted: pure functions from an answer to values by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from arena.profiles.countries import place_of, special_region
from arena.profiles.models import Question

DECLINED = "prefer_not_to_say"
YES, NO = "1", "0"
COUNTRY_SUFFIX = "_country"
BIRTH = "birth_country"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said to a question.

    Attributes
    ----------
    chosen : keys of options, or the code of a country.
    numbers : where the sliders of options were left, 0 to 100.
    text : what they wrote.
    """

    chosen: Sequence[str] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    text: str = ""


def values_of(question: Question, said: Said, *, options: Sequence[str]) -> dict[str, str]:
    """Return the values of an answer by field; `options` are the keys of all options that were shown.

    Choices of several give a value for each option, so that not choosing one can be told from not being asked.
    """
    match question.kind:
        case Question.Kind.ONE:
            return {question.key: said.chosen[0]}
        case Question.Kind.SEVERAL:
            return {option_field(question.key, key): YES if key in said.chosen else NO for key in options}
        case Question.Kind.SLIDERS:
            return {option_field(question.key, key): str(number) for key, number in said.numbers.items()}
        case Question.Kind.COUNTRY:
            return _country_values(question.key, said.chosen[0])
    return {}


def option_field(key: str, option: str) -> str:
    """Return the field of one of several options."""
    return f"{key}.{option}"


def _country_values(key: str, code: str) -> dict[str, str]:
    place, stem = place_of(code), key.removesuffix(COUNTRY_SUFFIX)
    values = {key: code, f"{stem}_region": place.region, f"{stem}_subregion": place.subregion}
    if key == BIRTH:
        values["special_region"] = special_region(code)
    return {name: value for name, value in values.items() if value}


def chose(values: Mapping[str, str], key: str, option: str) -> bool:
    """Tell whether an answer with these values chose an option of the question `key`."""
    return values.get(key) == option or values.get(option_field(key, option)) == YES
