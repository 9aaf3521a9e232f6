"""Steps of signing in that differ from allauth's."""

from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from django.http import HttpResponse


class AddressIfAnyStage(EmailVerificationStage):
    """Asks to confirm an address, but not of those who have none: staff that administrators made by a name."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if not user.email and not EmailAddress.objects.filter(user=user).exists():
            return None, True
        answer: tuple[HttpResponse | None, bool] = super().handle()
        return answer
