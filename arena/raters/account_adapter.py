"""What our accounts do differently from allauth's: names that say nothing, and raters that come along."""

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

from arena.raters.callers import network_of_request
from arena.raters.middleware import RaterRequest

# Where people land says already that they are in, or out.
UNSAID = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}

OUR_STAGES = {
    "allauth.account.stages.EmailVerificationStage": "arena.raters.login_stages.AddressIfAnyStage",
    "allauth.mfa.stages.AuthenticateStage": "arena.raters.login_stages.WantedFactorStage",
}


class AccountAdapter(DefaultAccountAdapter):
    def generate_unique_username(self, txts: list[str], regex: str | None = None) -> str:
        """Return a name without any part of an e-mail address: names are shown in the administration."""
        del txts, regex  # allauth's signature
        return f"rater-{secrets.token_hex(6)}"

    def get_login_stages(self) -> list[str]:
        return [OUR_STAGES.get(stage, stage) for stage in super().get_login_stages()]

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return what allauth counts by: our hash of an address range, so that no address is kept."""
        return network_of_request(request) or "unknown"

    def post_login(self, request: RaterRequest, user: User, **options: Any) -> HttpResponse:  # Any: handed through
        request.rater_access.sign_in(user)
        response: HttpResponse = super().post_login(request, user, **options)
        return response

    def logout(self, request: RaterRequest) -> None:
        super().logout(request)
        request.rater_access.forget()

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **options: Any
    ) -> None:  # Any: handed through
        if message_template not in UNSAID:
            super().add_message(request, level, message_template, *args, **options)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Take the e-mail address from the provider, and neither names nor a user name."""
        kept = {"email": data.get("email")}
        user: User = super().populate_user(request, sociallogin, kept)
        return user
