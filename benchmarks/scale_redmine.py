"""Lists, one card and the timeline beside a Redmine with as many issues, asked in turns in one run, both over HTTP.

Redmine (Debian's package, puma) has to run already, on the same PostgreSQL server as ours; it is asked without sign-in,
which saves it work, ours signed in as the regional coordinator through `opora serve`. To reach: lists three times as
fast, the timeline ten times; one assignment at least as fast as one issue. Without --redmine nothing is measured.

    python benchmarks/scale_redmine.py --redmine http://127.0.0.1:3999 --server postgres://… --data FOLDER
        [--schools 40000 --assignments 2000000] [--turns 10]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from _scale import base, options

PORT = 8765
AT_MOST = 480.0  # seconds of the whole measurement
PAIRS = {
    "list of 25": ("/issues?per_page=25", "list", 3),
    "list of 100": ("/issues?per_page=100", "list_100", 3),
    "one": ("/issues/{issue}", "card", 1),
    "timeline (Gantt)": ("/projects/{project}/issues/gantt", "timeline", 10),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options(parser, schools=40_000, assignments=2_000_000)
    parser.add_argument("--redmine", default="", help="its address")
    parser.add_argument("--issue", default="1000000", help="number of an issue")
    parser.add_argument("--project", default="region1", help="identifier of a project")
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        print(json.dumps(prepared()))
        return 0
    if not arguments.redmine:
        print("no Redmine is named (--redmine): nothing is compared")
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        country = base("country", arguments, arguments.data or Path(temporary))
        country.build()
        ours = country.ask(__file__)
        command = [sys.executable, "-m", "opora.cli", "serve", "--port", str(PORT), "--workers", "2"]
        server = subprocess.Popen(command, env=country.environment, stdout=subprocess.DEVNULL)
        try:
            return compare(arguments, ours)
        finally:
            server.terminate()
            server.wait(40)


def compare(arguments: argparse.Namespace, ours: dict[str, str]) -> int:
    cookie = {"Cookie": f"sessionid={ours['session']}"}
    pairs = {}
    for name, (theirs, key, limit) in PAIRS.items():
        if key in ours:
            there = arguments.redmine + theirs.format(issue=arguments.issue, project=arguments.project)
            pairs[name] = (there, f"http://127.0.0.1:{PORT}{ours[key]}", limit)
    for there, here, _ in pairs.values():  # both warm
        asked(there, {})
        asked(here, cookie)
    times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in pairs}
    begun = time.monotonic()
    for _ in range(arguments.turns):
        for name, (there, here, _) in pairs.items():
            times[name][0].append(asked(there, {}))
            times[name][1].append(asked(here, cookie))
        if time.monotonic() - begun > AT_MOST:
            break
    print(f"{ours['size']}; turns: {len(times['one'][0])}; milliseconds, median (least–greatest)\n")
    print("| Page | Redmine | Opora | Times as fast | At least | |")
    print("|---|---|---|---|---|---|")
    broken = 0
    for name, (theirs, own) in times.items():
        ratio, limit = statistics.median(theirs) / statistics.median(own), pairs[name][2]
        broken += ratio < limit
        verdict = "holds" if ratio >= limit else "BROKEN"
        print(f"| {name} | {spread(theirs)} | {spread(own)} | {ratio:.1f} | {limit} | {verdict} |")
    return 1 if broken else 0


def spread(times: list[float]) -> str:
    return f"{statistics.median(times):.0f} ({min(times):.0f}–{max(times):.0f})"


def asked(url: str, headers: dict[str, str]) -> float:
    """Milliseconds until the whole answer is here; waits for a server that is just starting."""
    for attempt in range(60):
        start = time.perf_counter()
        try:
            request = urllib.request.Request(url, headers=headers)  # noqa: S310
            with urllib.request.urlopen(request, timeout=180) as answer:  # noqa: S310
                answer.read()
                if answer.url.partition("?")[0] != url.partition("?")[0]:
                    raise RuntimeError(f"{url} led to {answer.url}")
            return 1000 * (time.perf_counter() - start)
        except (ConnectionError, urllib.error.URLError):
            if attempt == 59:
                raise
            time.sleep(1)
    raise AssertionError


def prepared() -> dict[str, str]:
    """A session of the coordinator, and the addresses of our pages."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.urls import NoReverseMatch, reverse

    from opora.access.models import User
    from opora.roadmaps.models import Assignment, RoadMap

    user = User.objects.get(username="coordinator")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    one = Assignment.objects.visible(user).order_by("-pk").first()
    roadmap = RoadMap.objects.filter(state="sent").order_by("pk").first()
    assert one is not None
    assert roadmap is not None
    found = {
        "session": str(session.session_key),
        "size": f"{Assignment.objects.count()} assignments beside as many issues",
        "list": "/assignments/",
        "list_100": "/assignments/?size=100",
        "card": f"/assignments/{one.public_id}/",
    }
    try:
        found["timeline"] = reverse("roadmaps:timeline", args=[roadmap.public_id])
    except NoReverseMatch:
        print("no timeline yet", file=sys.stderr)
    return found


if __name__ == "__main__":
    sys.exit(main())
