"""How well ratings describe votes, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ratings.analysis_rows import ComponentFit

# Shares of wins that are typically this far off still order models well.
TOLERABLE = 0.05


@dataclass(frozen=True, slots=True)
class Verdict:
    """A badge of a few words, and the sentences behind it."""

    badge: str
    sentences: tuple[str, ...]


def describe_fit(fit: ComponentFit) -> Verdict:
    """Return the verdict on one component."""
    return Verdict(_badge(fit), (_misfit(fit), _cycles(fit)))


def _badge(fit: ComponentFit) -> str:
    if fit["misfit_lower"] > TOLERABLE:
        return _("The ratings fit poorly")
    if fit["misfit_lower"] > 0.0:
        return _("The ratings fit roughly")
    if fit["misfit_upper"] <= TOLERABLE:
        return _("The ratings fit well")
    return _("Too few votes to say how well the ratings fit")


def _misfit(fit: ComponentFit) -> str:
    numbers = {name: f"{100 * fit[name]:.1f}" for name in ("misfit", "misfit_lower", "misfit_upper")}
    if fit["misfit_lower"] > 0.0:
        return (
            _(
                "How often one model beats another differs from what their ratings say by typically %(misfit)s "
                "percentage points beyond chance (interval: %(misfit_lower)s to %(misfit_upper)s). One number for each "
                "model is not the whole story: look at the pairs below before relying on a rank."
            )
            % numbers
        )
    return (
        _(
            "No pair differs from what the ratings say by more than chance explains. True differences of up to "
            "%(misfit_upper)s percentage points, on the average pair, could hide in votes as few as these."
        )
        % numbers
    )


def _cycles(fit: ComponentFit) -> str:
    if not fit["triples"]:
        return _("No three models met in such a way that they could go round in a circle.")
    numbers = {
        "share": f"{100 * fit['cycles']:.1f}",
        "triples": fit["triples"],
        "lower": f"{100 * fit['chance_lower']:.1f}",
        "upper": f"{100 * fit['chance_upper']:.1f}",
    }
    told = (
        _(
            "Of %(triples)d groups of three that all met, %(share)s %% go round in a circle: each beats one of "
            "the others and loses to the other. If ratings were all, chance would make it %(lower)s to %(upper)s %%."
        )
        % numbers
    )
    if fit["cycles"] > fit["chance_upper"]:
        return told + " " + _("That is more than chance: some preferences do go in circles.")
    return told + " " + _("So there is no sign of circles.")
