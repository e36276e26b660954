"""A pair of the first school, whose mentor is a tutor of the institute; and a proposal that was counted."""

from __future__ import annotations

from opora.core.clock import today
from opora.support.actions import advising, pairing, reserve, rewards, visiting
from opora.support.actions.mentors import add_mentor
from opora.support.actions.sheets import start_sheet
from opora.support.models.mentoring import Proposal, ProposalState
from opora.support.models.visits import Season
from tests.site.world.objects import World


def add_mentoring(world: World) -> None:
    by, school = world.coordinator, world.region.schools[0]
    world.mentor = add_mentor(
        by=by, organisation=world.region.institute, kind="tutor", name=world.word("Лоцман"), strengths={"mat": 3}
    )
    world.pair = pairing.make_pair(by=by, school=school, mentor=world.mentor)
    world.line = pairing.add_line(world.pair, by=by, text=world.word("Дуэт"), due=today())
    pairing.add_contact(world.pair, by=by, on=today(), kind="call", text=world.word("Дуэт"))
    add_reserve(world)
    world.visit = visiting.make_visit(by=by, school=school, day=today(), team=[world.mentor])
    world.advice = advising.advise(world.visit, by=by, text=world.word("Десант"), due=today())
    world.sheet = start_sheet(world.region.authority, by=by)
    days = {"first": today(), "last": today()}
    world.season = Season.objects.create(territory=world.region.authority, state="ready", made_by="Кто", **days)
    world.season.wishes.create(school=school, subject="mat", reason=world.word("Чета"))
    world.proposal = Proposal.objects.create(
        territory=world.region.authority,
        school_year=world.pair.school_year,
        state=ProposalState.READY,
        made_by="Кто",
    )
    world.proposed = world.proposal.rows.create(
        school=school, mentor=world.mentor, points=50, reason=world.word("Чета")
    )


def add_reserve(world: World) -> None:
    by, school, said = world.coordinator, world.region.schools[0], {"post": "Директор", "consent": "есть"}
    name, grounds = world.word("Резервист"), world.word("Резервист")
    world.candidate = reserve.propose(
        by=by, organisation=school, name=name, grounds=grounds, for_mentoring=True, **said
    )
    reserve.include(world.candidate, by=by)
    world.near_candidate = reserve.propose(
        by=by, organisation=world.region.schools[2], name="Кандидат соседей", grounds="Есть", for_mentoring=True, **said
    )
    reserve.include(world.near_candidate, by=by)
    sent = world.word("Отметка-резерва")
    world.appointment = reserve.appoint(
        world.candidate, by=by, kind="mentor", school=school, since=today(), document_text=sent
    )
    given = {"side": "school", "kind": "letter", "ground": world.word("Награда"), "document_text": "приказ"}
    world.reward = rewards.reward(world.pair, by=by, on=today(), **given)
