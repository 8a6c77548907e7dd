"""The page's search in a real browser, over HTTP and from a disk, against the pages of the demonstration site."""

import random
import re
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import listed
from playwright.sync_api import Browser, Page, Route, expect
from selectolax.lexbor import LexborHTMLParser

from disclosure.search.listed import named_texts, numbered_texts
from disclosure.search.sounds import spellings
from disclosure.search.text import bare, fold, words

SHARED = 40  # parts that fewer names share must be found


def ask(page: Page, address: str, query: str) -> dict[str, str]:
    """The results of a query, all of them: entity page to name."""
    page.goto(f"{address}search.html?q={quote(query)}")
    expect(page.locator("#results")).to_have_attribute("aria-busy", "false", timeout=20000)
    while page.locator(".result-more").count():
        page.locator(".result-more").click()
        expect(page.locator("#results")).to_have_attribute("aria-busy", "false", timeout=20000)
    links = page.eval_on_selector_all("#results a", "links => links.map(a => [a.getAttribute('href'), a.textContent])")
    found: dict[str, str] = dict(links)
    assert len(found) == len(links) == number(page)
    return found


def number(page: Page) -> int:
    """The number that the page says."""
    told = re.match(r"(?:共|信用主体) (\d+) 条", page.text_content("#result-count") or "")
    return int(told[1]) if told else -1


def is_right(site: Path, link: str, query: str) -> bool:
    """Whether the page behind a result holds every word of the query."""
    body = LexborHTMLParser((site / link).read_text(encoding="utf-8")).body
    text = fold(body.text() if body else "")
    return all(word in text or bare(word) in bare(text) for word in words(query))


def rare_parts(names: list[str], name: str, dice: random.Random) -> list[str]:
    """Two parts of a name, of two to six characters, that fewer than forty entities share."""
    parts = {name[at : at + size] for size in range(2, 7) for at in range(len(name) - size + 1)}
    rare = [
        part for part in sorted(parts) if len(bare(fold(part))) > 1 and sum(part in other for other in names) < SHARED
    ]
    return dice.sample(rare, min(2, len(rare)))


def test_the_index_has_a_page_for_every_entity(demo_site: Path) -> None:
    """What the search lists are exactly the entity pages of the site, none that stands where something was."""
    pages = {
        path.relative_to(demo_site).as_posix()
        for path in (demo_site / "entity").rglob("*.html")
        if '<body class="page-entity"' in path.read_text(encoding="utf-8")
    }
    assert {entity.address for entity in listed(demo_site)} == pages


def test_entities_are_found_by_name_part_and_code(page: Page, address: str, demo_site: Path) -> None:
    """Full name, rare parts, code and its last eight characters find the entity, and no result is wrong."""
    dice = random.Random(2026)
    everyone = listed(demo_site)
    names = [entity.name for entity in everyone]
    for entity in dice.sample(everyone, 5):
        codes = [entity.code, entity.code[-8:]] if entity.code else []
        for query in (entity.name, *rare_parts(names, entity.name, dice), *codes):
            found = ask(page, address, query)
            assert found.get(entity.address) == entity.name, query
            assert [link for link in found if not is_right(demo_site, link, query)] == [], query


def test_words_in_any_order_numbers_and_width(page: Page, address: str, demo_site: Path) -> None:
    """Two words, a document number with other brackets and spaces, and full width find the entity."""
    entity = next(one for one in listed(demo_site) if one.numbers and one.code)
    wide = entity.code.lower().translate({sign: sign + 0xFEE0 for sign in range(0x21, 0x7F)})
    document = entity.numbers[0].replace("〔", " [").replace("〕", "] ")
    for query in (f"{entity.name[-4:]} {entity.name[:4]}", wide, document.replace(" ", ""), bare(fold(document))):
        assert entity.address in ask(page, address, query), query


def test_a_common_part_tells_the_exact_number(page: Page, address: str, demo_site: Path) -> None:
    """Above fifty results the number is exact, fifty are shown, and the rest can be had."""
    having = {one.address for one in listed(demo_site) if "有限公司" in fold(" ".join((one.name, *one.former)))}
    page.goto(f"{address}search.html?q={quote('有限公司')}")
    expect(page.locator("#results")).to_have_attribute("aria-busy", "false", timeout=20000)
    assert number(page) == len(having) > 50
    assert page.locator("#results > li").count() == 50
    page.locator(".result-more").click()
    expect(page.locator("#results > li")).to_have_count(min(100, len(having)))


