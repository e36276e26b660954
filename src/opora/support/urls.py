from django.urls import path

from opora.support.views import cases, proving, risks, sets
from opora.support.views.around.urls import urlpatterns as around
from opora.support.views.concerns.urls import urlpatterns as concerns
from opora.support.views.meetings.urls import urlpatterns as meetings
from opora.support.views.mentoring.urls import urlpatterns as mentoring
from opora.support.views.programmes.urls import urlpatterns as programmes
from opora.support.views.reserve.urls import urlpatterns as reserve
from opora.support.views.visiting.urls import urlpatterns as visiting

app_name = "support"
urlpatterns = [
    *concerns,
    *meetings,
    *programmes,
    path("cases/", cases.cases, name="cases"),
    path("cases/board/", cases.board, name="board"),
    path("schools/<str:public_id>/case/", cases.school, name="school"),
    path("cases/<str:public_id>/do/", cases.do, name="do"),
    path("cases/<str:public_id>/undo/<str:done_id>/", cases.undo, name="undo"),
    path("cases/<str:public_id>/attach/<str:done_id>/", proving.attach, name="attach_to_step"),
    path("cases/<str:public_id>/files/<str:file_id>/", proving.step_file, name="step_file"),
    path("cases/<str:public_id>/files/<str:file_id>/remove/", proving.detach, name="remove_step_file"),
    path("cases/<str:public_id>/watch/", cases.watch, name="watch"),
    path("cases/<str:public_id>/unwatch/", cases.unwatch, name="unwatch"),
    path("cases/<str:public_id>/risks/", risks.risks, name="risks"),
    path("cases/<str:public_id>/risks/score/", risks.score, name="score_risks"),
    path("cases/<str:public_id>/risks/choose/", risks.choose, name="choose_risks"),
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
    *around,
    *mentoring,
    *reserve,
    *visiting,
]
