from django.urls import path

from opora.collection.views import building

app_name = "collection"
urlpatterns = [
    path("forms/", building.forms, name="forms"),
    path("forms/new/", building.new, name="new_form"),
    path("forms/<str:public_id>/", building.form, name="form"),
    path("forms/<str:public_id>/name/", building.rename, name="rename"),
    path("forms/<str:public_id>/preview/", building.preview, name="preview"),
    path("forms/<str:public_id>/differences/<int:number>/", building.difference, name="difference"),
    path("forms/<str:public_id>/sections/new/", building.section, name="new_section"),
    path("forms/<str:public_id>/sections/<str:key>/", building.section, name="section"),
    path("forms/<str:public_id>/sections/<str:section_key>/fields/new/", building.add_field, name="new_field"),
    path("forms/<str:public_id>/fields/<str:key>/", building.field, name="field"),
    path("forms/<str:public_id>/pieces/<str:key>/up/", building.move, {"way": "up"}, name="move_up"),
    path("forms/<str:public_id>/pieces/<str:key>/down/", building.move, {"way": "down"}, name="move_down"),
    path("forms/<str:public_id>/pieces/<str:key>/remove/", building.remove, name="remove"),
    path("forms/<str:public_id>/publish/", building.publish, name="publish"),
    path("forms/<str:public_id>/version/", building.new_version, name="new_version"),
    path("forms/<str:public_id>/archive/", building.put_away, name="archive"),
    path("forms/<str:public_id>/restore/", building.restore, name="restore"),
]
