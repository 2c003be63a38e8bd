"""Asks the page itself what it says about consent: its consent interfaces, and objects that consent tools leave there.

Once per visit, just before the page is left, in every arm, in the page's own world: interfaces of the page can be
reached from nowhere else. Whether the page has any is asked with `typeof` alone, which calls nothing, so that a page
without them sees nothing at all. A page that has one can tell from its own call stack that somebody asked who has no
address; only questions without an effect of their own are put. What asking sets off all the same falls into a step of
its own.

Nothing here raises for what the page does. A page that never calls back costs a second, one that hangs a few.

Interfaces: US Privacy, CCPA/USP API.md; GPP, Core/CMP API Specification.md (version 1.0 has `getGPPData`); TCF,
CMP API v2.md; all on github.com/InteractiveAdvertisingBureau, read 2026-11-28. Google's consent commands in
`dataLayer`: developer.onetrust.com/onetrust/docs/using-google-consent-mode, read 2026-11-28. Didomi:
developers.didomi.io, read 2026-11-28. Transcend: npm @transcend-io/airgap.js-types, read 2026-11-28 in excerpts.
`OnetrustActiveGroups`, `Cookiebot.consent`, `UC_UI.areAllConsentsAccepted`: rules of autoconsent, read 2026-11-22.
`Osano.cm.getConsent`: osano/gtm-template, read 2026-11-28 in excerpts.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import CDPSession, Error, Page

NO_ANSWER, THREW = "no answer", "threw"
_ANSWERED = "answered"
_WAIT_S = 1.0
"""For a callback, over all questions together."""
_THERE_S = 1.5
"""For the question what there is; a page that is too busy for that is not asked further."""
_ALL_S = 4.0
_HANG_MS = 500
"""So long one question may keep the page busy."""
_TCF_MEMBERS = ("tcString", "gdprApplies", "eventStatus", "cmpStatus", "cmpId", "publisherCC")
_DATA_LAYER = """
  const found = { __proto__: null };
  let count = 0;
  for (let i = 0; i < dataLayer.length && i < 5000; i++) {
    const entry = dataLayer[i];
    if (entry !== null && typeof entry === "object" && entry[0] === "consent") found[count < 50 ? count++ : 49] = entry;
  }
  if (count) tell(found);
"""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask, where the page has `needs`. `code` is JavaScript; it returns the answer or gives it `tell`."""

    source: str
    where: str
    name: str
    needs: str
    code: str
    picks: tuple[str, ...] = ()
    waits: bool = False
    """The answer comes by a callback; where none does, that is told."""


QUESTIONS: tuple[Question, ...] = (
    Question("usprivacy", "api", "__uspapi getUSPData", "__uspapi", '__uspapi("getUSPData", 1, tell)', waits=True),
    Question("gpp", "api", "__gpp ping", "__gpp", 'return __gpp("ping", tell)', waits=True),
    Question("tcf", "api", "__tcfapi ping", "__tcfapi", '__tcfapi("ping", 2, tell)', waits=True),
    Question(
        "tcf", "api", "__tcfapi getTCData", "__tcfapi", '__tcfapi("getTCData", 2, tell)', _TCF_MEMBERS, waits=True
    ),
    Question("google-consent-mode", "object", "dataLayer", "dataLayer", _DATA_LAYER),
    Question("onetrust", "object", "OnetrustActiveGroups", "OnetrustActiveGroups", "return OnetrustActiveGroups"),
    Question("cookiebot", "object", "Cookiebot.consent", "Cookiebot", "return Cookiebot.consent"),
    Question("osano", "api", "Osano.cm.getConsent", "Osano", "return Osano.cm?.getConsent?.()"),
    Question("usercentrics", "api", "UC_UI.areAllConsentsAccepted", "UC_UI", "return UC_UI.areAllConsentsAccepted?.()"),
    Question("didomi", "api", "Didomi.getCurrentUserStatus", "Didomi", "return Didomi.getCurrentUserStatus?.()"),
    Question("transcend", "api", "airgap.getConsent", "airgap", "return airgap.getConsent?.()"),
)
_GPP_1_0 = Question("gpp", "api", "__gpp getGPPData", "__gpp", 'return __gpp("getGPPData", tell)', waits=True)
"""Where `ping` gives no string."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one question."""

    question: Question
    origin: str
    unix_ms: float
    state: str
    """answered, no answer, threw."""
    value: Any = None
    """As JSON has it."""
    cut: bool = False
    """It was longer or deeper than what is kept."""


def token() -> str:
    """A name for the function that asks, by which the instrument of explaining visits tells our calls from the
    page's."""
    return "_" + secrets.token_hex(12)


