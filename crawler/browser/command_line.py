"""The switches a browser is started with, all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from crawler.browser import gpc
from crawler.browser.preferences import languages
from crawler.browser.resolver_rules import SIGN_IN_HOST, UPDATE_HOST, resolver_rules

ENABLED = (gpc.FEATURE, "CDPScreenshotNewSurface", "SkipListAccountsWithoutGaiaCookies")
DISABLED = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "AutofillServerCommunication",
)
"""What Playwright disables, too, but for what a site can tell. Left out on purpose: ThirdPartyStoragePartitioning,
which visitors' browsers have on."""

STEADY = (
    "--headless",
    "--no-sandbox",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-service-autorun",
    "--mute-audio",
    "--force-color-profile=srgb",
    "--enable-unsafe-swiftshader",
    "--disable-dev-shm-usage",
    "--disable-hang-monitor",
    "--disable-prompt-on-repost",
    "--password-store=basic",
    "--use-mock-keychain",
    "--do-not-de-elevate",
    # Nothing of the browser's own: no calls home, no extensions, no experiments, no questions.
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-field-trial-config",
    "--disable-infobars",
    "--disable-search-engine-choice-screen",
    "--disable-sync",
    "--metrics-recording-only",
    # A window that another one covers goes on as if it were seen.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-back-forward-cache",
    # A mouse, which a browser without a screen says it has not.
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
)
"""The same for every browser, chosen from what Playwright 1.65 gives. Left out, because pages or their servers can tell
(measured with Chromium 156 on 2026-11-27, or by what they do): --hide-scrollbars, --disable-popup-blocking,
--disable-ipc-flooding-protection."""

BLANK_HINTS = "UACHOverrideBlank"
"""Makes the headless shell send empty client hints where the DevTools override does not reach (beacons of an unloading
page), instead of hints that name HeadlessChrome (measured with 156). Other kinds send the right ones by themselves."""

_RESERVED = ("--user-data-dir", "--remote-debugging-port", "--host-resolver-rules", "--log-net-log")


def command_line(
    *,
    netlog: Path,
    netlog_mode: str,
    user_agent: str,
    locale: str,
    host_resolver_rules: str | None = None,
    spki_hashes: Sequence[str] = (),
    ignore_https_errors: bool = False,
    viewport: tuple[int, int],
    screen: tuple[int, int],
    blank_hints: bool = False,
    extra: Iterable[str] = (),
) -> list[str]:
    """All switches, in order, but for the profile's folder; an empty `netlog_mode` leaves the log out.

    Feature lists among `extra` are merged with ours; a feature disabled there is not enabled here. Raises
    `InvalidResolverRules`, or `ValueError` for a switch that is not the caller's to set.
    """
    enabled, disabled, rest = [*ENABLED, *([BLANK_HINTS] if blank_hints else [])], list(DISABLED), []
    for switch in extra:
        name, _, value = switch.partition("=")
        if name in _RESERVED:
            raise ValueError(f"{name} cannot be given as an extra switch; it is set for every visit")
        if name == "--enable-features":
            enabled += [f for f in value.split(",") if f]
        elif name == "--disable-features":
            disabled += [f for f in value.split(",") if f]
        else:
            rest.append(switch)
    enabled = [f for f in enabled if f not in disabled[len(DISABLED) :]]
    logging = [f"--log-net-log={netlog}", f"--net-log-capture-mode={netlog_mode}"] if netlog_mode else []
    switches = [
        *STEADY,
        *logging,
        # QUIC bodies do not reach the NetLog; the same hosts are contacted over TCP instead.
        "--disable-quic",
        "--remote-debugging-port=0",
        f"--enable-features={','.join(enabled)}",
        f"--disable-features={','.join(disabled)}",
        "--disable-blink-features=AutomationControlled",
        f"--user-agent={user_agent}",
        f"--lang={locale}",
        f"--accept-lang={_accepted(locale, as_header=blank_hints)}",
        f"--window-size={viewport[0]},{viewport[1]}",
        f"--screen-info={{{screen[0]}x{screen[1]}}}",
        f"--gaia-url=https://{SIGN_IN_HOST}",
        f"--component-updater=url-source=https://{UPDATE_HOST}/",
        f"--host-resolver-rules={resolver_rules(host_resolver_rules)}",
    ]
    if spki_hashes:
        switches.append(f"--ignore-certificate-errors-spki-list={','.join(spki_hashes)}")
    if ignore_https_errors:
        # The switch reaches service workers too; Playwright's option of the same purpose works per page.
        switches.append("--ignore-certificate-errors")
    return switches + rest


def _accepted(locale: str, *, as_header: bool) -> str:
    """The headless shell sends this text as it stands; full Chromium writes the header itself (measured with 156).

    Scripts see the languages that the DevTools override names, which reaches every realm.
    """
    first, *others = languages(locale)
    return ",".join([first, *(f"{other};q=0.9" if as_header else other for other in others)])
