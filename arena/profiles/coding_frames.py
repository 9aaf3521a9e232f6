"""The groups into which staff sort what people wrote, and the fewer ones in which groups are compared."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from arena.profiles.models import CodingFrame


@dataclass(frozen=True, slots=True)
class Group:
    """A group with its name, and the larger group that it counts in."""

    label: Promise | str
    simplified: str


FRAMES: dict[str, dict[str, Group]] = {
    CodingFrame.RELIGION: {
        "non_religious": Group(_("Non-religious"), "no_affiliation"),
        "agnostic": Group(_("Agnostic"), "no_affiliation"),
        "spiritual": Group(_("Spiritual"), "no_affiliation"),
        "christian": Group(_("Christian"), "christian"),
        "jewish": Group(_("Jewish"), "jewish"),
        "muslim": Group(_("Muslim"), "muslim"),
        "buddhist": Group(_("Buddhist"), "other"),
        "folk_religion": Group(_("Folk religion"), "other"),
        "hindu": Group(_("Hindu"), "other"),
        "sikh": Group(_("Sikh"), "other"),
        "other": Group(_("Other"), "other"),
        "prefer_not_to_say": Group(_("Did not want to say"), "prefer_not_to_say"),
    },
    CodingFrame.ETHNICITY: {
        "white": Group(_("White"), "white"),
        "black": Group(_("Black / African"), "black"),
        "hispanic": Group(_("Hispanic / Latino"), "hispanic"),
        "asian": Group(_("Asian"), "asian"),
        "mixed": Group(_("Mixed"), "mixed"),
        "middle_eastern": Group(_("Middle Eastern / Arab"), "other"),
        "indigenous": Group(_("Indigenous / First Peoples"), "other"),
        "other": Group(_("Other"), "other"),
        "prefer_not_to_say": Group(_("Did not want to say"), "prefer_not_to_say"),
    },
}


def coded_values(frame: str, key: str, code: str) -> dict[str, str]:
    """Return what an answer to the question `key` counts as, by field, once its group is decided.

    Raises
    ------
    KeyError
        When the frame has no such group.
    """
    return {key: code, f"{key}_simplified": FRAMES[frame][code].simplified}
