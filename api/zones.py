"""The time that people in the hall go by."""

from datetime import tzinfo
from zoneinfo import ZoneInfo

from vision.config import SiteConfig


def zone_of(site: SiteConfig | None) -> tzinfo:
    """The site's time zone; UTC without a site."""
    return site.zone if site else ZoneInfo("UTC")
