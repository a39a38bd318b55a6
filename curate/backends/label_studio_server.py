"""Which Label Studio to talk to, and starting one of one's own from its own virtual environment."""

from __future__ import annotations

import errno
import json
import os
import secrets
import signal
import socket
import stat
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from curate.settings import KEY_VARIABLE, URL_VARIABLE
from db.errors import BadInputError, UnreachableError, told

EVERYWHERE = ("0.0.0.0", "")  # hosts that are all addresses of this machine
VENV_VARIABLE = "PAPERFLOPS_LABEL_STUDIO_VENV"
USERNAME = "reviewer@paperflops.example.org"
STANDSTILL_SECONDS = 120.0  # a start is given up when nothing happens for so long: it works and writes all the time
LONGEST_START_SECONDS = 1800.0  # a first start makes the database: 25 s on a quiet machine, minutes on a busy one
STOP_SECONDS = 20.0


@dataclass(frozen=True)
class Server:
    """A Label Studio and how to get in; `username` and `password` are known of one's own alone."""

    url: str
    api_key: str
    username: str | None = None
    password: str | None = None


def server_file(db: Path) -> Path:
    """Where `serve` leaves the address and the key for `send` and `sync`: beside the database, for its owner alone."""
    return db.parent / "label-studio.json"


def known_server(db: Path) -> Server:
    """The server named by the environment, else the one that `serve` started for this database."""
    url, key = os.environ.get(URL_VARIABLE), os.environ.get(KEY_VARIABLE)
    if url and key:
        if not url.startswith(("http://", "https://")):
            raise BadInputError(f"{URL_VARIABLE} is {url!r}", "it begins with http:// or https://")
        return Server(url.rstrip("/"), key)
    if url or key:
        missing = KEY_VARIABLE if url else URL_VARIABLE
        raise BadInputError(f"{missing} is not set", f"set both {URL_VARIABLE} and {KEY_VARIABLE}, or neither")
    saved = _saved(server_file(db))
    if saved is None:
        raise BadInputError(
            "no Label Studio is known",
            f"start one with `paperflops review serve`, or set {URL_VARIABLE} and {KEY_VARIABLE}",
        )
    return saved


def label_studio_program() -> Path:
    """The `label-studio` of its own virtual environment. BadInputError where it is not installed."""
    named = os.environ.get(VENV_VARIABLE)
    root = Path(__file__).resolve().parents[2]
    venv = Path(named) if named else root / ".venv-label-studio"
    program = venv / "bin" / "label-studio"
    if not program.exists():
        raise BadInputError(f"Label Studio is not installed in {venv}", "install it with `make label-studio`")
    return program


# the reserved networks, none of which Label Studio calls by default, less this machine's own (127.0.0.0/8)
CALL_NONE_OF = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
    "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
    "240.0.0.0/4", "::/128", "::1/128", "::ffff:0:0/96", "64:ff9b::/96", "100::/64", "2001::/32", "2001:db8::/32",
    "2002::/16", "fc00::/7", "fe80::/10", "ff00::/8",
)  # fmt: skip