async def ask(page: Page, name: str, now_ms: Callable[[], float]) -> list[Answer] | None:
    """Ask everything that the main frame has; `name` as of `token`. None when the page did not answer at all."""
    answers: list[Answer] = []
    asking = None
    try:
        async with asyncio.timeout(_ALL_S):
            session = await page.context.new_cdp_session(page)
            try:
                asking = _Asking(session, _origin(page.url), name, now_ms, answers)
                await asking.all()
            finally:
                # Without waiting: a page that hangs would not answer.
                task = asyncio.ensure_future(session.detach())
                task.add_done_callback(lambda done: done.cancelled() or done.exception())
    except (Error, TimeoutError, KeyError, TypeError, AttributeError):
        pass
    return answers if asking is not None and asking.there is not None else None


class _Asking:
    def __init__(
        self, session: CDPSession, origin: str, name: str, now_ms: Callable[[], float], answers: list[Answer]
    ) -> None:
        self._session = session
        self._origin = origin
        self._name = name
        self._now_ms = now_ms
        self._answers = answers
        self.there: frozenset[str] | None = None
        """Names that the page has; None while it has not told."""

    async def all(self) -> None:
        async with asyncio.timeout(_THERE_S):
            self.there = await self._there()
        await self._round([q for q in QUESTIONS if q.needs in self.there])
        ping = next((a for a in self._answers if a.question.name == "__gpp ping"), None)
        if ping is not None and ping.state == _ANSWERED and not _has(ping.value, "gppString"):
            await self._round([_GPP_1_0])

    async def _there(self) -> frozenset[str]:
        """Which of the names the page has, told without calling anything."""
        names = list(dict.fromkeys(q.needs for q in QUESTIONS))
        tries = "+".join(f'(()=>{{try{{return typeof {n}+" "}}catch{{return"undefined "}}}})()' for n in names)
        answer = await self._evaluate(tries, by_value=True)
        kinds = str(answer.get("value") or "").split()
        return frozenset(name for name, kind in zip(names, kinds, strict=False) if kind != "undefined")

    async def _round(self, questions: list[Question]) -> None:
        waiting: dict[Question, tuple[float, str | None]] = {}
        try:
            for question in questions:
                asked = self._now_ms()
                waiting[question] = (asked, None)
                waiting[question] = (asked, await self._put(question))
            until = time.monotonic() + _WAIT_S
            while True:
                for question, (asked, handle) in list(waiting.items()):
                    found = await self._call(handle) if handle is not None else {"state": NO_ANSWER}
                    answered, hung = found.get("state") != NO_ANSWER, handle is None
                    if answered or hung:
                        self._note(question, asked, found)
                    if answered or hung or not question.waits:
                        del waiting[question]
                if not waiting or time.monotonic() >= until:
                    break
                await asyncio.sleep(0.1)
        finally:
            for question, (asked, _) in waiting.items():
                self._note(question, asked, {"state": NO_ANSWER})

    def _note(self, question: Question, at: float, found: dict[str, Any]) -> None:
        value, state, cut = _plain(found.get("value")), str(found.get("state")), found.get("cut") is True
        self._answers.append(Answer(question, self._origin, at, state, value, cut))

    async def _put(self, question: Question) -> str | None:
        """Ask; where the answer will be held, or None when the page hung."""
        picks = json.dumps({"__proto__": None} | dict.fromkeys(question.picks, 1)) if question.picks else "null"
        code = f"{_script()}(function {self._name}(tell) {{ {question.code} }}, {picks})"
        try:
            answer = await self._evaluate(code, by_value=False)
        except Error as error:
            if "terminated" in str(error):
                return None
            raise
        handle = answer.get("objectId")
        return str(handle) if handle else None

    async def _evaluate(self, expression: str, *, by_value: bool) -> dict[str, Any]:
        answer = await self._session.send(
            "Runtime.evaluate",
            {"expression": expression, "returnByValue": by_value, "silent": True, "timeout": _HANG_MS},
        )
        result: dict[str, Any] = answer["result"]
        return result

    async def _call(self, handle: str) -> dict[str, Any]:
        answer = await self._session.send(
            "Runtime.callFunctionOn",
            {
                "objectId": handle,
                "functionDeclaration": "function () { return this; }",
                "returnByValue": True,
                "silent": True,
            },
        )
        value = answer["result"].get("value")
        return value if isinstance(value, dict) else {}


@cache
def _script() -> str:
    return resources.files("crawler.collectors").joinpath("js", "consent.js").read_text(encoding="utf-8").rstrip()


def _plain(value: Any) -> Any:
    """A copy whose keys count from 0 is a list; the script makes none itself, because pages may watch arrays."""
    if not isinstance(value, dict):
        return value
    if value and all(key == str(at) for at, key in enumerate(value)):
        return [_plain(entry) for entry in value.values()]
    return {key: _plain(entry) for key, entry in value.items()}


def _has(value: Any, key: str) -> bool:
    return isinstance(value, dict) and bool(value.get(key))


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"[:2048] if parts.netloc else ""
