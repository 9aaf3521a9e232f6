from django.urls import path

from arena.prompts.views import exporting, importing, overview, proposing, reviewing

app_name = "prompts"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("propose/", proposing.propose, name="propose"),
    path("review/", reviewing.queue, name="review"),
    path("review/<int:pk>/", reviewing.decide, name="decide"),
    path("review/<int:pk>/edit/", reviewing.edit, name="edit"),
    path("review/undo/<int:event>/", reviewing.undo, name="undo"),
    path("imports/", importing.imports, name="imports"),
    path("imports/<int:pk>/", importing.detail, name="import"),
    path("imports/<int:pk>/rejected.csv", importing.rejected, name="rejected"),
    path("imports/<int:pk>/<slug:name>/", importing.step, name="import_step"),
    path("export/", exporting.export, name="export"),
    path("export/<slug:file_format>/", exporting.export_file, name="export_file"),
]
