"""Who is who: the catalogue of products, and the long tail from third-party-web and EasyPrivacy."""

from crawler.vendors.identify import catalogue, identify, identify_cookie, identify_request
from crawler.vendors.known import Catalogue, InvalidCatalogue
from crawler.vendors.model import Demand, Hit, KnownBy, Role
from crawler.vendors.product import CookieFact, Endpoint, Vendor
from crawler.vendors.recaptcha import recaptcha_variants

__all__ = [
    "Catalogue",
    "CookieFact",
    "Demand",
    "Endpoint",
    "Hit",
    "InvalidCatalogue",
    "KnownBy",
    "Role",
    "Vendor",
    "catalogue",
    "identify",
    "identify_cookie",
    "identify_request",
    "recaptcha_variants",
]
