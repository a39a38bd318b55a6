"""Label Studio as a review backend. Every call of its SDK is in this file.

One project holds the tasks. A task is known by our own key in its data, never by its number (SQLite gives the numbers
of deleted tasks again). Page pictures are uploaded files, known by their names, and stay behind the server's login;
they belong to a second project, since a server takes files only into a project whose interface shows a single value.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import metadata
from typing import Any

import httpx
from label_studio_sdk import LabelStudio
from label_studio_sdk.core.api_error import ApiError
from pydantic import ValidationError

from curate.backends import PulledTask, Sent, given_by
from curate.backends.label_studio_json import answer_of, utc
from curate.page.pictures import PageImage, Picture
from curate.page.render import expected_confidence, interface, task_data
from curate.queue.tasks import with_revision
from db.errors import BadInputError, PaperflopsError, UnreachableError
from db.models import ReviewTask
from db.tables.reviews import shown_record
from db.untyped import Row

OLDEST_SERVER = (1, 20)  # the first whose interface repeats a block and takes personal access tokens by default
DEFAULT_PROJECT = "paperflops"
TASKS_A_REQUEST = 50
PICTURES_A_REQUEST = 20
PAGE_SIZE = 200
SKIPPED_COMES_BACK = "REQUEUE_FOR_ME"  # a skipped task is shown again, as it was left, to whoever skipped it
TIMEOUT_SECONDS = 120.0
OVERLAP = timedelta(seconds=5)  # answers that the server was still saving when it was last asked are asked for again

# the table of tasks shows what tells them apart, not the HTML of the page
HIDDEN = (
    "data.head_html", "data.pages_html", "data.whole", "data.shown", "data.fields", "data.payload", "data.key",
    "data.revision", "inner_id", "annotations_results", "annotations_ids", "predictions_results", "file_upload",
    "storage_filename", "predictions_model_versions", "draft_exists", "avg_lead_time", "total_predictions",
    "created_at", "updated_at", "updated_by",
)  # fmt: skip
VIEW = {
    "title": "Records", "type": "list", "target": "tasks",
    "hiddenColumns": {"explore": [f"tasks:{c}" for c in HIDDEN], "labeling": [f"tasks:{c}" for c in HIDDEN]},
}  # fmt: skip

# the SDK's transport tells every request at level INFO
logging.getLogger("httpx").setLevel(logging.WARNING)


@dataclass(frozen=True)
class _Held:
    """A task that the server holds."""

    number: str
    key: str
    revision: str | None
    finished: bool  # as many people as are asked have answered or skipped it: the server shows it nobody any more
    begun: bool  # answered by somebody, or a draft is there
    skipped: bool  # put aside by somebody, and answered by nobody


class LabelStudioBackend:
    """One project of one Label Studio server."""

    def __init__(self, url: str, api_key: str, project: str = DEFAULT_PROJECT) -> None:
        """Connects. UnreachableError where the server is down or refuses the key, BadInputError where it is too old."""
        self.url = url.rstrip("/")
        self.title = project
        self.name = f"label_studio {self.url} {project}"
        with self._told():
            self._client = LabelStudio(
                base_url=self.url, api_key=api_key, httpx_client=httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False)
            )
            self.release = self._release()
        with self._told():
            self._client.users.whoami()
        self._users: dict[int, str] = {}

    def page_url(self) -> str:
        """Where annotators begin."""
        with self._told():
            return f"{self.url}/projects/{self.project(create=False)}/data?labeling=1"

    def own_page_url(self, annotator: str) -> str | None:
        """Where this person begins, at what is assigned to her or him alone; None where nothing is."""
        with self._told():
            project = self.project(create=False)
            tab = self._tab_of(project).get(annotator)
        return None if tab is None else f"{self.url}/projects/{project}/data?tab={tab}&labeling=1"

    def exists(self) -> bool:
        """Whether the project is there."""
        with self._told():
            return bool(self._titled(self.title))

    def ask_twice(self, share: float) -> None:
        """Has this share of the tasks answered by two people; the server draws which."""
        with self._told():
            project = self.project(create=True)
            self._client._client_wrapper.httpx_client.request(
                f"api/projects/{project}/",
                method="PATCH",
                json={
                    "maximum_annotations": 2 if share > 0 else 1,
                    "overlap_cohort_percentage": round(100 * share) if share > 0 else 100,
                    "show_overlap_first": share > 0,
                },
            )

    def ask_people(self, people: Sequence[str]) -> None:
        """Lets two people answer the same task, and each find what is assigned to them; all must be users there.

        BadInputError where one is not: invite that person first.
        """
        with self._told():
            strangers = sorted(set(people) - set(self.people().values()))
            if strangers:
                raise BadInputError(
                    f"{self.url} has no user {', '.join(strangers)}",
                    "invite them from Label Studio's page Organization, or mind the spelling",
                )
        self.ask_twice(1.0)

    # --- calling ------------------------------------------------------------------------------------------------

    @contextmanager
    def calling(self, url: str, headers: Mapping[str, str], events: Sequence[str]) -> Iterator[None]:
        """The server calls this address at these events of the project while this is open (a webhook of its own).

        One that was left over at this address, by a kill, is replaced.
        """
        with self._told():
            project = self.project(create=False)
            self._forget(project, url)
            try:
                self._client.webhooks.create(
                    url=url, project=project, headers=dict(headers), actions=list(events), send_payload=False,
                    send_for_all_actions=False, is_active=True,
                )  # fmt: skip
            except ApiError as error:
                if error.status_code not in (400, 403) or "address" not in str(error.body):
                    raise
                raise BadInputError(
                    f"{self.url} refuses to call {url} ({_line(error.body)})",
                    "start one's own with `paperflops review serve --webhooks`; of another server, name an address of"
                    " this machine that it may call (--address), or do without: `review sync` brings the same",
                ) from error
        try:
            yield
        finally:
            with suppress(PaperflopsError), self._told():  # a server that is down keeps it; the next start replaces it
                self._forget(project, url)

    def _forget(self, project: int, url: str) -> None:
        for hook in self._client.webhooks.list(project=str(project)):
            if hook.url == url and hook.project == project:
                self._client.webhooks.delete(hook.id)

    # --- sending ------------------------------------------------------------------------------------------------

    def send(
        self, tasks: Sequence[ReviewTask], pictures: Callable[[ReviewTask], Mapping[int, Picture]]
    ) -> Iterator[Sequence[Sent]]:
        """Sends the tasks that are not there yet and renews those that changed; yields what is done, by batch."""
        with self._told():
            project = self.project(create=True)
            shelf = self._shelf()
            there = self._there(project)
            self._tabs(project, {who for t in tasks for who in t.payload.assigned})
            uploaded = self._uploaded(shelf)
        for start in range(0, len(tasks), TASKS_A_REQUEST):
            done: list[Sent] = []
            changed: list[tuple[ReviewTask, str, str | None]] = []  # task, its key there, its number there
            for t in tasks[start : start + TASKS_A_REQUEST]:
                held = there.get(t.key, [])
                waiting = [h for h in held if not h.finished]
                same = [h for h in waiting if h.revision == t.payload.revision]
                if same:
                    if same[0].skipped:
                        self._fill_in(t, same[0], pictures, uploaded)
                    done.append(Sent(t.key, same[0].number, "there"))
                elif waiting and waiting[-1].begun:
                    done.append(Sent(t.key, waiting[-1].number, "begun"))
                elif waiting:
                    changed.append((t, waiting[-1].key, waiting[-1].number))
                else:  # never asked, or answered and still a question: then it is asked anew beside the answers
                    changed.append((t, _free_key(t, {h.key for h in held}), None))
            shown = {t.key: pictures(t) for t, _, _ in changed}
            with self._told():
                self._upload(shelf, [p for of_task in shown.values() for p in of_task.values()], uploaded)
                fresh = []
                for t, key, number in changed:
                    images = {n: self._image(p, uploaded) for n, p in shown[t.key].items()}
                    data = task_data(t.payload, images) | {"key": key}
                    if number is not None:
                        done.append(self._renew(number, t, data))
                    else:
                        fresh.append((t, data))
                done += self._create(project, fresh)
            yield done

    def project(self, *, create: bool) -> int:
        """The project's number. With `create`, it is made where it is missing and its interface brought up to date."""
        found = self._titled(self.title)
        if not found and not create:
            raise BadInputError(f"{self.url} has no project {self.title!r}", "make it with `paperflops review send`")
        if not found:
            made = self._client.projects.create(
                title=self.title,
                color="#2563EB",
                description="What machine-learning papers say of their results and of what these cost.",
                label_config=interface(),
                show_collab_predictions=False,  # the values are shown anyway; verdicts are not to be suggested
                show_skip_button=True,
                skip_queue=SKIPPED_COMES_BACK,
                enable_empty_annotation=False,
            )
            self._client.views.create(project=int(made.id), data=VIEW)
            return int(made.id)
        project = min(found, key=lambda p: p.id)
        if create and project.label_config != interface():
            try:
                self._client.projects.update(project.id, label_config=interface())
            except ApiError as error:
                if error.status_code != 400:
                    raise
                raise BadInputError(
                    f"the answers in {self.title!r} do not fit the page of this version ({_line(error.body)})",
                    "sync them with the version that made them and name a new project with --project",
                ) from error
        return int(project.id)

    def _shelf(self) -> int:
        """The number of the project that keeps the page pictures; made where it is missing."""
        title = f"{self.title[:44]} pages"  # a title has at most 50 characters
        found = self._titled(title)
        if found:
            return min(int(p.id) for p in found)
        made = self._client.projects.create(
            title=title,
            description=f"Page pictures for {self.title}: nothing to label here.",
            label_config="<View></View>",
        )
        return int(made.id)

    def _titled(self, title: str) -> list[Any]:
        return [p for p in self._client.projects.list(title=title) if p.title == title]

    def _there(self, project: int) -> dict[str, list[_Held]]:
        """The tasks on the server by the page that they ask about, in the order in which they were sent.

        A key that is there twice (two sends at once, an import by hand) is reduced to one: a task with answers, else
        the first; the others are deleted unless they have answers too.
        """
        there: dict[str, _Held] = {}
        for task in self._tasks(project):
            key = (task.get("data") or {}).get("key")
            if not key:
                continue
            answers = task.get("total_annotations") or 0
            begun = bool(answers or task.get("cancelled_annotations") or task.get("drafts"))
            wanted = len((task["data"].get("assigned") or "").split())
            finished = answers >= wanted if wanted else bool(task.get("is_labeled"))
            skipped = bool(task.get("cancelled_annotations")) and not answers
            held = _Held(str(task["id"]), key, task["data"].get("revision"), finished, begun, skipped)
            twin = there.get(key)
            if twin is None:
                there[key] = held
            elif not held.begun:
                self._client.tasks.delete(held.number)
            elif not twin.begun:
                self._client.tasks.delete(twin.number)
                there[key] = held
        of_page: dict[str, list[_Held]] = {}
        for key, held in there.items():
            of_page.setdefault(key.partition(":")[0], []).append(held)
        return of_page

    def _tab_of(self, project: int) -> dict[str, int]:
        """The numbers of the project's tabs by their titles."""
        return {str((v.data or {}).get("title")): int(v.id) for v in self._client.views.list(project=project)}

    def _tabs(self, project: int, people: Collection[str]) -> None:
        """A tab of the project for each of these people, with the tasks that are assigned to them."""
        if not people:
            return
        there = self._tab_of(project)
        for who in sorted(people):
            if who not in there:
                item = {
                    "filter": "filter:tasks:data.assigned", "operator": "contains", "type": "String", "value": who,
                }  # fmt: skip
                filters = {"conjunction": "and", "items": [item]}
                self._client.views.create(project=project, data=VIEW | {"title": who, "filters": filters})

    def _uploaded(self, shelf: int) -> dict[str, str]:
        """Addresses of the pictures on the server by our name for them."""
        found = {}
        for upload in self._client.files.list(shelf, all_=True):
            # the server puts eight random characters before the name it was given
            name = re.sub(r"^[0-9a-f]{8}-", "", str(upload.file).rsplit("/", 1)[-1])
            found[name] = f"/data/{upload.file}"
        return found

    def _upload(self, shelf: int, pictures: Sequence[Picture], uploaded: dict[str, str]) -> None:
        missing = list({p.name: p for p in pictures if p.name not in uploaded}.values())
        for start in range(0, len(missing), PICTURES_A_REQUEST):
            part = missing[start : start + PICTURES_A_REQUEST]
            response = self._client._client_wrapper.httpx_client.request(
                f"api/projects/{shelf}/import",
                method="POST",
                params={"commit_to_project": "false"},
                data={},
                files={p.name: (p.name, p.path.read_bytes(), "image/webp") for p in part},
            )
            if response.status_code >= 300:
                raise ApiError(status_code=response.status_code, body=response.text)
            ids = [str(i) for i in response.json()["file_upload_ids"]]
            for upload in self._client.files.list(shelf, ids=f"[{','.join(ids)}]"):
                name = re.sub(r"^[0-9a-f]{8}-", "", str(upload.file).rsplit("/", 1)[-1])
                uploaded[name] = f"/data/{upload.file}"

    def _image(self, picture: Picture, uploaded: Mapping[str, str]) -> PageImage:
        return PageImage(uploaded[picture.name], picture.width, picture.height, picture.printed)

    def _create(self, project: int, fresh: Sequence[tuple[ReviewTask, Row]]) -> list[Sent]:
        if not fresh:
            return []
        answer = self._client.projects.import_tasks(
            project,
            request=[{"data": data, "predictions": [prediction(t)]} for t, data in fresh],
            return_task_ids=True,
            request_options={"max_retries": 0},  # a request that failed may have been done: look before asking again
        )
        ids = answer.task_ids or []
        if len(ids) != len(fresh):
            raise ApiError(status_code=500, body=f"sent {len(fresh)} tasks, {len(ids)} were made")
        return [
            Sent(t.key, str(i), "created" if data["key"] == t.key else "reopened")
            for (t, data), i in zip(fresh, ids, strict=True)
        ]

    def _renew(self, number: str, task: ReviewTask, data: Row) -> Sent:
        """Puts the task's new data and prediction in place of the old, unless somebody has begun meanwhile."""
        now = self._client._client_wrapper.httpx_client.request(f"api/tasks/{number}/", method="GET").json()
        if now.get("annotations") or now.get("drafts"):
            return Sent(task.key, number, "begun")
        for old in now.get("predictions") or []:
            self._client.predictions.delete(old["id"])
        self._client.tasks.update(number, data=data)
        self._client.predictions.create(task=int(number), **prediction(task))
        return Sent(task.key, number, "renewed")

    def _fill_in(
        self, task: ReviewTask, held: _Held, pictures: Callable[[ReviewTask], Mapping[int, Picture]],
        uploaded: dict[str, str],
    ) -> None:  # fmt: skip
        """Fills what somebody chose before skipping the task into its page, which the server shows that person again.

        The server itself keeps a skipped answer, and shows the page empty.
        """
        with self._told():
            now = self._client._client_wrapper.httpx_client.request(f"api/tasks/{held.number}/", method="GET").json()
            aside = [a for a in now.get("annotations") or [] if a.get("was_cancelled")]
            given = given_by(answer_of(aside[-1], "", held.key)) if aside else {}
            if not given:
                return
            fields = tuple(replace(f, given=given.get(n, f.given)) for n, f in enumerate(task.payload.fields))
            payload = with_revision(replace(task.payload, fields=fields))
            images = {n: self._image(p, uploaded) for n, p in pictures(task).items() if p.name in uploaded}
            self._client.tasks.update(held.number, data=task_data(payload, images) | {"key": held.key})

    # --- fetching -----------------------------------------------------------------------------------------------

    def fetch(self, since: datetime | None) -> Iterator[PulledTask]:
        """The tasks that changed since then (all, without it), the earliest change first."""
        with self._told():
            project = self.project(create=False)
            tasks = list(self._tasks(project, since=since - OVERLAP if since else None, whole=True))
        for task in sorted(tasks, key=lambda t: str(t["updated_at"])):
            stored = (task.get("data") or {}).get("payload")
            if not stored:
                continue
            payload = shown_record(stored)
            key = str(task["data"].get("key") or payload.key)
            answers = [answer_of(a, self._annotator(a.get("completed_by")), key) for a in task.get("annotations") or []]
            yield PulledTask(str(task["id"]), key, payload, tuple(answers), utc(task["updated_at"]))

    def _tasks(self, project: int, *, since: datetime | None = None, whole: bool = False) -> Iterator[Row]:
        """The project's tasks as the server tells them; with `whole`, with their annotations."""
        query: Row = {"ordering": ["tasks:id"]}
        if since is not None:
            item = {
                "filter": "filter:tasks:updated_at", "operator": "greater_or_equal", "type": "Datetime",
                "value": since.isoformat(timespec="microseconds") + "Z",
            }  # fmt: skip
            query["filters"] = {"conjunction": "and", "items": [item]}
        page = 1
        while True:
            response = self._client._client_wrapper.httpx_client.request(
                "api/tasks/",
                method="GET",
                params={
                    "project": project, "page": page, "page_size": PAGE_SIZE, "query": json.dumps(query),
                    "fields": "all" if whole else "task_only", "resolve_uri": "false",
                },
            )  # fmt: skip
            if response.status_code == 404:  # past the last page
                return
            if response.status_code >= 300:
                raise ApiError(status_code=response.status_code, body=response.text)
            body = response.json()
            yield from body["tasks"]
            if page * PAGE_SIZE >= body["total"]:
                return
            page += 1

    def people(self) -> Mapping[int, str]:
        """The users of the server by their numbers."""
        with self._told():
            return {int(u.id): str(u.email) for u in self._client.users.list()}

    def _annotator(self, who: Any) -> str:
        """The e-mail address of a user, whom the server names by number or whole."""
        if isinstance(who, Mapping):
            return str(who.get("email") or who.get("id"))
        if who is None:
            return "unknown"
        if who not in self._users:
            with self._told():
                self._users = dict(self.people())
        return self._users.get(who, f"user {who}")

    # --- what can go wrong ---------------------------------------------------------------------------------------

    def _release(self) -> str:
        response = self._client._client_wrapper.httpx_client.httpx_client.get(f"{self.url}/api/version/")
        found = re.match(r"(\d+)\.(\d+)", str(_json(response).get("release", ""))) if response.is_success else None
        if not found:
            raise BadInputError(f"{self.url} does not answer as a Label Studio", "check LABEL_STUDIO_URL")
        if (int(found[1]), int(found[2])) < OLDEST_SERVER:
            raise BadInputError(
                f"{self.url} runs Label Studio {found[0]}, this needs {'.'.join(map(str, OLDEST_SERVER))} or later",
                "upgrade the server",
            )
        return str(response.json()["release"])

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turns what the SDK raises into one line with the way out."""
        try:
            yield
        except PaperflopsError:
            raise
        except httpx.TransportError as error:
            raise UnreachableError(
                f"no Label Studio answers at {self.url} ({type(error).__name__})",
                "start one with `paperflops review serve`, or set LABEL_STUDIO_URL; what was done is kept",
            ) from error
        except ApiError as error:
            raise self._refused(error) from error
        except (ValidationError, KeyError, TypeError, AttributeError) as error:
            raise BadInputError(
                f"{self.url} (Label Studio {getattr(self, 'release', '?')}) answers in a form that label-studio-sdk"
                f" {metadata.version('label-studio-sdk')} does not know ({_line(error)})",
                "install the versions of the requirements files on both sides",
            ) from error

    def _refused(self, error: ApiError) -> PaperflopsError:
        status = error.status_code or 0
        if status == 401:
            return UnreachableError(
                f"{self.url} refuses the key (401)",
                "make a personal access token under Account & Settings and set LABEL_STUDIO_API_KEY to it"
                " (a legacy token works only where the organization allows them)",
            )
        if status == 403:
            return UnreachableError(
                f"{self.url} does not let this user do it (403)", "use the key of a user who may change the project"
            )
        if status in (404, 405):
            return BadInputError(
                f"{self.url} (Label Studio {getattr(self, 'release', '?')}) does not know a request of label-studio-sdk"
                f" {metadata.version('label-studio-sdk')} ({status})",
                "install the versions of the requirements files on both sides",
            )
        if status >= 500:
            return UnreachableError(
                f"{self.url} failed ({status}: {_line(error.body)})", "try again; what was done is kept"
            )
        return BadInputError(f"{self.url} refuses the request ({status}: {_line(error.body)})", "see the server's log")


def prediction(task: ReviewTask) -> Row:
    """What Label Studio keeps as the machine's word on the task: the extractor's version, and how sure it is.

    Some of its views copy a prediction into the annotation that they begin, so it must hold nothing that a person has
    to say: only which version of the page is shown. The values that were read are shown by the page itself.
    """
    sure = expected_confidence(task.payload)
    return {
        "model_version": f"extractor {task.payload.extractor_version}",
        **({"score": sure} if sure is not None else {}),
        "result": [
            {
                "id": "shown", "from_name": "shown", "to_name": "record", "type": "choices",
                "value": {"choices": [task.payload.revision]},
            }
        ],
    }  # fmt: skip


def _free_key(task: ReviewTask, taken: Collection[str]) -> str:
    """The task's own key; where it was asked before, one that also names what is shown now, and how often it was."""
    anew = f"{task.key}:{task.payload.revision}"
    again = (f"{anew}.{n}" for n in range(2, len(taken) + 3))
    return next(key for key in (task.key, anew, *again) if key not in taken)


def _json(response: httpx.Response) -> Row:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _line(error: object) -> str:
    if isinstance(error, Mapping):
        error = error.get("validation_errors") or error.get("detail") or error
    text = " ".join(str(error).split())
    return text if len(text) <= 200 else f"{text[:197]}..."
