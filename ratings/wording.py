"""Snapshots in sentences: what was done and what readers must know."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ratings.snapshot_rows import SnapshotWarning
from ratings.variant_wording import describe_variant
from ratings.variants import BoardView, Variant


def describe_method(settings: Mapping[str, Any], view: BoardView) -> tuple[str, ...]:  # Any: read from JSON
    """Return how `view` of a snapshot with these settings is computed, as sentences; none before the first snapshot."""
    if not settings:
        return ()
    return (
        _(
            "Ratings are Bradley-Terry strengths fitted to all comparisons at once: a model 400 points above another "
            "wins ten times as often as it loses. Models that are not preliminary average 1000."
        ),
        *describe_variant(view.variant),
        _("A vote that both answers are bad is not a tie: it stays out of the fit and is shown as a rate of its own."),
        _(
            "A weak prior (normal, standard deviation %(points)d points) keeps the rating of a model with few votes "
            "finite. It does not grow with the votes."
        )
        % {"points": round(173.7178 / settings["prior_precision"] ** 0.5)},
        _intervals(settings, view),
        _(
            "Rank bounds come from all pairwise differences together (step-down max-t): all of them are right at once "
            "with %(percent)d %% confidence. Models whose difference could be chance share ranks."
        )
        % {"percent": round(100 * settings["level"])},
        _(
            "A model with fewer than %(votes)d comparisons or %(raters)d raters is preliminary: it has an interval and "
            "no rank."
        )
        % {"votes": settings["established_comparisons"], "raters": settings["established_raters"]},
    )


def _intervals(settings: Mapping[str, Any], view: BoardView) -> str:  # Any: as above
    numbers = {
        "percent": round(100 * settings["level"]),
        "replicates": settings["replicates"],
        "seed": settings["seed"],
    }
    if view.interval == "sandwich":
        return (
            _("Intervals (%(percent)d %%) allow for the likeness of votes by one person: sandwich covariance by rater.")
            % numbers
        )
    if view == BoardView(Variant(), settings["interval"]):
        return (
            _(
                "Intervals (%(percent)d %%) come from drawing the raters anew %(replicates)d times and fitting again, "
                "so they allow for the likeness of votes by one person. The seed is %(seed)d."
            )
            % numbers
        )
    return (
        _(
            "Intervals (%(percent)d %%) come from drawing the raters anew %(replicates)d times and taking one step "
            "from the fit each time, so they allow for the likeness of votes by one person. The seed is %(seed)d."
        )
        % numbers
    )


def describe_age(moment: datetime | None) -> str:
    """Return how long ago something was, in words; empty for what never was."""
    if moment is None:
        return ""
    if timezone.now() - moment < timedelta(minutes=1):
        return _("less than a minute ago")
    return _("%(age)s ago") % {"age": timesince(moment, depth=1)}


def describe_missing_raters(missing: int, raters: int) -> str:
    """Return why there are no intervals and how many raters are missing; empty when none is."""
    if not missing:
        return ""
    have = ngettext(
        "Votes of %(raters)d rater are in these ratings.", "Votes of %(raters)d raters are in these ratings.", raters
    ) % {"raters": raters}
    need = ngettext(
        "Intervals and ranks need %(missing)d rater more; without them nobody can say how much of the difference is "
        "chance.",
        "Intervals and ranks need %(missing)d raters more; without them nobody can say how much of the difference is "
        "chance.",
        missing,
    ) % {"missing": missing}
    return f"{have} {need}"


def describe_warnings(warnings: Sequence[SnapshotWarning]) -> tuple[str, ...]:
    """Return a sentence for each warning that concerns the whole board."""
    return tuple(sentence for warning in warnings if (sentence := _sentence(warning["code"], warning["count"])))


def _sentence(code: str, count: int) -> str:
    if code == "disconnected":
        return _(
            "The models fall into %(count)d groups that no chain of votes connects. Ratings cannot be compared between "
            "groups, so each has a table of its own."
        ) % {"count": count}
    if code == "preliminary":
        return ngettext(
            "%(count)d model is preliminary: it has too few votes or raters for a rank.",
            "%(count)d models are preliminary: they have too few votes or raters for a rank.",
            count,
        ) % {"count": count}
    if code == "named":
        return ngettext(
            "%(count)d vote had an answer that named its model. It is counted.",
            "%(count)d votes had an answer that named its model. They are counted.",
            count,
        ) % {"count": count}
    if code == "unconverged":
        return ngettext(
            "%(count)d bootstrap replicate did not converge and was left out.",
            "%(count)d bootstrap replicates did not converge and were left out.",
            count,
        ) % {"count": count}
    return ""
