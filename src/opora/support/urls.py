from django.urls import path

from opora.support import mentor_urls, visit_urls
from opora.support.views import cases, deciding, programmes, progress, reviewing, risks, sets
from opora.support.views.concerns.urls import urlpatterns as concerns
from opora.support.views.meetings.urls import urlpatterns as meetings

app_name = "support"
urlpatterns = [
    *concerns,
    *meetings,
    path("cases/", cases.cases, name="cases"),
    path("cases/board/", cases.board, name="board"),
    path("schools/<str:public_id>/case/", cases.school, name="school"),
    path("cases/<str:public_id>/do/", cases.do, name="do"),
    path("cases/<str:public_id>/undo/<str:done_id>/", cases.undo, name="undo"),
    path("cases/<str:public_id>/watch/", cases.watch, name="watch"),
    path("cases/<str:public_id>/unwatch/", cases.unwatch, name="unwatch"),
    path("cases/<str:public_id>/risks/", risks.risks, name="risks"),
    path("cases/<str:public_id>/risks/score/", risks.score, name="score_risks"),
    path("cases/<str:public_id>/risks/choose/", risks.choose, name="choose_risks"),
    path("cases/programmes/", reviewing.programmes, name="programmes"),
    path("cases/programmes/assign/", reviewing.assign, name="assign_experts"),
    path("cases/reviews/<str:public_id>/", reviewing.review, name="review"),
    path("cases/reviews/<str:public_id>/withdraw/", reviewing.withdraw, name="withdraw_review"),
    path("cases/remarks/<str:public_id>/settle/", deciding.settle, name="settle_remark"),
    path("cases/<str:public_id>/programme/", programmes.programme, name="programme"),
    path("cases/<str:public_id>/programme/start/", programmes.start, name="start_programme"),
    path("cases/<str:public_id>/programme/send/", deciding.send, name="send_programme"),
    path("cases/<str:public_id>/programme/approve/", deciding.approve, name="approve_programme"),
    path("cases/<str:public_id>/programme/return/", deciding.return_, name="return_programme"),
    path("cases/<str:public_id>/programme/agree/", deciding.agree, name="agree_programme"),
    path("cases/<str:public_id>/programme/progress/", progress.progress, name="progress"),
    path("cases/<str:public_id>/programme/progress/new/", progress.review, name="review_progress"),
    path("cases/<str:public_id>/programme/remark/", deciding.remark, name="remark_programme"),
    path("cases/<str:public_id>/programme/versions/<int:number>/", programmes.version, name="programme_version"),
    path("cases/<str:public_id>/programme/export/<str:kind>/", programmes.export, name="export_programme"),
    path("cases/<str:public_id>/programme/add/<str:kind>/", programmes.add, name="add_item"),
    path("cases/<str:public_id>/programme/<str:key>/", programmes.item, name="item"),
    path("cases/<str:public_id>/programme/<str:key>/remove/", programmes.remove, name="remove_item"),
    path("cases/steps/", sets.step_sets, name="step_sets"),
    path("cases/steps/new/", sets.start, name="start_set"),
    path("cases/steps/<str:public_id>/", sets.step_set, name="step_set"),
    path("cases/steps/<str:public_id>/add/", sets.add, name="add_step"),
    path("cases/steps/<str:public_id>/publish/", sets.publish, name="publish_set"),
    path("cases/steps/<str:public_id>/drop/", sets.drop, name="drop_set"),
    path("cases/steps/<str:public_id>/<str:key>/", sets.step, name="step"),
    path("cases/steps/<str:public_id>/<str:key>/up/", sets.move, {"up": True}, name="step_up"),
    path("cases/steps/<str:public_id>/<str:key>/down/", sets.move, {"up": False}, name="step_down"),
    path("cases/steps/<str:public_id>/<str:key>/remove/", sets.remove, name="remove_step"),
    *mentor_urls.urlpatterns,
    *visit_urls.urlpatterns,
]
