"""Whether both arms were shown the same page. Who answers the signal with a wall or a notice hides the site from the
comparison, and an arm that saw no tracker because it saw no site must not count as one that was kept.

Titles change by themselves, and so do links: only a page that shows another title in every visit of an arm, and has
hardly a link in common with the other arm's, is another page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crawler.evidence import Arm, Page

SHARED_LINKS = 0.5
"""Of the links of the arm that has more of them: a page that shares fewer is another one."""
_MAX_TITLE = 60


def other_pages(pages: Iterable[Page]) -> Iterator[tuple[str, str]]:
    """Address and a sentence for each page that was another one with the signal; of pages of judged visits."""
    arms: dict[str, dict[Arm, list[Page]]] = {}
    for page in pages:
        arms.setdefault(page.page_url, {}).setdefault(page.arm, []).append(page)
    for url, seen in sorted(arms.items()):
        control, gpc = seen.get(Arm.CONTROL, []), seen.get(Arm.GPC, [])
        titles = [{page.title for page in arm} for arm in (control, gpc)]
        if all(len(own) == 1 for own in titles) and titles[0] != titles[1] and not _linked_alike(control, gpc):
            without, with_gpc = (f"'{own.pop()[:_MAX_TITLE]}'" for own in titles)
            yield url, f"with the signal the site showed another page: {with_gpc} instead of {without}"


def _linked_alike(one: list[Page], other: list[Page]) -> bool:
    links, others = ({link for page in arm for link in page.links} for arm in (one, other))
    most = max(len(links), len(others))
    return most > 0 and len(links & others) >= SHARED_LINKS * most
