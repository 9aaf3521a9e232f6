from django.urls import path

from arena.profiles.views import overview, question

app_name = "profiles"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("begin/", overview.begin, name="begin"),
    path("remove/", overview.remove, name="remove"),
    path("questions/<slug:key>/", question.question, name="question"),
]
