from django.urls import path

from arena.battles import conversation_views, start_view, views

app_name = "battles"

urlpatterns = [
    path("", start_view.start, name="start"),
    path("conversation/", conversation_views.start, name="conversation"),
    path("mine/", views.history, name="history"),
    path("<uuid:battle_id>/", views.detail, name="detail"),
    path("<uuid:battle_id>/turns/", views.say, name="say"),
    path("<uuid:battle_id>/agree/", views.agree, name="agree"),
    path("<uuid:battle_id>/stop/", views.stop, name="stop"),
    path("<uuid:battle_id>/retry/", views.retry, name="retry"),
    path("<uuid:battle_id>/vote/", views.vote, name="vote"),
    path("<uuid:battle_id>/scores/", conversation_views.score, name="score"),
    path("<uuid:battle_id>/finish/", conversation_views.finish, name="finish"),
    path("<uuid:battle_id>/skip/", views.skip, name="skip"),
]
