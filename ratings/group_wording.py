"""What is shown about groups, and why something is not, in words that tell nothing about a group that is not shown."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ratings.group_rows import Estimate, FieldSummary

# Differences that chance would make less often than this are called differences.
UNLIKELY = 0.05


def describe_field(field: FieldSummary, minimum: int) -> str:
    """Return how many groups of a field are shown, and which are not."""
    if field["reason"] == "few_people":
        return _("Not shown: too few people so far. Each group needs at least %(minimum)d.") % {"minimum": minimum}
    if field["reason"] == "few_votes":
        return _("Not shown: the votes within each group do not reach all models yet.")
    told = ngettext("%(count)d group is shown.", "%(count)d groups are shown.", field["shown"]) % {
        "count": field["shown"]
    }
    return " ".join([told, *([hidden] if (hidden := describe_hidden(field)) else [])])


def describe_hidden(field: FieldSummary) -> str:
    """Return which groups are not shown; empty when all are."""
    if field["more_hidden"]:
        return _("Others are not shown.")
    return _("Not shown: %(names)s.") % {"names": ", ".join(field["hidden"])} if field["hidden"] else ""


def describe_test(p_value: float | None) -> str:
    """Return whether groups differ at all, as a sentence; empty for one group."""
    if p_value is None:
        return ""
    if p_value >= UNLIKELY:
        return _(
            "The votes give no sign that these groups rate the models differently: groups that agree would differ at "
            "least as much in %(percent)s of cases. That does not show that they agree."
        ) % {"percent": _percent(p_value)}
    return _(
        "These groups do not rate all models alike: groups that agree would differ as much as this in only %(percent)s "
        "of cases."
    ) % {"percent": _percent(p_value)}


def describe_difference(difference: Estimate, first: str, second: str) -> str:
    """Return in which of two groups a model stands higher, or that chance may be all."""
    _middle, lower, upper = difference
    if lower > 0.0:
        return _("Higher: %(group)s") % {"group": first}
    if upper < 0.0:
        return _("Higher: %(group)s") % {"group": second}
    return _("Could be chance")


def describe_found(differences: Sequence[Estimate]) -> str:
    """Return for how many models two groups differ."""
    found = sum(lower > 0.0 or upper < 0.0 for _middle, lower, upper in differences)
    if not found:
        return _("For no model can chance be ruled out.")
    return ngettext(
        "For %(found)d model of %(count)d, the two groups differ by more than chance explains.",
        "For %(found)d models of %(count)d, the two groups differ by more than chance explains.",
        found,
    ) % {"found": found, "count": len(differences)}


def _percent(share: float) -> str:
    return _("less than 0.1 %%") % {} if share < 0.001 else f"{100 * share:.1f} %"  # noqa: PLR2004
