"""What to do first in a new arena."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils.translation import gettext as _

from arena.config.dashboard.standing import Standing


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; `address` is empty for those who may not do it."""

    key: str
    text: str
    address: str
    done: bool


def first_steps(standing: Standing, *, in_draw: bool, user: User | AnonymousUser) -> list[Step]:
    """Return the steps towards the first battle, or none when all are done. `in_draw`: whether two models are."""
    registering = reverse("models:register")
    importing = reverse("prompts:imports")
    may_register = user.has_perm("models_registry.add_contestant")
    may_import = user.has_perm("prompts.import_prompts")
    steps = [
        Step("model", _("Register two models and put them in the draw"), registering if may_register else "", in_draw),
        Step("prompts", _("Import prompts and approve them"), importing if may_import else "", standing.has_prompts),
        Step("battle", _("Try a battle"), reverse("home"), standing.has_battles),
    ]
    return [] if all(step.done for step in steps) else steps