def test_too_short_and_not_found_are_said(page: Page, address: str) -> None:
    """One character asks for two; nothing found gives help."""
    page.goto(f"{address}search.html?q={quote('黑')}")
    expect(page.locator("#result-count")).to_contain_text("至少")
    page.goto(f"{address}search.html?q={quote('绝无此名甲乙丙')}")
    expect(page.locator("#result-count")).to_have_text("共 0 条结果")
    expect(page.locator(".result-help")).to_contain_text("没有找到")


def test_only_choosing_a_suggestion_navigates(page: Page, address: str, demo_site: Path) -> None:
    """Suggestions open while typing; arrow and Enter go to the entity, Enter alone to the results, Escape closes."""
    entity = next(one for one in listed(demo_site) if one.code)
    page.goto(f"{address}index.html")
    box = page.locator("#q, #q-head").first
    box.press_sequentially(entity.name[:6])
    expect(box).to_have_attribute("aria-expanded", "true")
    assert 1 <= page.locator(".suggestion[role=option]").count() <= 8
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.fill(entity.code)
    expect(page.locator("[role=option]")).to_have_count(1)
    box.press("ArrowDown")
    expect(page.locator("[role=option]")).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    page.wait_for_url(f"**/{entity.address}")
    page.go_back()
    box.fill(entity.code)
    expect(page.locator("[role=option]")).to_have_count(1)
    box.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    expect(page.locator("#results a")).to_have_text([entity.name])


def test_the_last_suggestion_leads_to_all_results(page: Page, address: str) -> None:
    """Where more are found than suggested, the last row says how many and opens them, by keyboard and by mouse."""
    for by_keyboard in (True, False):
        page.goto(f"{address}index.html")
        box = page.locator("#q, #q-head").first
        box.fill("有限公司")
        last = page.locator("[role=option]").last
        expect(last).to_have_text(re.compile(r"^查看全部 \d+ 条$"))
        assert page.locator("[role=option]").count() == 9
        told = last.text_content() or ""
        if by_keyboard:
            box.press("ArrowUp")
            box.press("Enter")
        else:
            last.click()
        page.wait_for_url("**/search.html?q=*")
        expect(page.locator("#result-count")).to_have_text(f"共 {told.split()[1]} 条结果")


def test_a_code_stands_below_its_name_among_the_suggestions(page: Page, demo_address: str, demo_site: Path) -> None:
    """The code has a line of its own."""
    entity = next(one for one in listed(demo_site) if one.code)
    page.goto(f"{demo_address}index.html")
    page.locator("#q, #q-head").first.fill(entity.code)
    name, code = page.locator(".suggestion-name").bounding_box(), page.locator(".suggestion-code").bounding_box()
    assert name and code and code["y"] >= name["y"] + name["height"] - 1


def test_a_suggestion_is_chosen_by_touch(browser: Browser, demo_address: str, demo_site: Path) -> None:
    """A tap on a suggestion goes to the entity."""
    entity = next(one for one in listed(demo_site) if one.code)
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{demo_address}search.html")
    page.locator("#q").fill(entity.code)
    page.locator("[role=option]").tap()
    page.wait_for_url(f"**/{entity.address}")
    context.close()


def test_an_older_answer_never_overwrites_a_newer(page: Page, demo_address: str, demo_site: Path) -> None:
    """When the first query's shards come late, the second query's results stay."""
    one, other = listed(demo_site)[0], listed(demo_site)[-1]
    page.goto(f"{demo_address}search.html")
    held: list[Route] = []
    page.route("**/search/names/**", lambda route: held.append(route) if not held else route.continue_())
    with page.expect_request("**/search/names/**"):
        page.locator("#q").fill(one.code or one.name)
        page.locator("#q").press("Enter")
    page.locator("#q").fill(other.code or other.name)
    page.locator("#q").press("Enter")
    expect(page.locator("#results a").first).to_have_text(other.name)
    for route in held:
        route.continue_()
    page.wait_for_timeout(300)
    expect(page.locator("#results a").first).to_have_text(other.name)


def test_going_back_shows_the_earlier_results(page: Page, demo_address: str, demo_site: Path) -> None:
    """The query stands in the address."""
    one, other = (entity for entity in listed(demo_site)[:2])
    for entity in (one, other):
        ask(page, demo_address, entity.name)
    page.locator("#q").fill(one.name)
    page.locator("#q").press("Enter")
    expect(page.locator("#results a").first).to_have_text(one.name)
    page.go_back()
    expect(page.locator("#q")).to_have_value(other.name)
    expect(page.locator("#results a").first).to_have_text(other.name)


