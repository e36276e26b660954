"""The main pages, found the way people find them: by links on the lists."""

from __future__ import annotations

import re

from tests.browser.conftest import Visitor

PLAIN = {
    "coordinator": {
        "home": "/",
        "documents": "/documents/",
        "upload": "/documents/upload/",
        "new document": "/documents/new/",
        "road maps": "/road-maps/",
        "assignments": "/assignments/",
        "own calendar": "/calendar/",
        "lists": "/lists/",
        "results": "/results/",
        "loadings": "/results/loadings/",
        "results to load": "/results/loadings/new/",
        "scales": "/results/scales/",
        "new scale": "/results/scales/new/",
        "letters": "/letters/",
        "new letter": "/letters/new/",
        "reminders": "/letters/remind/",
        "summary": "/letters/new/summary/",
        "templates": "/letters/templates/",
        "drafts": "/drafts/",
        "new draft": "/drafts/new/",
        "organisations": "/organisations/",
        "people": "/people/",
        "import": "/registry/import/",
        "journal": "/journal/",
        "check of a copy": "/copies/check/",
        "search": "/search/?q=школа",
        "password": "/accounts/password/change/",
        "notices": "/notices/",
        "choices": "/notices/choices/",
        "second step": "/accounts/2fa/",
    },
    "school": {
        "home": "/",
        "assignments": "/assignments/",
        "organisations": "/organisations/",
        "notices": "/notices/",
        "choices": "/notices/choices/",
        "search": "/search/?q=школа",
    },
    "admin": {
        "accounts": "/settings/accounts/",
        "invitations": "/settings/accounts/invitations/",
        "mails": "/settings/mails/",
    },
    "": {"sign-in": "/accounts/login/", "invitation": "/invitation/"},
}
# name: (list, what the address of the first link looks like, what follows it)
FOUND = {
    "coordinator": {
        "document in review": ("/documents/?state=review", r"/documents/[0-9a-z]{26}/", ""),
        "approval": ("/documents/?state=review", r"/documents/[0-9a-z]{26}/", "approve/"),
        "open version": ("/documents/?state=approved", r"/documents/[0-9a-z]{26}/", "open/"),
        "approved document": ("/documents/?state=approved", r"/documents/[0-9a-z]{26}/", ""),
        "road map": ("/road-maps/?state=sent&q=поддержки", r"/road-maps/[0-9a-z]{26}/", ""),
        "timeline": ("/road-maps/?state=sent&q=поддержки", r"/road-maps/[0-9a-z]{26}/", "timeline/"),
        "calendar": ("/road-maps/?state=sent&q=поддержки", r"/road-maps/[0-9a-z]{26}/", "calendar/"),
        "matrix": ("/road-maps/?state=sent&q=поддержки", r"/road-maps/[0-9a-z]{26}/", "matrix/"),
        "municipalities": ("/road-maps/?state=sent&q=поддержки", r"/road-maps/[0-9a-z]{26}/", "municipalities/"),
        "history": ("/road-maps/?state=sent&q=поддержки", r"/road-maps/[0-9a-z]{26}/", "history/"),
        "sending": ("/road-maps/?state=prepared", r"/road-maps/[0-9a-z]{26}/", "sending/"),
        "reported assignment": ("/assignments/?whose=controlled&state=reported", r"/assignments/[0-9a-z]{26}/", ""),
        "accepted assignment": ("/assignments/?state=accepted", r"/assignments/[0-9a-z]{26}/", ""),
        "list": ("/lists/", r"/lists/[0-9a-z]{26}/", ""),
        "letter": ("/letters/?state=registered", r"/letters/[0-9a-z]{26}/", ""),
        "template": ("/letters/templates/", r"/letters/templates/[0-9a-z]{26}/reminder/", ""),
        "draft": ("/drafts/", r"/drafts/[0-9a-z]{26}/", ""),
        "organisation": ("/organisations/?kind=school", r"/organisations/[0-9a-z]{26}/", ""),
        "person": ("/people/", r"/people/[0-9a-z]{26}/", ""),
    },
    "school": {
        "open assignment": ("/assignments/?whose=mine&state=open", r"/assignments/[0-9a-z]{26}/", ""),
        "own organisation": ("/organisations/", r"/organisations/[0-9a-z]{26}/", ""),
    },
    "admin": {"account": ("/settings/accounts/", r"/settings/accounts/[0-9a-z]{26}/", "")},
}


def places(visitor: Visitor, login: str) -> dict[str, str]:
    """Name -> address of every main page of that person."""
    known = visitor.site.places
    if login not in known:
        found = dict(PLAIN[login])
        for name, (where, pattern, rest) in FOUND.get(login, {}).items():
            found[name] = first_link(visitor, where, pattern) + rest
        known[login] = found
    return known[login]


def first_link(visitor: Visitor, where: str, pattern: str) -> str:
    """The first address on that page which looks like this."""
    page = visitor.go(where)
    for link in page.locator("main a[href]").all():
        address = link.get_attribute("href") or ""
        if re.fullmatch(pattern, address):
            return address
    raise AssertionError(f"{where} has no link like {pattern}")
