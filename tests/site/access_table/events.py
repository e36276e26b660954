"""Events of a region, who comes, certificates."""

from __future__ import annotations

from tests.site.rules import ALL, BOTH, EVERYBODY, LISTED, MEMBERS, Rule, general, of, one
from tests.site.world import World

EDIT = "rc** rs** mc** me**"
KEEP = "rc rs"  # of the region
COMERS = "rc rs mc sh ss cu"  # see who comes from the first school
NAME = "rc rs mc* me* sh*"  # answer for an organisation


def _row(world: World) -> list[str]:
    return [world.seminar.public_id, world.seminar.registrations.get().public_id]


def _file(world: World) -> list[str]:
    return [world.seminar.public_id, world.seminar.materials.get().public_id]


def _secret_file(world: World) -> list[str]:
    return [world.secret_seminar.public_id, world.secret_seminar.materials.get().public_id]


def _kept(methods: str) -> tuple[Rule, ...]:
    return (
        one(of("seminar"), KEEP, MEMBERS, methods),
        one(of("secret_seminar"), "rc", LISTED, methods),
    )


def _seen(methods: str = "GET") -> tuple[Rule, ...]:
    return one(of("seminar"), MEMBERS, methods=methods), one(of("secret_seminar"), LISTED, methods=methods)


EVENTS: dict[str, tuple[Rule, ...]] = {
    "development:events": general(ALL),
    "development:events_calendar": general(ALL),
    "development:events_ics": general(ALL),
    "development:new_event": general(EDIT, BOTH),
    "development:event": _seen(),
    "development:event_ics": _seen(),
    "development:event_people": _seen(),
    "development:edit_event": _kept(BOTH),
    "development:announce_event": _kept("POST"),
    "development:cancel_event": _kept(BOTH),
    "development:register": (
        one(of("seminar"), NAME, MEMBERS, BOTH),
        one(of("secret_seminar"), "rc mc sh", LISTED, BOTH),
    ),
    "development:come": (
        one(of("seminar"), MEMBERS, methods="POST"),
        one(of("secret_seminar"), "sh ss cu", LISTED, "POST"),
    ),
    "development:leave_event": (one(_row, "rc rs mc sh", COMERS, "POST"),),
    "development:event_attendance": _kept(BOTH),
    "development:attach_material": _kept(BOTH),
    "development:material": (one(_file, MEMBERS), one(_secret_file, LISTED)),
    "development:remove_material": (one(_file, KEEP, MEMBERS, "POST"), one(_secret_file, "rc", LISTED, "POST")),
    "development:event_feedback": _seen(BOTH),
    "development:certify": _kept("POST"),
    "development:event_certificates": (one(of("past_seminar"), COMERS),),
    "development:verify": general(EVERYBODY, public=200),
    "development:certificate": (one(lambda world: [world.certificate.code], EVERYBODY, public=200),),
    "development:certificate_pdf": (one(of("certificate"), COMERS),),
    "development:withdraw_certificate": (one(of("certificate"), KEEP, COMERS, BOTH),),
    "development:restore_certificate": (one(of("certificate"), KEEP, COMERS, "POST"),),
}
