"""Every main page: accessible, light, usable by keyboard and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, ROOT, Opens, Visitor
from tests.browser.pictures import take
from tests.browser.places import places

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}  # all that a theme changes
AT_REST = """async () => {
    const moving = () => document.getAnimations().filter(one => one.effect.getComputedTiming().endTime < Infinity);
    while (moving().length) await Promise.allSettled(moving().map(one => one.finished));
}"""
LIMIT = 150 * 1024
PEOPLE = ("coordinator", "school", "admin", "")
PICTURES = {  # name of a page: name of its picture in the guide
    "sign-in": "sign-in",
    "home": "home",
    "road map": "roadmap",
    "municipalities": "municipalities",
    "list": "list",
    "assignments": "assignments",
    "draft": "draft",
    "letter": "letter",
    "reminders": "reminders",
    "template": "template",
}


def violations(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """What axe finds from the top of the page, where nothing lies under its head: rule, element, what is wrong."""
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(found => found.violations)",
        rules,
    )
    return [
        f"{page.url}: {rule['id']}: {node['html'][:160]}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def violations_in_the_dark(page: Page) -> list[str]:
    """What axe finds in the same page after the device went dark and every colour has come to its end."""
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
    page.evaluate(AT_REST)
    found = violations(page, COLOURS)
    page.emulate_media(color_scheme="light")
    return [f"dark: {one}" for one in found]


@pytest.mark.parametrize("login", PEOPLE, ids=lambda login: login or "stranger")
def test_axe_finds_nothing(visit: Opens, login: str) -> None:
    visitor = visit(login)
    found = []
    for name, address in places(visitor, login).items():
        page = visitor.go(address)
        found += violations(page)
        if login in ("coordinator", "") and name in PICTURES:
            take(page, PICTURES[name])
        found += violations_in_the_dark(page)
    assert found == []


@pytest.mark.parametrize("login", PEOPLE, ids=lambda login: login or "stranger")
def test_the_first_visit_is_light_and_a_phone_needs_no_scrolling_sideways(visit: Opens, login: str) -> None:
    heavy, wide = {}, {}
    for name, address in places(visit(login), login).items():
        visitor = visit(login, viewport=PHONE, has_touch=True, is_mobile=True)
        weight = _weight(visitor, address)
        width = visitor.page.evaluate("document.documentElement.scrollWidth")
        visitor.check()
        visitor.context.close()
        if weight > LIMIT:
            heavy[name] = weight
        if width > PHONE["width"]:
            wide[name] = width
    assert (heavy, wide) == ({}, {})


def _weight(visitor: Visitor, address: str) -> int:
    """Bytes over the wire of a page opened with an empty cache."""
    session = visitor.context.new_cdp_session(visitor.page)
    sizes: list[int] = []
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    visitor.page.goto(visitor.site.url + address, wait_until="load")
    visitor.page.wait_for_timeout(100)  # the last events come after the page is there
    return sum(sizes)


def test_the_keyboard_skips_the_menu_and_focus_is_seen(visit: Opens) -> None:
    page = visit("coordinator").go("/assignments/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = "document.querySelector('main').contains(document.activeElement)"
    assert page.evaluate(inside)
    for _ in range(40):
        style: dict[str, str] = page.evaluate(
            "(() => { const one = document.activeElement, s = getComputedStyle(one);"
            " return {tag: one.outerHTML.slice(0, 90), outline: s.outlineStyle, width: s.outlineWidth}; })()"
        )
        assert style["outline"] == "solid", style
        assert float(style["width"].removesuffix("px")) >= 2, style
        page.keyboard.press("Tab")


def test_tab_goes_through_the_page_as_it_is_read(visit: Opens) -> None:
    page = visit("coordinator").go("/")
    order = []
    for _ in range(30):
        page.keyboard.press("Tab")
        place: int = page.evaluate(
            "[...document.querySelectorAll('a, button, input, summary, select, textarea, [tabindex]')]"
            ".indexOf(document.activeElement)"
        )
        order.append(place)
    assert order == sorted(order)
    assert len(set(order)) == len(order)  # no trap


def test_slash_puts_the_cursor_into_the_search(visit: Opens) -> None:
    page = visit("coordinator").go("/documents/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search-everywhere"
    page.keyboard.type("план")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    assert "План" in page.locator("main").inner_text()


def test_back_returns_to_the_table_as_it_was(visit: Opens) -> None:
    page = visit("coordinator").go("/assignments/")
    rows = page.locator("tbody tr")
    before, address = rows.all_inner_texts(), page.url
    page.locator("thead th a", has_text="Исполнитель").click()
    page.wait_for_url(lambda url: url != address)
    expect(page.locator("thead th[aria-sort]")).to_contain_text("Исполнитель")
    assert rows.all_inner_texts() != before
    page.go_back()
    page.wait_for_url(address)
    expect(page.locator("thead th[aria-sort]")).to_contain_text("Срок")
    assert rows.all_inner_texts() == before


def test_the_theme_is_kept(visit: Opens) -> None:
    visitor = visit("observer")
    page = visitor.go("/documents/")
    page.locator(".who > summary").click()
    page.get_by_role("button", name="Тёмн").click()
    page.wait_for_load_state()
    assert page.url.endswith("/documents/")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_without_javascript_the_menus_open_and_tables_sort(visit: Opens) -> None:
    visitor = visit("coordinator", java_script_enabled=False)
    page = visitor.go("/organisations/")
    visitor.follow(page.locator("thead th a").first)
    assert "sort" in page.url
    page.locator(".who > summary").click()
    assert page.get_by_role("button", name="Выйти").is_visible()


def test_a_foreign_page_is_not_found_and_says_where_to_go(visit: Opens) -> None:
    visitor = visit("school")
    visitor.expected = {403, 404}
    page = visitor.go("/road-maps/00000000000000000000000000/")
    assert page.get_by_role("main").get_by_role("link").first.is_visible()
    page = visitor.go("/settings/accounts/")
    assert page.get_by_role("main").inner_text()
