"""What each command calls: one function a command, imported when it is needed, so that `--help` is quick."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opora.access.models import User

# -- without a database --------------------------------------------------------------------------------------------


def parse(args: argparse.Namespace) -> int:
    from opora.decrees.command import parse

    return parse(args.files, as_json=args.json, out=sys.stdout, err=sys.stderr)


def deadline(args: argparse.Namespace) -> int:
    from opora.deadlines.command import deadline

    return deadline(args.text, args.issued, as_json=args.json, out=sys.stdout, err=sys.stderr)


def identify(args: argparse.Namespace) -> int:
    from opora.identification.command import Asked, identify

    asked = Asked(
        results=args.results,
        schools=args.schools,
        rule=args.rule,
        year=args.year,
        out=args.out,
        parameters=args.param,
        engine=args.engine,
        master=args.master,
        rejected=args.rejected,
        provenance=args.provenance,
    )
    return identify(asked, out=sys.stdout, err=sys.stderr)


def rules(args: argparse.Namespace) -> int:
    from opora.identification.command import check, rules

    if args.check:
        return check(args.check, out=sys.stdout, err=sys.stderr)
    if not args.by:
        return rules(as_json=args.json, out=sys.stdout, err=sys.stderr)

    def act(user: User) -> int:
        from opora.assessments.rules import declared_by_region

        return rules(as_json=args.json, out=sys.stdout, err=sys.stderr, more=declared_by_region(user))

    return _acting(args, act)


# -- with the region's data ----------------------------------------------------------------------------------------


def demo(args: argparse.Namespace) -> int:
    from opora.site.serving import demo

    return demo(args.schools, args.assignments, args.seed, None if args.no_serve else args.port, sys.stdout, sys.stderr)


def serve(args: argparse.Namespace) -> int:
    from opora.site.serving import serve

    return serve(args.host, args.port, args.workers, sys.stdout, sys.stderr, args.part)


def backup(args: argparse.Namespace) -> int:
    from opora.site.serving import ready

    if (args.file is None) == (args.new_key is None):
        sys.stderr.write("Укажите файл копии или --new-key ФАЙЛ.\n")
        return 2
    problem = ready()
    if problem and args.file:
        sys.stderr.write(problem + "\n")
        return 2
    from opora.site.operations import commands

    if args.new_key:
        return commands.make_key(args.new_key, sys.stdout, sys.stderr)
    return commands.back_up(args.file, args.keys, sys.stdout, sys.stderr)


def restore(args: argparse.Namespace) -> int:
    from opora.site.serving import configured

    problem = configured()
    if problem:
        sys.stderr.write(problem + "\n")
        return 2
    from opora.site.operations.commands import put_back

    return put_back(args.file, args.key, sys.stdout, sys.stderr)


def doctor(args: argparse.Namespace) -> int:
    from opora.site.serving import configured

    problem = configured()
    if problem:
        sys.stderr.write(problem + "\n")
        return 2
    from opora.site.operations.commands import doctor

    return doctor(sys.stdout)


def _acting(args: argparse.Namespace, act: Callable[[User], int]) -> int:
    """Run `act` as the user named by `--by`; what the person should know is printed, never a traceback."""
    from opora.site.serving import ready

    problem = ready()
    if problem:
        sys.stderr.write(problem + "\n")
        return 2
    from opora.access.commands import actor
    from opora.core.actor import Denied
    from opora.core.errors import Problem
    from opora.core.workflow import Refused
    from opora.site.serving import default_login

    try:
        return act(actor(args.by or default_login()))
    except (Denied, Refused, Problem, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def import_document(args: argparse.Namespace) -> int:
    def act(user: User) -> int:
        from opora.documents.commands import import_document

        return import_document(
            args.file, organisation=args.organisation, by=user, dry_run=args.dry_run, out=sys.stdout, err=sys.stderr
        )

    return _acting(args, act)


def registry_import(args: argparse.Namespace) -> int:
    def act(user: User) -> int:
        from opora.registry.commands import import_registry

        return import_registry(args.file, by=user, dry_run=args.dry_run, out=sys.stdout, err=sys.stderr)

    return _acting(args, act)


def registry_export(args: argparse.Namespace) -> int:
    def act(user: User) -> int:
        from opora.registry.commands import export_registry

        return export_registry(args.file, by=user, dry_run=args.dry_run, out=sys.stdout, err=sys.stderr)

    return _acting(args, act)


def roadmap_list(args: argparse.Namespace) -> int:
    def act(user: User) -> int:
        from opora.roadmaps.commands import list_roadmaps

        return list_roadmaps(by=user, out=sys.stdout)

    return _acting(args, act)


def roadmap_show(args: argparse.Namespace) -> int:
    def act(user: User) -> int:
        from opora.roadmaps.commands import show_roadmap

        return show_roadmap(args.id, by=user, out=sys.stdout, err=sys.stderr)

    return _acting(args, act)


def roadmap_export(args: argparse.Namespace) -> int:
    def act(user: User) -> int:
        from opora.roadmaps.commands import export_roadmap

        return export_roadmap(args.id, args.to, args.out, by=user, out=sys.stdout, err=sys.stderr)

    return _acting(args, act)


def user_add(args: argparse.Namespace) -> int:
    def act(user: User) -> int:
        from opora.access.commands import add_user

        return add_user(
            args.login,
            by=user,
            email=args.email,
            name=args.name,
            organisation=args.organisation,
            role=args.role,
            out=sys.stdout,
            err=sys.stderr,
        )

    return _acting(args, act)


def user_disable(args: argparse.Namespace) -> int:
    def act(user: User) -> int:
        from opora.access.commands import disable_user

        return disable_user(args.login, by=user, out=sys.stdout, err=sys.stderr)

    return _acting(args, act)


def user_list(args: argparse.Namespace) -> int:
    def act(user: User) -> int:
        from opora.access.commands import list_users

        return list_users(user, sys.stdout)

    return _acting(args, act)


def journal_verify(args: argparse.Namespace) -> int:
    from opora.site.serving import ready

    problem = ready()
    if problem:
        sys.stderr.write(problem + "\n")
        return 2
    from opora.journal.commands import verify_journal

    return verify_journal(args.head, sys.stdout, sys.stderr)


def journal_show(args: argparse.Namespace) -> int:
    def act(user: User) -> int:
        from opora.journal.commands import show_journal

        return show_journal(user, args.count, sys.stdout)

    return _acting(args, act)


def trace(args: argparse.Namespace) -> int:
    def act(user: User) -> int:
        from opora.exports.commands import trace

        return trace(args.files, args.code, by=user, out=sys.stdout, err=sys.stderr)

    return _acting(args, act)
