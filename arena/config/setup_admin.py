from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from arena.config.first_admin import LinkUsedError, create_first_admin, link_is_open
from arena.raters.middleware import RaterRequest


class FirstAdminForm(UserCreationForm):
    class Meta:
        model = User
        fields = ("username",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: handed through to Django
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "field"


@method_decorator([never_cache, sensitive_post_parameters("password1", "password2")], name="dispatch")
class FirstAdminView(View):
    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if not link_is_open(token):
            return self.closed(request)
        return self.page(request, FirstAdminForm())

    def post(self, request: RaterRequest, token: str) -> HttpResponse:
        form = FirstAdminForm(request.POST)
        if not link_is_open(token):
            return self.closed(request)
        if not form.is_valid():
            return self.page(request, form, status=422)
        try:
            user = create_first_admin(token=token, user=form.save(commit=False))
        except LinkUsedError:
            return self.closed(request)
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        # The password was typed twice a moment ago; the page for the second factor need not ask for it again.
        record_authentication(request, user, "password", reauthenticated=True)
        request.rater_access.sign_in(user)
        return redirect("second_factor")

    def page(self, request: HttpRequest, form: forms.BaseForm, status: int = 200) -> HttpResponse:
        return render(request, "setup/first_admin.html", {"form": form}, status=status)

    def closed(self, request: HttpRequest) -> HttpResponse:
        return render(request, "setup/first_admin.html", {"form": None}, status=410)