def test_lost_shards_end_with_a_message(page: Page, demo_address: str) -> None:
    """A failed read ends the wait and offers to try again."""
    page.route("**/search/parts/**", lambda route: route.abort())
    page.goto(f"{demo_address}search.html?q={quote('黑河粮贸')}")
    expect(page.locator("#results")).to_have_attribute("aria-busy", "false")
    expect(page.locator(".result-again")).to_be_visible()
    page.unroute("**/search/parts/**")
    page.locator(".result-again").click()
    expect(page.locator("#result-count")).to_contain_text("共")


def test_after_a_switch_the_page_asks_to_be_opened_anew(page: Page, demo_address: str) -> None:
    """Shards that are gone while release.json names another release: the page says so and offers to reload."""
    releases = iter(("one", *["two"] * 9))
    page.route("**/release.json", lambda route: route.fulfill(body=f'{{"release": "{next(releases)}"}}'))
    page.route("**/search/parts/**", lambda route: route.fulfill(status=404))
    page.goto(f"{demo_address}search.html?q={quote('黑河粮贸')}")
    expect(page.locator("#result-count")).to_have_text("网站刚刚更新，请刷新页面后再查。")
    page.unroute_all()
    page.locator(".result-help .result-reload").click()
    expect(page.locator("#result-count")).to_contain_text("条")


CHENGDA = "澄达（黑河）汽车运输有限责任公司"


@pytest.mark.parametrize(
    "query", ["澄达汽车", "澄达黑河汽车运输有限公司", "黑河市澄达汽车运输有限责任公司", "澄迖汽车运输"]
)
def test_no_exact_answer_leads_to_names_that_are_near(page: Page, address: str, query: str) -> None:
    """Short forms, another order, another legal form, a wrong character: the name stands first among the near ones, at little cost."""
    read: list[str] = []
    page.on("request", lambda request: read.append(request.url))
    assert ask(page, address, query) == {}
    expect(page.locator("#near h2")).to_have_text("没有完全相符的，以下名称相近")
    expect(page.locator("#near li a").first).to_have_text(CHENGDA)
    assert page.locator("#near li").count() == page.locator("#near li .near").count() <= 20
    expect(page.locator("#near .near").first).to_have_text("相近")
    assert sum("/search/parts/" in url or "/search/lists/" in url for url in read) <= 20
    assert sum("/search/names/" in url for url in read) <= 48


def test_names_typed_wrongly_are_near(page: Page, demo_address: str, demo_site: Path) -> None:
    """Of names with one wrong character or another legal form, all but one in ten are exact or among the first five."""
    dice = random.Random(11)
    page.goto(f"{demo_address}search.html?q={quote('没有此名')}")
    wanted = []
    for entity in dice.sample([one for one in listed(demo_site) if len(one.name) > 7], 60):
        at = dice.randrange(2, len(entity.name) - 4)
        wrong = entity.name[:at] + "龘" + entity.name[at + 1 :]
        short = re.sub("有限责任公司|有限公司", "公司", re.sub("^(黑河市|北安市|嫩江市)", "", entity.name))
        wanted += [(wrong, entity.name), (short, entity.name)]
    found = page.evaluate(
        ASK_ALL.replace('results.querySelectorAll("a")', 'document.querySelectorAll("#results a, #near a")'),
        [query for query, _ in wanted],
    )
    missed = [
        query for (query, name), links in zip(wanted, found, strict=True) if name not in [text for _, text in links[:5]]
    ]
    assert len(missed) <= len(wanted) / 10, missed


def test_near_names_are_taken_away_by_the_next_query(page: Page, demo_address: str) -> None:
    """Near names belong to their query alone; an exact answer has none."""
    assert ask(page, demo_address, "澄达汽车") == {}
    expect(page.locator("#near")).to_be_visible()
    page.locator("#q").fill(CHENGDA)
    page.locator("#q").press("Enter")
    expect(page.locator("#results a")).to_have_text([CHENGDA])
    expect(page.locator("#near")).to_be_hidden()
    assert page.locator("#near li").count() == 0


