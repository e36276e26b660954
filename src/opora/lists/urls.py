from django.urls import path

from opora.lists.twin import views as twins
from opora.lists.views import knowing, listing

app_name = "lists"
urlpatterns = [
    path("lists/", listing.lists, name="lists"),
    path("lists/new/", listing.create, name="create"),
    path("lists/counts/", knowing.counts, name="counts"),
    path("lists/curators/", knowing.entrustments, name="entrustments"),
    path("lists/curators/<str:public_id>/end/", knowing.end, name="end_entrustment"),
    path("lists/curators/undo/<str:batch>/", knowing.undo_entrusting, name="undo_entrusting"),
    path("lists/on/", listing.on_day, name="on_day"),
    path("lists/policy/", knowing.policy, name="policy"),
    path("lists/policy/<str:option>/<str:change>/", knowing.decide, name="decide"),
    path("lists/<str:public_id>/", listing.school_list, name="list"),
    path("lists/<str:public_id>/edit/", listing.edit, name="edit"),
    path("lists/<str:public_id>/approve/", listing.approve, name="approve"),
    path("lists/<str:public_id>/entrust/", knowing.entrust, name="entrust"),
    path("lists/<str:public_id>/reopen/", listing.reopen, name="reopen"),
    path("lists/<str:public_id>/schools/add/", listing.add, name="add"),
    path("lists/<str:public_id>/schools/<str:school_id>/remove/", listing.remove, name="remove"),
    path("lists/<str:public_id>/import/", listing.upload, name="import"),
    path("lists/<str:public_id>/import/<str:import_id>/", listing.preview, name="preview"),
    path("documents/<str:public_id>/open/", twins.twin, name="twin"),
    path("documents/<str:public_id>/open/copy/<str:kind>/", twins.copy, name="twin_copy"),
    path("schools/<str:public_id>/lists/", listing.school, name="school"),
]
