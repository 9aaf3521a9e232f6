"""Browsers of raters, as Django's test client."""

from django.core import signing
from django.test import Client

from arena.raters.identity import COOKIE, SALT
from arena.raters.models import Rater


def rater_cookie(rater: Rater) -> str:
    return signing.Signer(salt=SALT).sign(str(rater.pk))


def client_of(rater: Rater, **options: object) -> Client:
    client = Client(**options)  # type: ignore[arg-type]  # handed through
    client.cookies[COOKIE] = rater_cookie(rater)
    return client
