"""How the command line speaks: a mistake ends in one line that says what is wrong, help lists whole sentences."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import typer.core

from db.errors import BadInputError, StoppedError


class PlainGroup(typer.core.TyperGroup):
    """A group whose help gives each command its whole first sentence."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(limit=300)) for name, command in commands if command])


class OneLineGroup(PlainGroup):
    """The command line's outermost group: its usage errors, and those of all commands in it, are BadInputErrors.

    `order` names the commands in the order of their use; others follow.
    """

    order: ClassVar[tuple[str, ...]] = ()

    def list_commands(self, ctx: Any) -> list[str]:
        names = super().list_commands(ctx)
        return sorted(names, key=lambda name: self.order.index(name) if name in self.order else len(self.order))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with _as_bad_input():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        with _as_bad_input():
            return super().invoke(ctx)


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