@contextmanager
def running(
    data: Path, port: int, saved: Path, *, host: str = "127.0.0.1", webhooks: bool = False, postgres: str | None = None
) -> Iterator[tuple[Server, subprocess.Popen[bytes]]]:
    """A Label Studio that runs while this is open; its address and key are kept in `saved`.

    Its database is SQLite in `data`, or the PostgreSQL database of this URL, which a team needs: SQLite lets one
    person write at a time.

    Its log is `server.log` in `data`. No analytics, no error reports, no look for newer versions, no signing up
    without an invitation. With `webhooks` it may call this machine, which it otherwise refuses.
    """
    program = label_studio_program()
    database = postgres_environment(postgres) if postgres is not None else {}
    _check_can_listen(host, port)
    data.mkdir(parents=True, exist_ok=True)
    url = f"http://{'127.0.0.1' if host in EVERYWHERE else host}:{port}"
    before = _saved(saved)
    if before is None or before.password is None:
        if (data / "label_studio.sqlite3").exists():
            raise BadInputError(
                f"{data} holds a Label Studio whose key is not in {saved}", "put the file back or name another --data"
            )
        before = Server(url, secrets.token_hex(20), USERNAME, secrets.token_urlsafe(12))
    server = Server(url, before.api_key, before.username, before.password)
    _save(saved, server)
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("LABEL_STUDIO_", "DJANGO_", "PYTHON"))},
        "COLLECT_ANALYTICS": "false",
        "collect_analytics": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "LATEST_VERSION_CHECK": "false",
        "LOG_LEVEL": "WARNING",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        # by the environment, not as arguments: those could be read by every user of the machine
        "LABEL_STUDIO_USERNAME": server.username or USERNAME,
        "LABEL_STUDIO_PASSWORD": server.password or "",
        "LABEL_STUDIO_USER_TOKEN": server.api_key,
    }
    environment |= database
    if webhooks:
        environment |= {
            "USE_DEFAULT_BANNED_SUBNETS": "false",
            "USER_ADDITIONAL_BANNED_SUBNETS": ",".join(CALL_NONE_OF),
        }
    with (data / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [
                program,
                "start",
                "--no-browser",
                "--data-dir",
                data.resolve(),
                "--port",
                str(port),
                "--internal-host",
                host,
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C is ours to pass on, once what is under way is done
        )
    try:
        _wait_until_up(url, process, data / "server.log")
        yield server, process
    finally:
        _stop(process)


def postgres_environment(url: str) -> dict[str, str]:
    """Label Studio's settings for the database of a URL such as postgresql://user:password@127.0.0.1:5432/name."""
    try:
        parts = urlsplit(url)
        named = parts.scheme in ("postgresql", "postgres") and parts.hostname and parts.path.strip("/")
        port = parts.port or 5432
    except ValueError:  # half an IPv6 address, a port that is no number up to 65535
        named = None
    if not named:
        raise BadInputError(f"{url!r} names no PostgreSQL database", "write postgresql://user:password@host:port/name")
    return {
        "DJANGO_DB": "default",
        "POSTGRE_HOST": parts.hostname or "",
        "POSTGRE_PORT": str(port),
        "POSTGRE_USER": unquote(parts.username or "postgres"),
        "POSTGRE_PASSWORD": unquote(parts.password or ""),
        "POSTGRE_NAME": parts.path.strip("/"),
    }


def _wait_until_up(
    url: str, process: subprocess.Popen[bytes], log: Path, standstill: float = STANDSTILL_SECONDS
) -> None:
    """Waits until the server answers, for as long as it gets on."""
    began = moved = time.monotonic()
    progress = _progress(process.pid, log.parent)
    while time.monotonic() - moved < standstill and time.monotonic() - began < LONGEST_START_SECONDS:
        now = _progress(process.pid, log.parent)
        if now != progress:
            progress, moved = now, time.monotonic()
        if process.poll() is not None:
            raise UnreachableError(f"Label Studio ended at once (code {process.returncode})", f"see {log}")
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    waited = time.monotonic() - began
    raise UnreachableError(f"Label Studio did not answer within {waited:.0f} s and stands still", f"see {log}")


def _progress(process: int, data: Path) -> tuple[object, ...]:
    """What changes as long as the server's start gets on: its time on the processor, and its files."""
    try:
        line = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
        worked: object = line.rpartition(")")[2].split()[11:13]
    except OSError:  # not Linux, or over
        worked = None
    files = list(_stats(data))
    return worked, sum(f.st_size for f in files), max((f.st_mtime_ns for f in files), default=0)


def _stats(folder: Path) -> Iterator[os.stat_result]:
    """What the file system says of each file in the folder, without those that go while it is read.

    A database that is being written keeps a journal beside it, which comes and goes within milliseconds.
    """
    for file in folder.iterdir():
        with suppress(FileNotFoundError):
            found = file.stat()
            if stat.S_ISREG(found.st_mode):
                yield found


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _check_can_listen(host: str, port: int) -> None:
    """BadInputError where nobody can listen at this address: it is taken, not this machine's, or no address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise BadInputError(f"port {port} is in use", "name another with --port") from error
            raise BadInputError(
                f"nobody can listen at {host}:{port} ({told(error)})", "name another with --host and --port"
            ) from error


def _saved(path: Path) -> Server | None:
    try:
        return Server(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise BadInputError(
            f"{path} can't be read ({told(error)})", "remove it and run `paperflops review serve` again"
        ) from error


def _save(path: Path, server: Server) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.touch(mode=0o600)
    part.write_text(json.dumps(asdict(server), indent=1) + "\n", encoding="utf-8")
    part.replace(path)
