"""The addresses of all floors."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("opora.ui.urls")),
    path("", include("opora.collection.urls")),
    path("", include("opora.roadmaps.urls")),
    path("", include("opora.development.urls")),
    path("", include("opora.support.urls")),
    path("", include("opora.assessments.urls")),
    path("", include("opora.registry.urls")),
    path("", include("opora.lists.urls")),
    path("", include("opora.documents.urls")),
    path("", include("opora.exports.urls")),
    path("", include("opora.notices.urls")),
    path("", include("opora.journal.urls")),
    path("", include("opora.access.urls")),
    path("accounts/", include("allauth.urls")),
]

handler400 = "opora.ui.views.bad_request"
handler403 = "opora.ui.views.denied"
handler404 = "opora.ui.views.not_found"
handler500 = "opora.ui.views.broken"
