"""A mistake in how a command was typed ends like any other: one line that says what is wrong and where help is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer.core

from db.errors import BadInputError, StoppedError


class OneLineGroup(typer.core.TyperGroup):
    """The command line's outermost group: its usage errors, and those of all commands in it, are BadInputErrors."""

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
    except Exception as error:
        # Typer carries click under a private name, so its errors are known by what they can do.
        message = error.format_message() if hasattr(error, "format_message") else None
        if message is None or "\n" in message:  # the help itself, asked for by giving no arguments
            raise
        ctx = getattr(error, "ctx", None)
        help_of = ctx.command_path if ctx is not None else "paperflops"
        raise BadInputError(message.replace("Value error, ", "").rstrip("."), f"see `{help_of} --help`") from error
