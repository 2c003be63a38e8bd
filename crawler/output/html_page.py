"""Templates to one self-contained HTML file: autoescaped, hostile characters made visible, nothing loaded from outside.

Every value that a template prints goes through `visible` first, so that no template can forget it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from crawler.output import words
from crawler.output.visible import middle, visible

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""Content Security Policy of a report: it may show itself and do nothing else."""


def render(template: str, **values: Any) -> str:
    """Fill a template of this package. Raises `jinja2.UndefinedError` for a value that is not given."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("crawler.output"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    environment.filters.update(short=middle, code=_breakable, anchor=anchor, sentence=_sentence)
    environment.globals.update(
        words=words, csp=POLICY, count=words.count, stylesheet=lambda: Markup(_style()), number=_number
    )
    return environment


def anchor(value: object) -> str:
    """A fragment name that nobody outside can steer: letters, digits and dashes, at most 80."""
    return re.sub(r"[^A-Za-z0-9]+", "-", str(value))[:80].strip("-") or "x"


def _harmless(value: Any) -> Any:
    """What every printed expression goes through. Markup is our own; site data never becomes Markup."""
    return value if isinstance(value, Markup) else visible(value)


def _breakable(value: object, limit: int = 180) -> Markup:
    """A URL or a name in type of equal width, its middle cut out when it is long; the title keeps more of it."""
    text = value if isinstance(value, str) else str(value)
    title = Markup(' title="{}"').format(visible(text, 2000)) if len(text) > limit else Markup("")
    return Markup("<code{}>{}</code>").format(title, visible(text, limit))


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else visible(value)


def _sentence(value: str) -> str:
    """First letter in upper case, the rest as it is: `With GPC`."""
    return value[:1].upper() + value[1:]


@cache
def _style() -> str:
    source, _, _ = PackageLoader("crawler.output").get_source(Environment(), "report.css")
    return source
