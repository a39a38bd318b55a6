"""A person at a Label Studio: through its API, or through the page in a browser."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import requests

from curate.backends.label_studio_server import Server

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

WAIT_SECONDS = 30.0


class ApiAnnotator:
    """Answers tasks of one project through the API, as a script of somebody else's would."""

    def __init__(self, server: Server, title: str) -> None:
        self.url = server.url
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Token {server.api_key}"
        found = self._json("GET", "/api/projects/")["results"]
        self.project = next(p["id"] for p in found if p["title"] == title)

    def tasks(self) -> list[dict[str, Any]]:
        """The project's tasks with their annotations."""
        page = {"project": self.project, "page_size": 10_000, "fields": "all"}
        return list(self._json("GET", "/api/tasks/", params=page)["tasks"])

    def task(self, model: str) -> dict[str, Any]:
        """The only task of this model."""
        (task,) = [t for t in self.tasks() if t["data"]["model"] == model]
        return task

    def answer(
        self,
        task: Mapping[str, Any],
        verdicts: Mapping[int, str],
        texts: Mapping[str, str] | None = None,
        whole: str | None = None,
        **more: Any,
    ) -> int:
        """The number of a new annotation with these verdicts by place."""
        body = {"result": result_of(task, verdicts, texts, whole), "lead_time": 12.0, **more}
        return int(self._json("POST", f"/api/tasks/{task['id']}/annotations/", json=body)["id"])

    def change(
        self, number: int, task: Mapping[str, Any], verdicts: Mapping[int, str], texts: Mapping[str, str] | None = None
    ) -> None:
        """Puts these verdicts in place of the annotation's."""
        self._json("PATCH", f"/api/annotations/{number}/", json={"result": result_of(task, verdicts, texts, None)})

    def second_user(self, name: str) -> int:
        """The number of another user of the server; made where there is none of this name yet."""
        email = f"{name}@example.org"
        there = [u["id"] for u in self._json("GET", "/api/users/") if u["email"] == email]
        if there:
            return int(there[0])
        body = {"email": email, "username": name, "password": "x" * 12}
        return int(self._json("POST", "/api/users/", json=body)["id"])

    def delete(self, number: int) -> None:
        self._json("DELETE", f"/api/annotations/{number}/")

    def draft(self, task: Mapping[str, Any], verdicts: Mapping[int, str]) -> None:
        """Begins, without submitting."""
        body = {"result": result_of(task, verdicts, None, None), "lead_time": 3.0}
        self._json("POST", f"/api/tasks/{task['id']}/drafts", json=body)

    def _json(self, method: str, path: str, **request: Any) -> Any:
        response = self.session.request(method, self.url + path, timeout=60, **request)
        assert response.ok, (response.status_code, response.text[:500])
        return response.json() if response.content else None


def result_of(
    task: Mapping[str, Any], verdicts: Mapping[int, str], texts: Mapping[str, str] | None, whole: str | None
) -> list[dict[str, Any]]:
    """The result as the page makes it: choices and typed texts, and which version of the page was shown."""

    def region(name: str, kind: str, said: str) -> dict[str, Any]:
        value = {"choices": [said]} if kind == "choices" else {"text": [said]}
        _, _, place = name.rpartition("_")
        shown = f"field_{place}" if place.isdecimal() else "record"
        return {"id": f"r-{name}", "from_name": name, "to_name": shown, "type": kind, "value": value}

    return [
        region("shown", "choices", task["data"]["revision"]),
        *(region(f"verdict_{place}", "choices", verdict) for place, verdict in verdicts.items()),
        *(region(name, "textarea", text) for name, text in (texts or {}).items()),
        *([region("whole", "choices", whole)] if whole else []),
    ]


class PageAnnotator:
    """Answers tasks at the page, by keyboard, counting the keys."""

    def __init__(self, browser: Chrome, server: Server) -> None:
        self.browser, self.url = browser, server.url
        self.keys = 0
        browser.get(f"{server.url}/user/login/")
        if self._all("input[name=email]"):
            self._all("input[name=email]")[0].send_keys(server.username or "")
            self._all("input[name=password]")[0].send_keys(server.password or "")
            self._all("button[type=submit]")[0].click()
            self._until(lambda: "/user/login" not in browser.current_url, "logged in")

    def open(self, url: str) -> None:
        """Opens the page and waits until its fields and pictures are there."""
        self.browser.get(url)
        self.wait_for_record()

    def wait_for_record(self, model: str | None = None) -> None:
        script = (
            "return [document.querySelector('.pf-model')?.textContent ?? '',"
            "[...document.querySelectorAll('.pf img')].every(i => i.complete && i.naturalWidth > 0),"
            "document.querySelectorAll('.pf-field .lsf-choice').length > 0]"
        )

        def there() -> bool:
            name, pictures, choices = self.browser.execute_script(script)
            return bool(name) and (model is None or name == model) and pictures and choices

        self._until(there, f"the record {model or ''} is shown")
        time.sleep(0.3)  # Label Studio binds the keys a moment after it has drawn the choices

    def press(self, *keys: str) -> None:
        """Presses keys one after another: "1", "q", "ctrl+enter", "shift+1", "alt+c", "tab"."""
        from selenium.webdriver import ActionChains, Keys

        named = {"enter": Keys.ENTER, "tab": Keys.TAB, "ctrl": Keys.CONTROL, "shift": Keys.SHIFT, "alt": Keys.ALT}
        for combination in keys:
            *held, last = combination.split("+") if len(combination) > 1 else [combination]
            chain = ActionChains(self.browser)
            for key in held:
                chain.key_down(named[key])
            chain.send_keys(named.get(last, last))
            for key in reversed(held):
                chain.key_up(named[key])
            chain.perform()
            self.keys += 1
            time.sleep(0.15)

    def type(self, text: str) -> None:
        """Types over what the focused box holds."""
        from selenium.webdriver import ActionChains, Keys

        chain = ActionChains(self.browser)
        chain.key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(text).perform()

    def chosen(self) -> list[str]:
        """The choices that are made, field by field, "" where none is."""
        return list(
            self.browser.execute_script(
                "return [...document.querySelectorAll('.pf-field')].map("
                "f => f.querySelector('.lsf-choice input:checked')?.name ?? '')"
            )
        )

    def picture(self, path: Any) -> None:
        self.browser.save_screenshot(str(path))

    def _all(self, selector: str) -> list[Any]:
        return list(self.browser.find_elements("css selector", selector))

    def _until(self, condition: Any, what: str) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            if condition():
                return
            time.sleep(0.1)
        raise AssertionError(f"after {WAIT_SECONDS:.0f} s it is not true that {what}")
