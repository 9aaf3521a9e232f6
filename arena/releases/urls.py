from django.urls import path

from arena.releases.views import exports, imports

app_name = "releases"
urlpatterns = [
    path("exports/", exports.exports, name="exports"),
    path("exports/new/", exports.new, name="export_new"),
    path("exports/<int:pk>/", exports.detail, name="export"),
    path("exports/<int:pk>/download/", exports.download, name="download"),
    path("exports/<int:pk>/<slug:name>/", exports.step, name="export_step"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.detail, name="import"),
    path("imports/<int:pk>/rejected.csv", imports.rejected, name="rejected"),
    path("imports/<int:pk>/votes.csv", imports.votes, name="votes"),
    path("imports/<int:pk>/<slug:name>/", imports.step, name="import_step"),
]
