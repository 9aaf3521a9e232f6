from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.forms import BaseFormSet, ModelForm
from django.http import HttpRequest

from arena.raters.models import Rater
from models_registry.read_only_admin import ReadOnlyAdmin

admin.site.unregister([User, Authenticator, SocialAccount, SocialApp, SocialToken])


@admin.register(Rater)
class RaterAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "account", "merged_into", "created_at")
    list_filter = ("kind",)
    list_select_related = ("account", "merged_into")
    search_fields = ("id", "account__username")
    date_hierarchy = "created_at"


@admin.register(User)
class AccountAdmin(UserAdmin):
    list_display = ("username", "email", "is_staff", "is_superuser", "last_login")
    list_filter = ("groups", "is_staff", "is_superuser", "is_active")

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: Iterable[BaseFormSet], change: bool
    ) -> None:
        """A role makes an account staff: without it the role would open nothing."""
        super().save_related(request, form, formsets, change)
        user: User = form.instance
        if not user.is_staff and (user.is_superuser or user.groups.exists()):
            user.is_staff = True
            user.save(update_fields=["is_staff"])


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """To take away what its owner lost; what it holds is shown to nobody."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__username", "user__email")
    fields = ("user", "type", "created_at", "last_used_at")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("mfa.delete_authenticator")
