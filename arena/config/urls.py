from django.contrib import admin
from django.urls import include, path

from arena.battles.pair_view import pair
from arena.battles.start_view import home
from arena.config import pages
from arena.config.dashboard.page import dashboard, findings
from arena.config.metrics import metrics
from arena.config.setup_admin import FirstAdminView
from arena.config.status_page import status_page

urlpatterns = [
    path("", home, name="home"),
    path("about/", pages.about, name="about"),
    path("consent/", pages.consent, name="consent"),
    path("consent/texts/<int:revision>/", pages.consent_text, name="consent_text"),
    path("my-data/", include("arena.config.my_data.urls")),
    path("profile/", include("arena.profiles.urls")),
    path("battles/", include("arena.battles.urls")),
    path("leaderboard/", include("ratings.urls")),
    path("leaderboard/<slug:board>/pair/", pair, name="pair"),
    path("", include("arena.battles.model_urls")),
    path("prompts/", include("arena.prompts.urls")),
    path("setup/<str:token>/", FirstAdminView.as_view(), name="first_admin"),
    path("metrics", metrics, name="metrics"),
    path("status/", status_page, name="status"),
    path("dashboard/", dashboard, name="dashboard"),
    path("dashboard/findings/", findings, name="dashboard_findings"),
    path("accounts/", include("arena.raters.urls")),
    path("research/", include("arena.releases.urls")),
    path("admin/", admin.site.urls),
]
