"""The Trade Desk's limited data use: `data_processing_option` with the policy LDU, in its conversion events.

The interface at insight.adsrvr.org takes JSON, also from tags in a browser. The image of the universal pixel has no
such parameter; it carries the strings of the frameworks.
Sources, read 2026-11-28: documentation.freshpaint.io (theTradeDesk reference, data processing options),
docs.tealium.com/client-side-tags/the-trade-desk-real-time-conversion-events-tag; MisterPhilip/omnibug on GitHub for
the pixel. The shape of the option, a list of policies, is from memory, so LDU is looked for in all of it.
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.signals.carried import SILENT, Reading
from crawler.signals.mentioned import plain
from crawler.signals.parameters import Parameters

NAMES = ("data_processing_option", "data_processing_options")
_MAX_POLICIES = 20


def decode(parameters: Parameters) -> Reading:
    """LDU is restricted; another or an empty option is unknown."""
    options = [value for name in NAMES for value in (*parameters.json_values(name), *parameters.values(name))]
    if not options:
        return SILENT
    policies = [_policies(option) for option in options[:_MAX_POLICIES]]
    if all("LDU" in found for found in policies):
        return Reading(Restriction.RESTRICTED, "data_processing_option LDU")
    return Reading(Restriction.UNKNOWN, "data_processing_option is there, and is not LDU throughout")


def _policies(option: object) -> set[str]:
    if isinstance(option, dict):
        return set().union(*(_policies(value) for value in list(option.values())[:_MAX_POLICIES]))
    if isinstance(option, list):
        return {plain(value) for value in option[:_MAX_POLICIES]}
    return {plain(option)}
