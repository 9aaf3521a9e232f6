"""What each role of the staff may do: groups whose permissions this file decides, whatever was clicked meanwhile.

Raters need no role. Superusers may do everything without one.
"""

from fnmatch import fnmatch

from django.contrib.auth.models import Group, Permission
from django.db import transaction

CURATOR = "curator"
RESEARCHER = "researcher"
ADMINISTRATOR = "administrator"

# Patterns over `application.permission`: what an application adds later falls to the role that looks after it.
ROLES: dict[str, tuple[str, ...]] = {
    CURATOR: ("prompts.*", "models_registry.*", "studies.view_*", "battles.view_endpointhealth"),
    RESEARCHER: (
        "battles.view_*",
        "models_registry.view_*",
        "profiles.view_margins",
        "profiles.view_option",
        "profiles.view_question",
        "profiles.view_survey",
        "profiles.add_coding",
        "prompts.view_*",
        "ratings.view_*",
        "releases.*",
        "studies.view_*",
    ),
    ADMINISTRATOR: ("*",),
}


@transaction.atomic
def ensure_roles() -> int:
    """Give every role exactly its permissions, and return how many roles that changed."""
    everything = {f"{row.content_type.app_label}.{row.codename}": row for row in _permissions()}
    changed = 0
    for name, patterns in ROLES.items():
        group, _made = Group.objects.get_or_create(name=name)
        wanted = {row.pk for label, row in everything.items() if any(fnmatch(label, pattern) for pattern in patterns)}
        if wanted != set(group.permissions.values_list("pk", flat=True)):
            group.permissions.set(wanted)
            changed += 1
    return changed


def _permissions() -> list[Permission]:
    return list(Permission.objects.select_related("content_type"))