def test_words_in_one_number_come_before_words_that_are_spread(page: Page, demo_address: str, demo_site: Path) -> None:
    """Where some entities have all words in one name or number and others have them here and there, the first stand first."""
    everyone = listed(demo_site)
    texts = {one.address: [*named_texts(one), *numbered_texts(one)] for one in everyone}
    asked = 0
    for number_asked in sorted({bare(fold(number)) for one in everyone for number in one.numbers}):
        cut = number_asked.find("20") + 4
        parts = [number_asked[:cut], number_asked[cut:]]
        if cut < 6 or len(parts[1]) < 2:
            continue
        having = [link for link, all_of in texts.items() if all(any(part in one for one in all_of) for part in parts)]
        together = {link for link in having if any(all(part in one for part in parts) for one in texts[link])}
        if not together or len(together) == len(having) or len(having) > 24:
            continue
        found = list(ask(page, demo_address, " ".join(parts)))
        assert set(found) == set(having)
        assert set(found[: len(together)]) == together, parts
        asked += 1
        if asked == 8:
            break
    assert asked == 8


def test_labels_have_their_tone_and_on_a_phone_a_line_of_their_own(
    page: Page, demo_address: str, demo_site: Path
) -> None:
    """A label of the blacklist is drawn as on the entity's page; at 390 it stands below the name."""
    page.set_viewport_size({"width": 390, "height": 844})
    for tone in ("blacklist", "penalty"):
        entity = next(one for one in listed(demo_site) if any(label.startswith(tone + ":") for label in one.labels))
        ask(page, demo_address, entity.code or entity.name)
        label = page.locator(f"#results .result-label.tone-{tone}").first
        expect(label).to_have_text(next(one for one in entity.labels if one.startswith(tone)).partition(":")[2])
        colour = page.evaluate(
            "tone => { const made = document.body.appendChild(document.createElement('i'));"
            "made.style.color = `var(--${tone})`; return getComputedStyle(made).color; }",
            tone,
        )
        expect(label).to_have_css("color", colour)
        name, place = page.locator("#results .result-name").first.bounding_box(), label.bounding_box()
        assert name and place and place["y"] >= name["y"] + name["height"] - 1


ASK_ALL = """async (queries) => {
  const results = document.getElementById("results");
  const found = [];
  for (const query of queries) {
    history.pushState(null, "", "?q=" + encodeURIComponent(query));
    results.setAttribute("aria-busy", "true");
    window.dispatchEvent(new PopStateEvent("popstate"));
    for (let waited = 0; results.getAttribute("aria-busy") !== "false"; waited++) {
      if (waited > 4000) throw new Error("no answer to " + query);
      await new Promise((go) => setTimeout(go, waited < 20 ? 0 : 5));
    }
    found.push([...results.querySelectorAll("a")].map((link) => [link.getAttribute("href"), link.textContent]));
  }
  return found;
}"""


@pytest.mark.parametrize("some", [15, pytest.param(200, marks=pytest.mark.long)])
def test_entities_are_found_by_every_rare_part_of_their_names(
    page: Page, demo_site: Path, demo_address: str, some: int
) -> None:
    """Full name, every part of two to six characters that fewer than forty names share, the code and its tail: all found, none wrong."""
    everyone = listed(demo_site)
    texts = {entity.address: [*named_texts(entity), *numbered_texts(entity)] for entity in everyone}
    shared = Counter(
        part
        for of_one in texts.values()
        for part in {
            text[at : at + size] for text in of_one for size in range(2, 7) for at in range(len(text) - size + 1)
        }
    )
    wanted: dict[str, set[str]] = {}
    for entity in random.Random(7).sample(everyone, some):
        name = entity.name
        parts = {name[at : at + size] for size in range(2, 7) for at in range(len(name) - size + 1)}
        rare = {part for part in parts if len(bare(fold(part))) > 1 and shared[fold(part)] < SHARED}
        for query in {name, *rare, *([entity.code, entity.code[-8:]] if entity.code else [])}:
            wanted.setdefault(query, set()).add(entity.address)
    queries = sorted(wanted)
    page.goto(f"{demo_address}search.html?q={quote(queries[0])}")
    called = {entity.address: entity.name for entity in everyone}
    for at in range(0, len(queries), 500):
        asking = queries[at : at + 500]
        for query, links in zip(asking, page.evaluate(ASK_ALL, asking), strict=True):
            found = dict(links)
            asked = [fold(query), bare(fold(query))]
            assert wanted[query] <= found.keys(), f"{query}: {wanted[query] - found.keys()}"
            wrong = [link for link in found if not any(one in text for text in texts[link] for one in asked)]
            assert wrong == [], query
            assert all(called[link] == text for link, text in links), query


def settled(page: Page) -> None:
    """Wait until the answer stands."""
    expect(page.locator("#results")).to_have_attribute("aria-busy", "false", timeout=20000)


