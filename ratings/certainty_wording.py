"""How sure a board is, in words."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ratings.analysis_rows import ComponentCertainty, Sureness, Tip

# Whoever is best less often than this in the draws is not spoken of.
SPOKEN_OF = 0.05


def percent_of(share: float) -> str:
    """Return a share of draws as percent; draws cannot tell the last half percent at either end."""
    if share >= 0.995:  # noqa: PLR2004
        return "> 99 %"
    return "< 1 %" if share < 0.005 else f"{100 * share:.0f} %"  # noqa: PLR2004


def describe_certainty(
    component: ComponentCertainty, models: Sequence[Sureness], names: Mapping[str, str]
) -> tuple[str, ...]:
    """Return what the votes say about the first place, as sentences; `models` by rating, `names` by short name."""
    return (
        _best(models, names),
        _tip(component["votes"], component["raters"], names),
        _(
            "A true difference of %(points)d points between the first two would show in four of five sets of votes "
            "like these."
        )
        % {"points": round(component["gap"])},
        _groups(models),
    )


def _best(models: Sequence[Sureness], names: Mapping[str, str]) -> str:
    likely = sorted((model for model in models if model["best"] >= SPOKEN_OF), key=lambda model: -model["best"])
    told = ", ".join(
        _("%(name)s: %(percent)s") % {"name": names[model["slug"]], "percent": percent_of(model["best"])}
        for model in likely
    )
    return _("How likely each is to be the best, if other people like these had voted: %(told)s.") % {"told": told}


def _tip(votes: Tip, raters: Tip, names: Mapping[str, str]) -> str:
    if not votes["challenger"] and not raters["challenger"]:
        return _("Leaving out even half of the votes, chosen against the first, would not put another model there.")
    parts = []
    if votes["challenger"]:
        parts.append(
            ngettext(
                "Without %(removed)d vote of %(units)d, chosen against the first, %(name)s would be first.",
                "Without %(removed)d votes of %(units)d, chosen against the first, %(name)s would be first.",
                votes["removed"],
            )
            % {**votes, "name": names[votes["challenger"]]}
        )
    if raters["challenger"]:
        parts.append(
            ngettext(
                "Without the votes of %(removed)d rater of %(units)d, %(name)s would be.",
                "Without the votes of %(removed)d raters of %(units)d, %(name)s would be.",
                raters["removed"],
            )
            % {**raters, "name": names[raters["challenger"]]}
        )
    return " ".join(parts)


def _groups(models: Sequence[Sureness]) -> str:
    count = max(model["group"] for model in models)
    if count == 1:
        return _("The votes cannot tell any two of these models apart for certain: they are one group.")
    return _(
        "The models fall into %(count)d groups: whoever is in a later group was shown to be weaker than somebody in "
        "the group before."
    ) % {"count": count}
