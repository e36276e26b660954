"""Addresses of programmes, their decisions, reviews and progress."""

from django.urls import path

from opora.support.views.programmes import deciding, pages, progress, reviewing

urlpatterns = [
    path("cases/programmes/", reviewing.programmes, name="programmes"),
    path("cases/programmes/assign/", reviewing.assign, name="assign_experts"),
    path("cases/reviews/<str:public_id>/", reviewing.review, name="review"),
    path("cases/reviews/<str:public_id>/withdraw/", reviewing.withdraw, name="withdraw_review"),
    path("cases/remarks/<str:public_id>/settle/", deciding.settle, name="settle_remark"),
    path("cases/<str:public_id>/programme/", pages.programme, name="programme"),
    path("cases/<str:public_id>/programme/start/", pages.start, name="start_programme"),
    path("cases/<str:public_id>/programme/send/", deciding.send, name="send_programme"),
    path("cases/<str:public_id>/programme/withdraw/", deciding.withdraw, name="withdraw_programme"),
    path("cases/<str:public_id>/programme/unapprove/", deciding.unapprove, name="unapprove_programme"),
    path("cases/<str:public_id>/programme/approve/", deciding.approve, name="approve_programme"),
    path("cases/<str:public_id>/programme/return/", deciding.return_, name="return_programme"),
    path("cases/<str:public_id>/programme/agree/", deciding.agree, name="agree_programme"),
    path("cases/<str:public_id>/programme/order/", deciding.order, name="order_measures"),
    path("cases/<str:public_id>/programme/revise/", deciding.revise, name="revise_programme"),
    path("cases/<str:public_id>/programme/drop/", deciding.drop, name="drop_version"),
    path("cases/<str:public_id>/programme/progress/", progress.progress, name="progress"),
    path("cases/<str:public_id>/programme/progress/new/", progress.review, name="review_progress"),
    path("cases/<str:public_id>/programme/remark/", deciding.remark, name="remark_programme"),
    path("cases/<str:public_id>/programme/versions/<int:number>/", pages.version, name="programme_version"),
    path("cases/<str:public_id>/programme/export/<str:kind>/", pages.export, name="export_programme"),
    path("cases/<str:public_id>/programme/add/<str:kind>/", pages.add, name="add_item"),
    path("cases/<str:public_id>/programme/<str:key>/", pages.item, name="item"),
    path("cases/<str:public_id>/programme/<str:key>/remove/", pages.remove, name="remove_item"),
]
