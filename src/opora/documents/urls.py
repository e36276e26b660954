from django.urls import path

from opora.documents.views import entering, facts, files, review

app_name = "documents"
urlpatterns = [
    path("documents/", entering.documents, name="documents"),
    path("documents/upload/", entering.upload, name="upload"),
    path("documents/new/", entering.create, name="create"),
    path("documents/<str:public_id>/", review.document, name="document"),
    path("documents/<str:public_id>/file/", files.original, name="file"),
    path("documents/<str:public_id>/pages/<int:number>.png", files.page, name="page"),
    path("documents/<str:public_id>/read/", review.read_again, name="read"),
    path("documents/<str:public_id>/replace/", entering.replace, name="replace"),
    path("documents/<str:public_id>/copy/", entering.copy, name="copy"),
    path("documents/<str:public_id>/access/", review.access, name="access"),
    path("documents/<str:public_id>/approve/", review.approve, name="approve"),
    path("documents/<str:public_id>/withdraw/", review.withdraw, name="withdraw"),
    path("documents/<str:public_id>/restore/", review.restore, name="restore"),
    path("documents/<str:public_id>/facts/add/<str:kind>/", facts.add, name="add_fact"),
    path("documents/<str:public_id>/facts/<str:fact_id>/", facts.edit, name="fact"),
    path("documents/<str:public_id>/facts/<str:fact_id>/split/", facts.split, name="split"),
    path("documents/<str:public_id>/facts/<str:fact_id>/remove/", facts.remove, name="remove_fact"),
    path("documents/<str:public_id>/facts/<str:fact_id>/restore/", facts.restore, name="restore_fact"),
    path("documents/<str:public_id>/facts/<str:fact_id>/merge/", facts.merge, name="merge"),
    path("documents/<str:public_id>/facts/<str:fact_id>/up/", facts.up, name="up"),
    path("documents/<str:public_id>/facts/<str:fact_id>/down/", facts.down, name="down"),
]
