"""Kills workers that send mails, again and again: `python -m tests.notices.killing ROUNDS SEED`.

Works on the database and the transport that the environment names, and prints what was due as JSON. Each round makes
notices and lets two workers send, each until a random one of its calls of a function, at which it gets SIGKILL: every
place of the code is as likely as its share of the work, whatever else the machine does. What they held is given up at
once, as if the time of its lease had passed. In the end one worker sends the rest in peace.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import sys

import django

PEOPLE = 6
CALLS = 120_000  # that a worker lives at most; a mail takes about 38,000


def main(rounds: int, seed: int) -> None:
    django.setup()
    from django.db import connection
    from django.utils import timezone

    from opora.access.models import User
    from opora.notices.actions import notify
    from opora.notices.mailing.sending import send_due
    from opora.notices.models import Mail, Notice, NoticeKind

    connection.settings_dict["OPTIONS"].pop("pool", None)  # children would share its connections
    chance = random.Random(seed)  # noqa: S311  (the same run for the same seed)
    people = [
        User.objects.create(username=f"u{n}", email=f"u{n}@example.org", display_name=f"Человек {n}")
        for n in range(PEOPLE)
    ]

    def worker(calls: int) -> int:
        child = os.fork()
        if child:
            return child
        left = itertools.count(calls, -1)

        def die(frame: object, event: str, argument: object) -> None:
            if next(left) <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.setprofile(die)
        while True:
            send_due()

    notify(people[:1], kind=NoticeKind.RETURNED, text="Извещение <0>", url="/", on=people[0], key="0")
    send_due()  # templates and modules are loaded once, not by each worker anew
    for number in range(rounds):
        for person in chance.sample(people, 4):
            key = f"{number}-{person.pk}"
            notify([person], kind=NoticeKind.RETURNED, text=f"Извещение <{key}>", url="/", on=person, key=key)
        connection.close()  # nobody inherits it
        for child in [worker(chance.randrange(CALLS)), worker(chance.randrange(CALLS))]:
            os.waitpid(child, 0)
        Mail.objects.filter(state="sending").update(lease_until=timezone.now())
    while send_due() or Mail.objects.filter(state__in=["queued", "sending"]).exists():
        Mail.objects.filter(state="queued").update(next_at=timezone.now())
    told = {
        "mails": list(Mail.objects.values_list("public_id", "state", "attempts")),
        "notices": list(Notice.objects.values_list("text", "mail")),
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
