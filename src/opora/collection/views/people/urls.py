from django.urls import path

from opora.collection.views.people import answering, pages

urlpatterns = [
    path("questionnaires/", pages.questionnaires, name="questionnaires"),
    path("questionnaires/new/", pages.new, name="new_questionnaire"),
    path("questionnaires/sum/", pages.summed, name="questionnaires_sum"),
    path("questionnaires/<str:public_id>/", pages.questionnaire, name="questionnaire"),
    path("questionnaires/<str:public_id>/close/", pages.close, name="close_questionnaire"),
    path("questionnaires/<str:public_id>/reopen/", pages.reopen, name="reopen_questionnaire"),
    path("questionnaires/<str:public_id>/link/", pages.renew_link, name="renew_link"),
    path("questionnaires/<str:public_id>/codes/", pages.print_codes, name="questionnaire_codes"),
    path("questionnaires/<str:public_id>/code/<str:kind>/", pages.code, name="questionnaire_code"),
    path("q/<str:link>/", answering.answer, name="answer"),
    path("q/<str:link>/thanks/", answering.thanks, name="answered"),
]
