"""A run at work: its folder, how far it is, and how it is begun, taken up again after it was stopped, and sealed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from crawler.browser.crawl_options import CrawlOptions
from crawler.browser.discovery import Discovered
from crawler.browser.manifest import manifest, pages_found, pages_noted, visits_made
from crawler.browser.visit_plan import PlannedVisit, plan
from crawler.bundle import Bundle, BundleWriter, CannotResume, RunKey, durable, layout
from crawler.bundle.repair import repair
from crawler.bundle.write import write_manifest
from crawler.claims import Company
from crawler.evidence import Gap, Visit

_OF_SEALING = frozenset(
    {
        "schema", "complete", "rows", "files", "visits", "signals", "reconciliation", "steps", "interrupted",
        "finished_utc",
    }
)  # fmt: skip
"""What the manifest holds of a run that was sealed, and no longer when that run goes on."""


@dataclass(slots=True, kw_only=True)
class RunFolder:
    """Leaving it closes the files and lets go of the lock; what was not sealed can be resumed."""

    path: Path
    key: RunKey
    writer: BundleWriter
    facts: dict[str, Any]
    """The manifest as far as it is known."""
    found: Discovered | None = None
    """None until discovery has come to its end."""
    kept: frozenset[str] | None = None
    """Ids of the visits that were made before the run was resumed; None when it was not."""

    def note_pages(self, found: Discovered, *, final: bool) -> None:
        """Write the page list down. From then on it stays the same, however often the run is resumed."""
        self.found = found
        self.facts |= pages_found(found, final=final)
        self.writer.manifest(self.facts)

    def planned(self, options: CrawlOptions) -> list[PlannedVisit]:
        """The visits of the run, in their order."""
        urls = [page.url for page in self.found.pages] if self.found else []
        return list(plan(urls, options.arms, options.repeat, trace=options.trace))

    def left(self, options: CrawlOptions) -> list[PlannedVisit]:
        """The visits that are not made yet. A resumed run notes how many."""
        left = [visit for visit in self.planned(options) if visit.id not in (self.kept or ())]
        if self.kept is not None:
            self.facts["resumed"][-1]["visits_left"] = len(left)
            self.writer.manifest(self.facts)
        return left

    def seal(self, gaps: Iterable[Gap], *, stopped: bool) -> None:
        """Write the run's own gaps and the final manifest. A finished run needs its key no more."""
        for gap in gaps:
            self.writer.add("gaps", gap)
        self.writer.flush()
        self.facts["interrupted"] = stopped
        self.facts |= visits_made(self.path)
        self.facts["finished_utc"] = _now()
        self.writer.close(self.facts)
        if not stopped:
            self.key.forget()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self.writer.close_streams()
        self.key.close()


def begin(company: Company, options: CrawlOptions, path: Path) -> RunFolder:
    """Begin a new run in a folder of its own, which is made if need be. Raises `OSError`.

    The manifest comes last: once it is there, everything is there that a resume needs.
    """
    path.mkdir(parents=True, exist_ok=True)
    key = RunKey.create(path)
    durable.write(path / layout.EXPECTATIONS, company.path.read_bytes())
    durable.write(path / layout.POLICY_TEXT, company.policy.published.encode())
    writer = BundleWriter(path)
    facts = {"run": path.name, **manifest(company, options, datetime.now(UTC))}
    writer.manifest(facts)
    return RunFolder(path=path, key=key, writer=writer, facts=facts)


def take_up(bundle: Bundle, options: CrawlOptions, key: RunKey) -> RunFolder:
    """Go on with a run that was stopped: what is whole stays, the rest goes. Raises `CannotResume` or `OSError`.

    Whoever is stopped in here, too, may call it again: nothing that is whole is lost.
    """
    if bundle.manifest.get("complete") and (changed := bundle.verify()):
        raise CannotResume(
            f"{bundle.run_dir}: cannot be resumed: it was changed since it was sealed: {'; '.join(changed[:3])}; "
            "start a new run"
        )
    facts = {name: fact for name, fact in bundle.manifest.items() if name not in _OF_SEALING}
    try:
        found = pages_noted(facts)
    except (KeyError, TypeError, ValueError) as error:
        raise CannotResume(f"{bundle.run_dir}: cannot be resumed: its page list is broken ({error})") from error
    write_manifest(bundle.run_dir, facts, complete=False)
    kept = repair(bundle.run_dir, lambda visit: found is not None and _stands(visit, options))
    resumed = {"at_utc": _now(), "jobs": options.jobs, "visits_kept": len(kept.visits)}
    facts["resumed"] = [*facts.get("resumed", ()), resumed]
    writer = BundleWriter(bundle.run_dir, kept.rows)
    writer.manifest(facts)
    return RunFolder(path=bundle.run_dir, key=key, writer=writer, facts=facts, found=found, kept=kept.visits)


def _stands(visit: Visit, options: CrawlOptions) -> bool:
    """Whether the visit ended as it would have in a run that nobody stopped: well, or with its attempts used up."""
    return visit.ok or (visit.reason != "interrupted" and visit.attempts >= options.attempts)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
