"""What the servers answered to a page's own navigations: a script may have led it on since the first answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from playwright.async_api import Error, Page, Response

from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.collectors.devtools.records import MAX_ANSWERS, DocumentAnswer


class MainDocument:
    """The answers that one page got: those among `answers`, which may grow, that are of the target `page_id`."""

    def __init__(
        self, page: Page, answers: Sequence[DocumentAnswer], page_id: str = "", hops: Sequence[str] = ()
    ) -> None:
        self.hops = hops
        """Addresses that answered with a redirect, where somebody listens for them; without fragments."""
        self._page = page
        self._answers = answers
        self._page_id = page_id

    def answer(self) -> DocumentAnswer | None:
        """The answer that the page now shows, or the last one where the page has changed its address by itself."""
        url, own = _bare(self._page.url), self._own()
        return next((a for a in reversed(own) if a.url == url), None) or (own[-1] if own else None)

    @property
    def last(self) -> DocumentAnswer | None:
        """The last answer, which may not have become a document: 204, a download, an error without a body."""
        own = self._own()
        return own[-1] if own else None

    def _own(self) -> list[DocumentAnswer]:
        return [answer for answer in self._answers if answer.page == self._page_id]


def recorded(page: Page, recorder: CdpRecorder) -> MainDocument:
    """From now on, from the recorder of a browser whose first window is `page`.

    To listen to Playwright's own events would have it hand over every request of the page.
    """
    recorder.records.answers.clear()
    first = next((target.id for target in recorder.targets.values() if target.type == "page"), "")
    return MainDocument(page, recorder.records.answers, first)


def heard(page: Page) -> MainDocument:
    """From now on, from Playwright's events, where there is no recorder."""
    answers: deque[DocumentAnswer] = deque(maxlen=MAX_ANSWERS)
    hops: deque[str] = deque(maxlen=MAX_ANSWERS)

    def listen(response: Response) -> None:
        try:
            request = response.request
            if not request.is_navigation_request() or request.frame != page.main_frame:
                return
            redirect = 300 <= response.status < 400 and "location" in response.headers
            if redirect:
                hops.append(_bare(response.url))
            else:
                answers.append(DocumentAnswer("", _bare(response.url), response.status, dict(response.headers)))
        except Error:
            return  # the page is going away

    page.on("response", listen)
    return MainDocument(page, answers, hops=hops)


def _bare(url: str) -> str:
    return url.partition("#")[0]
