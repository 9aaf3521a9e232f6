"""Where the staff works: the pages that somebody's roles open."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Room:
    key: str
    text: str
    address: str


def rooms_of(user: User | AnonymousUser) -> list[Room]:
    """Return the pages that `user` may open, in the order of a working day."""
    rooms = (
        ("models_registry.view_contestant", "registry", _("Registry of models"), "models:registry"),
        ("prompts.view_prompt", "prompts", _("Prompt library"), "prompts:overview"),
        ("prompts.review_prompt", "review", _("Review prompts"), "prompts:review"),
        ("prompts.import_prompts", "prompt-imports", _("Import prompts"), "prompts:imports"),
        ("releases.export_battles", "exports", _("Export battles"), "releases:exports"),
        ("releases.import_votes", "vote-imports", _("Import votes"), "releases:imports"),
        ("profiles.view_survey", "surveys", _("Questions of the profile"), "admin:profiles_survey_changelist"),
        ("profiles.add_coding", "coding", _("Sort answers of profiles"), "profiles:coding"),
        ("models_registry.view_endpoint", "status", _("Status of the servers"), "status"),
        ("models_registry.view_endpoint", "admin", _("Administration"), "admin:index"),
    )
    return [Room(key, text, reverse(name)) for permission, key, text, name in rooms if user.has_perm(permission)]
