"""How the command line speaks: a mistake ends in one line that says what is wrong, help is for people.

Typer's help names Python's types ("<int range>", "<list[Path]>") and cuts the sentences of commands; here values have
the words of the table `_WORDS`, arguments their names, and commands their whole first sentence.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

import typer
import typer.core

from db.errors import BadInputError, StoppedError
from db.untyped import Row

Function = TypeVar("Function", bound=Callable[..., Any])

# What Typer calls a value, and what we do.
_WORDS = (
    (r"<int(?: range)?>", "N"),
    (r"<float(?: range)?>", "NUMBER"),
    (r"<str>", "TEXT"),
    (r"<(?:path|Path)>", "PATH"),
    (r"<file>", "FILE"),
    (r"<dir>", "FOLDER"),
    (r"<list\[str\]>", "TEXT"),
    (r"<list\[Path\]>", "PATH"),
    (r"<([^<>]*\|[^<>]*)>", r"\1"),  # a choice: its words
)
_RANGES = ((r"(\S+)<=x<=(\S+?)(?=[;\]])", r"\1 to \2"), (r"x>=(\S+?)(?=[;\]])", r"at least \1"))


class PlainCommand(typer.core.TyperCommand):
    """A command whose help speaks of files, numbers and texts."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return [_argument_in_usage(piece) for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        _write_parameters(self, ctx, formatter)


class PlainGroup(typer.core.TyperGroup):
    """A group whose help gives each command its whole first sentence."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        _write_parameters(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(limit=300)) for name, command in commands if command])


class _OneLine:
    """What turns usage errors into BadInputErrors, before a command or a group."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        with _as_bad_input():
            return super().parse_args(ctx, args)  # type: ignore[misc]

    def invoke(self, ctx: Any) -> Any:
        with _as_bad_input():
            return super().invoke(ctx)  # type: ignore[misc]


class OneLineGroup(_OneLine, PlainGroup):
    """The command line's outermost group: its usage errors, and those of all commands in it, are BadInputErrors.

    `order` names the commands in the order of their use; others follow.
    """

    order: ClassVar[tuple[str, ...]] = ()

    def list_commands(self, ctx: Any) -> list[str]:
        names = super().list_commands(ctx)
        return sorted(names, key=lambda name: self.order.index(name) if name in self.order else len(self.order))


class OneLineCommand(_OneLine, PlainCommand):
    """A command that is a program by itself: its usage errors are BadInputErrors."""


class PlainTyper(typer.Typer):
    """Where commands are mounted: a Typer whose groups and commands have plain help."""

    def __init__(self, **settings: Any) -> None:
        plain: Row = {
            "cls": PlainGroup, "add_completion": False, "rich_markup_mode": None, "no_args_is_help": True,
        }  # fmt: skip
        super().__init__(**plain | settings)

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Function], Function]:
        return super().command(name, **{"cls": PlainCommand} | settings)


def _write_parameters(command: Any, ctx: Any, formatter: Any) -> None:
    """Writes the sections of arguments and options."""
    arguments, options = [], []
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is None:
            continue
        name, text = record
        for pattern, words in _RANGES:
            text = re.sub(pattern, words, text)
        if parameter.param_type_name == "argument":
            arguments.append((_argument_name(parameter), text))
            continue
        for pattern, words in _WORDS:
            name = re.sub(pattern, words, name)
        options.append((name, text))
    for title, rows in (("Arguments", arguments), ("Options", options)):
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)


def _argument_name(parameter: Any) -> str:
    name: str = parameter.metavar or parameter.name
    return name.upper() + ("..." if parameter.nargs != 1 else "")


def _argument_in_usage(piece: str) -> str:
    """An argument in the usage line: "FILE" where it must be given, "[IDS]..." where it may."""
    match = re.fullmatch(r"(?:\{(?P<needed>\w+)\}|(?P<other>\[?\w+\]?))(?P<dots>(?:\.\.\.)?)", piece)
    if match is None or piece == "[OPTIONS]":
        return piece
    return (match["needed"] or match["other"]).upper() + match["dots"]


def refuse_together(**given: object) -> None:
    """BadInputError where more than one of these options was given: `refuse_together(page=page, tables=tables)`."""
    names = [f"--{name.replace('_', '-')}" for name, value in given.items() if value not in (None, False)]
    if len(names) > 1:
        raise BadInputError(f"{names[0]} and {names[1]} exclude each other", "give one of them")


def typed(ctx: typer.Context, parameter: str) -> bool:
    """Whether somebody typed this option: neither its default nor an environment variable gave its value."""
    source = ctx.get_parameter_source(parameter)
    return source is not None and source.name == "COMMANDLINE"


@contextmanager
def _as_bad_input() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:  # Typer would end without a word
        raise StoppedError from None
    except OSError as error:  # a full disk, a folder that may not be written: no fault of the program
        if error.strerror is None or error.errno == errno.EPIPE:
            raise
        where = f"{error.filename} can't be used" if error.filename else "a file can't be used"
        raise BadInputError(f"{where} ({error.strerror})", "mend that or name another") from error
    except Exception as error:
        # Typer carries click under a private name, so its errors are known by what they can do.
        message = error.format_message() if hasattr(error, "format_message") else None
        if message is None or "\n" in message:  # the help itself, asked for by giving no arguments
            raise
        ctx = getattr(error, "ctx", None)
        help_of = ctx.command_path if ctx is not None else "paperflops"
        raise BadInputError(message.replace("Value error, ", "").rstrip("."), f"see `{help_of} --help`") from error
