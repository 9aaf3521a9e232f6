"""Names our administration to Django."""

from django.contrib.admin.apps import AdminConfig


class ArenaAdminConfig(AdminConfig):
    default_site = "arena.raters.admin_site.ArenaAdminSite"
