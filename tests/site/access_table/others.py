"""Accounts, search and filters; notices, of which everybody has his own."""

from __future__ import annotations

from collections.abc import Callable

from opora.access.codes import in_groups
from tests.site.rules import BOTH, EVERYBODY, Rule, general, of, one
from tests.site.world import World

NOT_AD = "rc** rs** mc** me** sh** ss** cu** ob** nobody"
INVITE = "rc mc ad"
NO_INVITE = "rs** me** sh** ss** cu** ob** nobody"


def _manages(*objects: str, methods: str = "POST") -> tuple[Rule, ...]:
    """Pages of accounts: a missing right before anything is looked up."""
    return (one(of(*objects), "ad", NOT_AD, methods),)


OTHERS: dict[str, tuple[Rule, ...]] = {
    "ui:search": general(EVERYBODY),
    "ui:job": (one(of("job"), "rc"),),
    "ui:stop_job": (one(of("job"), "rc", methods="POST"),),
    "ui:save_filter": general(EVERYBODY, "POST"),
    "ui:change_filter": (one(of("saved_filter"), "rc", methods="POST"),),
    "ui:remove_filter": (one(of("saved_filter"), "rc", methods="POST"),),
    "ui:theme": general(EVERYBODY, "POST"),
    "journal:entries": general(EVERYBODY),
    "exports:check": general("rc** ad**", BOTH),
    "exports:prepare_large": general(EVERYBODY, "POST"),
    "exports:large": (one(of("large_copy"), "rc"),),
    "exports:take_large": (one(of("large_copy"), "rc"),),
    "access:accounts": general("ad**"),
    "access:invitations": general("rc** mc** ad**"),
    "access:invite": general("rc** mc** ad**", BOTH),
    "access:invitation": (one(of("invitation"), INVITE, NO_INVITE),),
    "access:renew": (one(of("invitation"), INVITE, NO_INVITE, "POST"),),
    "access:revoke": (one(of("invitation"), INVITE, NO_INVITE, "POST"),),
    "access:account": _manages("account", methods=BOTH),
    "access:end_role": _manages("account", "membership", methods=BOTH),
    "access:disable": _manages("account"),
    "access:enable": _manages("account"),
    "access:reset_second_factor": _manages("account"),
    "access:code": general(EVERYBODY, BOTH, public=200),
    "access:accept": (
        one(lambda world: [in_groups(world.code)], EVERYBODY, methods=BOTH, public=200),
        one(lambda world: ["AAAAA-AAAAA"], EVERYBODY, methods=BOTH, public=410, status=410),
    ),
}

# -- notices: everybody has his own ------------------------------------------------------------------------------------


def _feed(token: Callable[[World], str], status: int) -> Rule:
    """Open to whoever has the address."""
    return one(lambda world: [token(world)], EVERYBODY, public=status, status=status)


NOTICES: dict[str, tuple[Rule, ...]] = {
    "notices:notices": general(EVERYBODY),
    "notices:read_all": general(EVERYBODY, "POST"),
    "notices:unread_all": (one(lambda world: [0], EVERYBODY, methods="POST"),),
    "notices:choices": general(EVERYBODY, BOTH),
    "notices:defaults": general(EVERYBODY, "POST"),
    "notices:open_calendar": general(EVERYBODY, "POST"),
    "notices:close_calendar": general(EVERYBODY, "POST"),
    "notices:open": (one(of("notice"), "rc", methods="POST"),),
    "notices:read": (one(of("notice"), "rc", methods="POST"),),
    "notices:unread": (one(of("notice"), "rc", methods="POST"),),
    "notices:feed": (_feed(lambda world: world.token, 200), _feed(lambda world: "A" * 43, 404)),
    "notices:mails": general("ad**"),
    "notices:retry": _manages("mail"),
}
