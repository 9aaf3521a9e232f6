from django.urls import path

from arena.battles.model_pages import card, public, registering

app_name = "models"

urlpatterns = [
    path("models/", public.models, name="list"),
    path("models/<slug:slug>/", public.model, name="detail"),
    path("registry/", registering.registry, name="registry"),
    path("registry/new/", registering.register, name="register"),
    path("registry/new/ask/", registering.ask, name="ask"),
    path("registry/new/check/<slug:field>/", registering.check, name="check"),
    path("registry/tests/<str:token>/", registering.test, name="test"),
    path("registry/<slug:slug>/", card.card, name="card"),
    path("registry/<slug:slug>/try/", card.try_out, name="try"),
    path("registry/<slug:slug>/<slug:name>/", card.step, name="step"),
]
