from django.urls import path

from arena.profiles.views import overview, question, staff

app_name = "profiles"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("begin/", overview.begin, name="begin"),
    path("remove/", overview.remove, name="remove"),
    path("questions/<slug:key>/", question.question, name="question"),
    path("surveys/<int:survey_id>/", staff.preview, name="preview"),
    path("coding/", staff.coding, name="coding"),
    path("coding/disagreements/", staff.settling, name="settling"),
    path("coding/<int:pk>/", staff.code, name="code"),
]
