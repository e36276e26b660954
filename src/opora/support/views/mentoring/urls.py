"""Addresses of mentors, pairs and proposals."""

from django.urls import path

from opora.support.views.mentoring import mentors, pairs, proposals

urlpatterns = [
    path("mentors/", mentors.mentors, name="mentors"),
    path("mentors/new/", mentors.new, name="new_mentor"),
    path("mentors/<str:public_id>/", mentors.mentor, name="mentor"),
    path("mentors/<str:public_id>/edit/", mentors.edit, name="edit_mentor"),
    path("mentors/<str:public_id>/archive/", mentors.archive, name="archive_mentor"),
    path("mentors/<str:public_id>/restore/", mentors.restore, name="restore_mentor"),
    path("pairs/", pairs.pairs, name="pairs"),
    path("pairs/new/", pairs.new, name="new_pair"),
    path("pairs/proposals/", proposals.proposals, name="proposals"),
    path("pairs/proposals/<str:public_id>/", proposals.proposal, name="proposal"),
    path("pairs/proposals/<str:public_id>/recount/", proposals.recount, name="recount_proposal"),
    path("pairs/proposals/<str:public_id>/confirm/", proposals.confirm, name="confirm_proposal"),
    path("pairs/proposals/<str:public_id>/<str:row_id>/", proposals.proposed, name="proposed"),
    path("pairs/proposals/<str:public_id>/<str:row_id>/forbid/", proposals.forbid, name="forbid_proposed"),
    path("pairs/proposals/<str:public_id>/<str:row_id>/release/", proposals.release, name="release_proposed"),
    path("pairs/<str:public_id>/", pairs.pair, name="pair"),
    path("pairs/<str:public_id>/end/", pairs.end, name="end_pair"),
    path("pairs/<str:public_id>/renew/", pairs.renew, name="renew_pair"),
    path("pairs/<str:public_id>/sign/", pairs.sign, name="sign_pair"),
    path("pairs/<str:public_id>/plan/", pairs.add_line, name="add_line"),
    path("pairs/<str:public_id>/plan/<str:line_id>/", pairs.change_line, name="change_line"),
    path("pairs/<str:public_id>/plan/<str:line_id>/remove/", pairs.remove_line, name="remove_line"),
    path("pairs/<str:public_id>/plan/<str:line_id>/done/", pairs.mark, {"done": True}, name="do_line"),
    path("pairs/<str:public_id>/plan/<str:line_id>/undone/", pairs.mark, {"done": False}, name="undo_line"),
    path("pairs/<str:public_id>/contacts/", pairs.add_contact, name="add_contact"),
    path("pairs/<str:public_id>/agreement.docx", pairs.agreement, name="agreement"),
    path("documents/<str:document_id>/pairs/", pairs.of_document, name="document_pairs"),
]
