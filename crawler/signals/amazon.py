"""Amazon Ads: its Consent Signal has `amzn_user_data` and `amzn_ad_storage`, GRANTED or DENIED.

It is a first-party cookie, `amzn_consent`, that Amazon's tag reads, made for visitors in Europe; some consent platforms
write it for opted-out visitors in the United States too. Where the tag writes the answer into its request, if it does,
was not found: a name that turns up is told and decides nothing. The strings of the frameworks are heard.

Sources, read 2026-11-28: support.cookiebot.com (Amazon Consent Signal), docs.optsens.com/docs/frameworks/amazon-acs,
kukie.io/docs/integrations/amazon-consent-signal; MisterPhilip/omnibug on GitHub for the tag's parameters.
"""

from __future__ import annotations

from crawler.parsing import RequestFacts
from crawler.signals.carried import Reading
from crawler.signals.mentioned import told

NAMES = ("amzn_consent", "amzn_user_data", "amzn_ad_storage", "amznUserData", "amznAdStorage")


def decode(request: RequestFacts) -> Reading:
    """Never decides."""
    return told(request, NAMES, "where Amazon's tag sends its consent signal is not confirmed")
