from django.urls import path

from opora.support.views.concerns import pages

urlpatterns = [
    path("concerns/", pages.concerns, name="concerns"),
    path("cases/<str:public_id>/concerns/new/", pages.raise_concern, name="raise_concern"),
    path("concerns/<str:public_id>/", pages.concern, name="concern"),
    path("concerns/<str:public_id>/level/", pages.level, name="concern_level"),
    path("concerns/<str:public_id>/decide/", pages.decide, name="concern_decide"),
    path("concerns/<str:public_id>/resolve/", pages.resolve, name="concern_resolve"),
    path("concerns/<str:public_id>/reopen/", pages.reopen, name="concern_reopen"),
    path("concerns/<str:public_id>/share/", pages.share, name="concern_share"),
    path("concerns/<str:public_id>/tick/<str:item>/", pages.tick, name="concern_tick"),
    path("concerns/<str:public_id>/untick/<str:item>/", pages.untick, name="concern_untick"),
]
