"""Bits of consent strings: base64url characters of six bits each, read as numbers of any length."""

from __future__ import annotations

from crawler.signals.carried import shown

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_VALUES = {char: index for index, char in enumerate(ALPHABET)}
_FIBONACCI_BITS = 24
"""Numbers of more bits are in no string that anybody needs."""


class Bits:
    """A reader over the bits of a text, which may be padded with `=`.

    Raises `ValueError` for other characters, and when the bits end too early; the message is fit for a report.
    """

    def __init__(self, text: str) -> None:
        parts = []
        for char in text.rstrip("="):
            value = _VALUES.get(char)
            if value is None:
                raise ValueError(f"'{shown(char)}' is not a base64url character")
            parts.append(format(value, "06b"))
        self._bits = "".join(parts)
        self._at = 0

    def number(self, bits: int) -> int:
        """The next bits as a number, the highest first."""
        end = self._at + bits
        if end > len(self._bits):
            raise ValueError("it ends too early")
        value = int(self._bits[self._at : end], 2)
        self._at = end
        return value

    def bit(self) -> bool:
        """The next bit."""
        return bool(self.number(1))

    def flags(self, count: int) -> frozenset[int]:
        """Numbers, from 1 on, of the bits that are set among the next ones."""
        end = self._at + count
        if end > len(self._bits):
            raise ValueError("it ends too early")
        found = frozenset(n for n, bit in enumerate(self._bits[self._at : end], 1) if bit == "1")
        self._at = end
        return found

    def fibonacci(self) -> int:
        """A Fibonacci integer: the sum of the numbers whose bits are set, ended by two set bits in a row."""
        value, last, (step, following) = 0, False, (1, 2)
        for _ in range(_FIBONACCI_BITS):
            bit = self.bit()
            if bit and last:
                return value
            value += step if bit else 0
            last, step, following = bit, following, step + following
        raise ValueError("a section number is out of range")
