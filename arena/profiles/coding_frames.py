"""The groups into which staff sort what people wrote, and the fewer ones in which groups are compared."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from arena.profiles.models import CodingFrame
from arena.profiles.values import DECLINED


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

# A larger group that is none of those into which staff sort.
NO_AFFILIATION = ("no_affiliation", _("No affiliation"))


def group_names(frame: str) -> dict[str, str]:
    """Return the names of the groups into which staff sort, but for those who did not want to say."""
    return {code: str(group.label) for code, group in FRAMES[frame].items() if code != DECLINED}


def simplified_names(frame: str) -> dict[str, str]:
    """Return the names of the fewer groups in which people are compared, but for those who did not want to say."""
    names = {NO_AFFILIATION[0]: str(NO_AFFILIATION[1]), **group_names(frame)}
    codes = dict.fromkeys(group.simplified for group in FRAMES[frame].values())
    return {code: names[code] for code in codes if code != DECLINED}


def coded_values(frame: str, key: str, code: str) -> dict[str, str]:
    """Return what an answer to the question `key` counts as, by field, once its group is decided.

    Raises
    ------
    KeyError
        When the frame has no such group.
    """
    return {key: code, f"{key}_simplified": FRAMES[frame][code].simplified}
