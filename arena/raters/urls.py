from allauth.urls import urlpatterns as allauth_patterns
from django.urls import path

from arena.raters.views import account, second_factor

urlpatterns = [
    path("", account, name="account"),
    path("second-factor/", second_factor, name="second_factor"),
    *allauth_patterns,
]
