"""What the servers answered to a page's own navigations: a script may have led it on since the first answer."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from playwright.async_api import Error, Page, Response

_KEPT = 50
"""A page that reloads itself without end answers often; only the last ones matter."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a navigation of the main frame, redirects left out."""

    url: str
    """Without fragment."""
    status: int
    headers: dict[str, str]
    """Names in lower case."""

    @property
    def content_type(self) -> str:
        """In lower case; empty when the server gave none."""
        return self.headers.get("content-type", "").lower()


class MainDocument:
    """Listens to one page from now on."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._answers: deque[Answer] = deque(maxlen=_KEPT)
        page.on("response", self._on_response)

    def answer(self) -> Answer | None:
        """The answer that the page now shows, or the last one where the page has changed its address by itself."""
        url = _bare(self._page.url)
        shown = next((a for a in reversed(self._answers) if a.url == url), None)
        return shown or self.last

    @property
    def last(self) -> Answer | None:
        """The last answer, which may not have become a document: 204, a download, an error without a body."""
        return self._answers[-1] if self._answers else None

    def _on_response(self, response: Response) -> None:
        try:
            request = response.request
            if not request.is_navigation_request() or request.frame != self._page.main_frame:
                return
            redirect = 300 <= response.status < 400 and "location" in response.headers
            if not redirect:
                self._answers.append(Answer(_bare(response.url), response.status, dict(response.headers)))
        except Error:
            return  # the page is going away


def _bare(url: str) -> str:
    return url.partition("#")[0]
