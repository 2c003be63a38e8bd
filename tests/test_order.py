"""The order in which workers get the files: what takes minutes is not begun last."""

from __future__ import annotations

import pytest

from tests.conftest import LONGEST


def test_every_long_file_is_there(pytestconfig: pytest.Config) -> None:
    assert [name for name in LONGEST if not (pytestconfig.rootpath / name).exists()] == []


def test_long_files_come_first_and_browsers_before_the_rest(request: pytest.FixtureRequest) -> None:
    items = request.session.items
    browser = {item.path for item in items if item.get_closest_marker("browser")}
    files = list(dict.fromkeys(item.path for item in items))
    long = [path for path in (request.config.rootpath / name for name in LONGEST) if path in files]
    assert files[: len(long)] == long
    assert [path in browser for path in files[len(long) :]] == sorted(
        (path in browser for path in files[len(long) :]), reverse=True
    )
