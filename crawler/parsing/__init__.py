"""A request taken apart, once for everybody who asks: who is called (`vendors`), what it says (`signals`)."""

from crawler.parsing.request_facts import RequestFacts, facts

__all__ = ["RequestFacts", "facts"]
