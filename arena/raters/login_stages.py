"""Steps of signing in that differ from allauth's."""

from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse


class AddressIfAnyStage(EmailVerificationStage):
    """Asks to confirm an address, but not of those who have none: staff that administrators made by a name."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if user is not None and not user.email and not EmailAddress.objects.filter(user=user).exists():
            return None, True
        answer: tuple[HttpResponse | None, bool] = super().handle()
        return answer


class WantedFactorStage(AuthenticateStage):
    """Asks raters for a second factor when they set up an app; staff for any that they have.

    For raters a passkey is another way in. If it were a second factor as well, adding one on the phone would close the
    account to the computer at home.
    """

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        if user is not None and not user.is_staff and not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            return False
        return bool(super()._should_handle(request))
