"""The region report from top to bottom: one ordered list that feeds the notebook, the contents, saved results and tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sectorlib.pages.drawing import esc
from sectorlib.pages.markup import put
from sectorlib.pages.region import practice
from sectorlib.pages.region.analyst import analyst
from sectorlib.pages.region.appendix import appendix
from sectorlib.pages.region.economy import economy
from sectorlib.pages.region.first_screen import first_screen
from sectorlib.pages.region.market import market
from sectorlib.pages.region.outlook import outlook
from sectorlib.pages.region.profile import OCCUPATION_RESULTS, OF_YEARS_AHEAD, RegionProfile
from sectorlib.pages.region.why import why
from sectorlib.pages.region.workforce import workforce
from sectorlib.study import Study


@dataclass(frozen=True)
class Chapter:
    """A chapter of the page.

    Attributes
    ----------
    name : str
        Its address on the page.
    title : str
        Its heading; "" for the first screen, whose heading is the page's.
    markup : function of a RegionProfile
        What it shows; "" where it has nothing to say, and then it is left out.
    results : tuple of str
        The results that it is drawn from.
    """

    name: str
    title: str
    markup: Callable[[RegionProfile], str]
    results: tuple[str, ...]

    def page(self, profile: RegionProfile) -> str:
        """The chapter with its heading, as a section of the page."""
        content = self.markup(profile)
        if not content or not self.title:
            return content and f'<div class="chapter" id="{self.name}">{content}</div>'
        return (
            f'<section class="chapter" id="{self.name}" aria-labelledby="{self.name}-heading">'
            f'<h2 id="{self.name}-heading">{esc(self.title)}</h2>{content}</section>'
        )


#: The chapters in their order.
CHAPTERS = (
    Chapter(
        "first-screen", "", first_screen,
        ("regions", "contradictions", "self-containment", "labor-markets", "sectors", "targets", "sector-years",
         "sector-counties", "region-jurisdictions", "portfolio", "target-sequence", "colleges-in-reach", *practice.RESULTS["first-screen"]),
    ),
    Chapter(
        "why", "Why these sectors", why,
        ("target-points", "target-uncertainty", "target-weights", "target-record"),
    ),
    Chapter("market", "Who shares this labor market", market, ("labor-market-stability", *practice.RESULTS["market"])),
    Chapter(
        "economy", "The regional economy", economy,
        ("nation-jobs", "held-back", "concentration", "wages", "wage-tiers", "job-quality", "growth", "growth-rest", "shift-share", "shift-share-rest"),
    ),
    Chapter(
        "outlook", "Outlook", outlook,
        ("projections", "projection-cautions", "hindcast", "official-projections"),
    ),
    Chapter("workforce", "Workforce", workforce, (*OCCUPATION_RESULTS, *practice.RESULTS["workforce"])),
    Chapter("analyst", "From the analyst", analyst, ()),
    Chapter("appendix", "Appendix", lambda profile: appendix(profile, absent(profile)), ("backtest", "labor-market-quality", "specialization")),
)  # fmt: skip


#: The results a region's page is drawn from.
PAGE_RESULTS = tuple(dict.fromkeys(name for chapter in CHAPTERS for name in chapter.results))


def page_results(study: Study) -> list[str]:
    """The results that are saved with a study's pages: :data:`PAGE_RESULTS` without those of years already past."""
    return [name for name in PAGE_RESULTS if not (study.overtaken and name in OF_YEARS_AHEAD)]


def absent(profile: RegionProfile) -> dict[str, str]:
    """What the study cannot support and why, by result of the page; what the page says in place is left out."""
    reasons = {name: profile.why_absent(name) for name in page_results(profile.study)}
    return {name: why_not for name, why_not in reasons.items() if why_not}


def show(profile: RegionProfile) -> None:
    """Display every chapter that has something to say, in order."""
    for chapter in CHAPTERS:
        markup = chapter.page(profile)
        if markup:
            put(markup)
