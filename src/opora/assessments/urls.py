from django.urls import path

from opora.assessments.views import files, loading, matches, parts, scales

app_name = "assessments"
urlpatterns = [
    path("results/", parts.parts, name="parts"),
    path("results/parts/<str:public_id>/", parts.part, name="part"),
    path("results/parts/<str:public_id>/since/<str:other_id>/", parts.difference, name="difference"),
    path("results/loadings/", loading.loadings, name="loadings"),
    path("results/loadings/new/", loading.upload, name="upload"),
    path("results/loadings/<str:public_id>/", loading.loading, name="loading"),
    path("results/loadings/<str:public_id>/read/", loading.read, name="read"),
    path("results/loadings/<str:public_id>/take/", loading.take, name="take"),
    path("results/loadings/<str:public_id>/drop/", loading.drop, name="drop"),
    path("results/loadings/<str:public_id>/undo/", loading.undo, name="undo"),
    path("results/loadings/<str:public_id>/aside/", loading.aside, name="aside"),
    path("results/loadings/<str:public_id>/schools/", matches.matches, name="matches"),
    path("results/loadings/<str:public_id>/schools/accept/", matches.accept_all, name="accept_matches"),
    path("results/loadings/<str:public_id>/schools/ignore/", matches.ignore_all, name="ignore_matches"),
    path("results/schools/<str:public_id>/", matches.match, name="match"),
    path("results/files/<str:public_id>/", files.file, name="file"),
    path("results/files/<str:public_id>/columns/<int:number>/", files.columns, name="columns"),
    path("results/files/<str:public_id>/answers/<int:number>/", files.answers, name="answers"),
    path("results/files/<str:public_id>/leave-out/", files.leave_out, name="leave_out"),
    path("results/files/<str:public_id>/bring-back/", files.bring_back, name="bring_back"),
    path("results/scales/", scales.scales, name="scales"),
    path("results/scales/new/", scales.new, name="new_scale"),
    path("results/scales/upload/", scales.upload, name="upload_scales"),
    path("results/scales/<str:public_id>/", scales.scale, name="scale"),
]