def test_results_are_narrowed_by_section_district_and_year(page: Page, address: str, demo_site: Path) -> None:
    """The counts are those of the entities; a choice stands in the address, survives a reload and can be taken back."""
    everyone = listed(demo_site)
    word = next(
        part for part in ("药店", "物流", "餐饮店", "农业") if 8 < sum(part in one.name for one in everyone) <= 50
    )
    having = [one for one in everyone if any(word in text for text in (one.name, *one.former))]
    page.goto(f"{address}search.html?q={quote(word)}")
    settled(page)
    years = Counter(str(year) for one in having for year in one.years)
    year = next(year for year, count in years.items() if 0 < count < len(having))
    link = page.locator(f'.result-facets a[data-facet="year {year}"]')
    expect(link.locator("small")).to_have_text(str(years[year]))
    every, first = (page.locator('.result-facets a[data-facet^="year "]').nth(at).bounding_box() for at in (0, 1))
    assert every and first and every["y"] == first["y"], "the values of a facet stand in one row"
    link.click()
    expect(page.locator("#result-count")).to_have_text(f"共 {len(having)} 条结果，筛选后 {years[year]} 条")
    expect(page.locator("#results > li")).to_have_count(years[year])
    expect(page.locator(f'.result-facets a[data-facet="year {year}"]')).to_be_focused()
    assert f"year={year}" in page.url
    page.reload()
    settled(page)
    expect(page.locator("#results > li")).to_have_count(years[year])
    districts = Counter(one.district for one in having if one.district and int(year) in one.years)
    shown = page.locator('.result-facets a[data-facet^="district "]:has(small)')
    assert {text.strip() for text in shown.locator("small").all_text_contents()} == set(map(str, districts.values()))
    page.locator('.result-facets a[data-facet="year "]').click()
    expect(page.locator("#results > li")).to_have_count(len(having))
    page.go_back()
    expect(page.locator("#result-count")).to_contain_text("筛选后")


def test_a_code_with_a_wrong_digit_says_which(page: Page, demo_address: str, demo_site: Path) -> None:
    """The place of the wrong digit and the code that fits are said, for a digit, a letter that codes have not, two that changed places."""
    entity = next(one for one in listed(demo_site) if len(one.code) == 18 and one.code[14] != one.code[15])
    code = entity.code
    other = code[:12] + ("7" if code[12] != "7" else "8") + code[13:]
    swapped = code[:14] + code[15] + code[14] + code[16:]
    for typed, place in ((other, "13"), (code[:6] + "O" + code[7:], "7"), (swapped, "15、16")):
        page.goto(f"{demo_address}search.html?q={typed}")
        settled(page)
        expect(page.locator(".result-code-hint")).to_have_text(f"第 {place} 位可能有误：{entity.name}的代码是 {code}。")
        expect(page.locator("#near a").first).to_have_text(entity.name)
        assert page.locator("#near li").count() < 4, "codes that only begin alike are not near"
    for typed, told in ((code[:17], "有 18 位，这里写了 17 位"), ("91999999MA0ZZ00I01", "校验位不符"), ("91999999MA0000I001", "没有字母 I")):  # fmt: skip
        page.goto(f"{demo_address}search.html?q={typed}")
        settled(page)
        if page.locator("#results > li").count() == 0:
            expect(page.locator(".result-code-hint")).to_contain_text(told)


def test_letters_find_and_are_marked(page: Page, address: str, demo_site: Path) -> None:
    """Initials of a name find it, also among the suggestions, and the characters they stand for are marked."""
    entity = next(one for one in listed(demo_site) if one.name.endswith("有限公司") and "（" not in one.name)
    letters = spellings(entity.name)[1].lower()
    assert entity.address in ask(page, address, letters)
    mark = page.locator("#results li", has_text=entity.name).first.locator(".result-name mark").first
    expect(mark).to_have_text(entity.name)
    page.locator("#q").fill(letters)
    expect(page.locator("[role=option] .suggestion-name mark").first).to_be_visible()


def test_search_reads_what_old_browsers_read(demo_site: Path) -> None:
    """The scripts of the entity search are ES2018, and use neither WebAssembly nor Intl.Segmenter."""
    newer = re.compile(r"\?\.[^\d]|\?\?|catch \{|\.flat\(|\.flatMap\(|replaceAll|matchAll|\.at\(|globalThis|Object\.fromEntries|#[a-z]+ ?[=(;]|\bWebAssembly\b|Segmenter|allSettled|\d_\d|replaceChildren|import\(")  # fmt: skip
    for name in ("find", "near", "search", "results", "batch"):
        text = next((demo_site / "assets").glob(f"{name}.*.js")).read_text(encoding="utf-8")
        plain = re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', text)
        assert newer.findall(plain) == [], name
