"""YAML as a tree that knows where each part stands; bounded, without aliases, tags or recursion.

Built from the parser's events rather than with PyYAML's composer, which recurses, expands aliases and keeps the last
of two equal keys in silence. The parser is the one in Python: positions and wording of errors stay the same
everywhere, and a file of a company takes some 50 ms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from crawler.claims.problems import Unreadable, printable

DEEPEST = 12
"""A claim's list of purposes lies four levels deep."""
MOST_VALUES = 50_000

_TAG = "tag:yaml.org,2002:"
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_LONGEST_RESOLVED = 100
"""A longer unquoted value is text, whatever it looks like."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. `type` is what YAML 1.1 takes it for: str, bool, int, float, null, timestamp, merge, value."""

    text: str
    type: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: list[Node] = field(default_factory=list)
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Keys with their values, in the file's order, doubles included."""

    entries: list[tuple[Scalar, Node]] = field(default_factory=list)
    line: int = 1
    column: int = 1


Node = Scalar | Sequence | Table

_HINTS = (
    ("'\\t'", "indent with spaces, not with tabs."),
    ("mapping values are not allowed", 'put a text that contains ": " in quotes.'),
    ("unexpected end of stream", "a quotation mark or a bracket is not closed."),
    ("unknown escape character", "inside double quotes write \\\\ for a backslash."),
    ("expected <block end>", "check the indentation, and quotation marks inside a quoted text."),
    ("expected ',' or", "check commas, brackets and quotation marks."),
    ("could not find expected ':'", "a key needs a colon and a space after it."),
    ("cannot start any token", "put a text that begins with a special character in quotes."),
)


def parse(text: str) -> Node | None:
    """The tree of the one document in `text`, or None when there is none. Raises `Unreadable` with line and column."""
    loader = yaml.SafeLoader(text)
    try:
        return _build(loader)
    except yaml.MarkedYAMLError as error:
        raise _unreadable(error) from None
    except (yaml.YAMLError, ValueError, OverflowError, IndexError, RecursionError):
        # What the parser itself trips over, such as an escape for a character that does not exist.
        mark = loader.get_mark()
        message = "this is not valid YAML; look for a backslash or a % sign, and put the text in single quotes."
        raise Unreadable(message, mark.line + 1, mark.column + 1) from None
    finally:
        loader.dispose()


def _build(loader: yaml.SafeLoader) -> Node | None:
    root: Node | None = None
    open_nodes: list[Sequence | Table] = []
    keys: list[Scalar | None] = []
    documents = values = 0
    while loader.check_event():
        event = loader.get_event()  # type: ignore[no-untyped-call]
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise Unreadable("a second document begins here; keep one company per file.", line, column)
        if isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            open_nodes.pop()
            keys.pop()
        if not isinstance(event, yaml.NodeEvent):
            continue
        _refuse_references(event, line, column)
        values += 1
        if values > MOST_VALUES:
            raise Unreadable(f"the file holds more than {MOST_VALUES} values; is it the right file?", line, column)
        node = _node(loader, event, line, column)
        if not open_nodes:
            root = node
        else:
            _attach(open_nodes[-1], keys, node)
        if not isinstance(node, Scalar):
            open_nodes.append(node)
            keys.append(None)
            if len(open_nodes) > DEEPEST:
                raise Unreadable(f"nested deeper than {DEEPEST} levels; check the indentation.", line, column)
    return root


def _refuse_references(event: yaml.NodeEvent, line: int, column: int) -> None:
    # Aliases make small files explode, and hide from the reader what a claim says.
    if isinstance(event, yaml.AliasEvent):
        message = f'the alias "*{printable(event.anchor or "")}" is not allowed; write the value out.'
        raise Unreadable(message, line, column)
    if event.anchor is not None:
        message = f'the anchor "&{printable(event.anchor)}" is not allowed; delete it.'
        raise Unreadable(message, line, column)
    tag = getattr(event, "tag", None)
    if tag is not None:
        message = f'the tag "{printable(tag)}" is not allowed; delete it, or put a text that begins with ! in quotes.'
        raise Unreadable(message, line, column)


def _node(loader: yaml.SafeLoader, event: yaml.NodeEvent, line: int, column: int) -> Node:
    if isinstance(event, yaml.MappingStartEvent):
        return Table(line=line, column=column)
    if isinstance(event, yaml.SequenceStartEvent):
        return Sequence(line=line, column=column)
    assert isinstance(event, yaml.ScalarEvent)
    if odd := _ODD.search(event.value):
        message = f"the text holds the character U+{ord(odd[0]):04X}; delete its escape."
        raise Unreadable(message, line, column)
    if len(event.value) > _LONGEST_RESOLVED:
        return Scalar(event.value, "str", line, column)
    tag: str = loader.resolve(yaml.ScalarNode, event.value, event.implicit)  # type: ignore[no-untyped-call]
    return Scalar(event.value, tag.removeprefix(_TAG), line, column)


def _attach(parent: Sequence | Table, keys: list[Scalar | None], node: Node) -> None:
    if isinstance(parent, Sequence):
        parent.items.append(node)
        return
    key = keys[-1]
    if key is not None:
        parent.entries.append((key, node))
        keys[-1] = None
    elif isinstance(node, Scalar):
        keys[-1] = node
    else:
        raise Unreadable("a key must be a single word, not a list or a group of keys.", node.line, node.column)


def _unreadable(error: yaml.MarkedYAMLError) -> Unreadable:
    mark = error.problem_mark or error.context_mark
    said = printable(error.problem or error.context or "it cannot be read", limit=120)
    hint = next((way_out for trait, way_out in _HINTS if trait in said), "check quotation marks and indentation.")
    began = ""
    if error.context_mark and mark and error.context_mark.line < mark.line:
        began = f" The part that is wrong began in line {error.context_mark.line + 1}."
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Unreadable(f"this is not valid YAML ({said}): {hint}{began}", line, column)
