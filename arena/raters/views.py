from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from arena.raters.second_factor import POSTPONE, has_second_factor, second_factor_detour


@require_safe
@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    keys = Authenticator.objects.filter(user=request.user.pk)
    context = {
        "addresses": EmailAddress.objects.filter(user=request.user.pk).order_by("-primary", "email"),
        "passkeys": [key for key in keys if key.type == Authenticator.Type.WEBAUTHN],
        "app": any(key.type == Authenticator.Type.TOTP for key in keys),
        "recovery_codes": any(key.type == Authenticator.Type.RECOVERY_CODES for key in keys),
        "sign_ons": SocialAccount.objects.filter(user=request.user.pk),
    }
    return render(request, "account/index.html", context)


@require_safe
@never_cache
@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Say why staff need a second factor and offer both kinds; whoever has shown one goes on."""
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = reverse("admin:index")
    user = request.user
    if isinstance(user, User) and user.is_staff and has_second_factor(user) and not second_factor_detour(request):
        return redirect(target)
    later = target if settings.STAFF_MFA == POSTPONE else ""
    return render(request, "mfa/second_factor.html", {"later": later})
