"""What a report says of how the run was made."""

from __future__ import annotations

from crawler.output.run_facts import run_facts


def test_resumes_are_told_and_what_a_resume_needs_is_not_told_twice() -> None:
    resumed = {"at_utc": "2026-11-27T10:00:00+00:00", "jobs": 2, "visits_kept": 3, "visits_left": 5}
    manifest = {"repeat": 3, "discovered": True, "options": {"repeat": 3, "launch": {"locale": "en-US"}}}
    assert run_facts(manifest | {"resumed": [resumed]}).settings == (
        ("repeat", "3"),
        ("resumed", "at utc: 2026-11-27T10:00:00+00:00; jobs: 2; visits kept: 3; visits left: 5"),
    )
