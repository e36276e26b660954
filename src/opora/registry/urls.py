from django.urls import path

from opora.registry.views import bodies, changes, exchange, organisations, people

app_name = "registry"
urlpatterns = [
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/new/", changes.create, name="create"),
    path("organisations/<str:public_id>/", organisations.organisation, name="organisation"),
    path("organisations/<str:public_id>/edit/", changes.edit, name="edit"),
    path("organisations/<str:public_id>/move/", changes.move, name="move"),
    path("organisations/<str:public_id>/close/", changes.close, name="close"),
    path("organisations/<str:public_id>/merge/", changes.merge, name="merge"),
    path("organisations/<str:public_id>/names/", changes.add_alias, name="add_alias"),
    path("organisations/<str:public_id>/names/<int:pk>/remove/", changes.remove_alias, name="remove_alias"),
    path("organisations/<str:public_id>/people/new/", people.create, name="add_person"),
    path("organisations/<str:public_id>/bodies/new/", bodies.create, name="add_body"),
    path("people/", people.people, name="people"),
    path("people/<str:public_id>/", people.person, name="person"),
    path("people/<str:public_id>/edit/", people.edit, name="edit_person"),
    path("people/<str:public_id>/remove/", people.remove, name="remove_person"),
    path("people/<str:public_id>/posts/new/", people.add_post, name="add_post"),
    path("people/<str:public_id>/posts/<int:pk>/", people.edit_post, name="edit_post"),
    path("people/<str:public_id>/posts/<int:pk>/remove/", people.remove_post, name="remove_post"),
    path("bodies/<str:public_id>/", bodies.body, name="body"),
    path("bodies/<str:public_id>/edit/", bodies.edit, name="edit_body"),
    path("bodies/<str:public_id>/dissolve/", bodies.dissolve, name="dissolve_body"),
    path("registry/import/", exchange.upload, name="import"),
    path("registry/import/<str:public_id>/", exchange.preview, name="import_preview"),
    path("registry/export/", exchange.export, name="export"),
]
