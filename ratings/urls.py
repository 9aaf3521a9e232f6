from django.urls import path

from ratings import analysis_views, group_views, views

app_name = "ratings"
urlpatterns = [
    path("", views.leaderboard, name="leaderboard"),
    path("methods/", views.methods, name="methods"),
    path("<slug:slug>/", views.leaderboard, name="leaderboard"),
    path("<slug:slug>/pairs/", analysis_views.pairs, name="pairs"),
    path("<slug:slug>/pairs.csv", analysis_views.pairs_csv, name="pairs-csv"),
    path("<slug:slug>/history/", analysis_views.history, name="history"),
    path("<slug:slug>/history.csv", analysis_views.history_csv, name="history-csv"),
    path("<slug:slug>/history.json", analysis_views.history_json, name="history-json"),
    path("<slug:slug>/groups/", group_views.fields, name="groups"),
    path("<slug:slug>/groups/<str:field>/", group_views.field, name="group-field"),
    path("<slug:slug>/groups/<str:field>.csv", group_views.field_csv, name="group-csv"),
    path("<slug:slug>/groups/<str:field>.json", group_views.field_json, name="group-json"),
    path("<slug:slug>.csv", views.board_csv, name="csv"),
    path("<slug:slug>.json", views.board_json, name="json"),
    path("<slug:slug>/snapshots/<int:number>.json", views.snapshot_json, name="snapshot"),
]
