from django.urls import path

from ratings import analysis_views, group_views, population_views, views

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
    path("<slug:slug>/populations/", population_views.populations, name="populations"),
    path("<slug:slug>/populations/<slug:name>/", population_views.populations, name="population"),
    path("<slug:slug>/populations/<slug:name>.csv", population_views.population_csv, name="population-csv"),
    path("<slug:slug>/populations/<slug:name>.json", population_views.population_json, name="population-json"),
    path("<slug:slug>/populations/<slug:name>/juries/", population_views.juries, name="juries"),
    path("<slug:slug>/populations/<slug:name>/juries.csv", population_views.juries_csv, name="juries-csv"),
    path("<slug:slug>.csv", views.board_csv, name="csv"),
    path("<slug:slug>.json", views.board_json, name="json"),
    path("<slug:slug>/snapshots/<int:number>.json", views.snapshot_json, name="snapshot"),
]
