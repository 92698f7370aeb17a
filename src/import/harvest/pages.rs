//! Lists on several pages: where the next one is.
//!
//! In: a page, the source's selectors. Out: addresses of further pages. `next` selects the link to
//! the next page, `pages` the links to all others (A–Z) on the first one; feeds say it in a header
//! `Link: <…>; rel="next"` (RFC 8288).

use scraper::{Html, Selector};
use url::Url;

use super::fetch::Page;

/// Names in `selectors` that mean links, not fields.
pub const NEXT: &str = "next";

/// See [`NEXT`].
pub const PAGES: &str = "pages";

/// Returns the addresses that a selector finds on a page, in its order.
pub fn links(page: &Page, css: &str) -> Vec<Url> {
    let (css, attribute) = css.rsplit_once('@').unwrap_or((css, "href"));
    let Ok(selector) = Selector::parse(css.trim()) else { return Vec::new() };
    // Addresses are ASCII: which encoding the words have does not matter here.
    let html = Html::parse_document(&String::from_utf8_lossy(&page.bytes));
    let base = Selector::parse("base[href]").ok().and_then(|base| {
        let href = html.select(&base).next()?.value().attr("href")?;
        page.url.join(href).ok()
    });
    let base = base.unwrap_or_else(|| page.url.clone());
    let values = html.select(&selector).filter_map(|link| link.value().attr(attribute.trim()));
    let urls = values.filter_map(|value| base.join(value.trim()).ok());
    // A script in the place of an address is what some last pages have.
    urls.filter(|url| matches!(url.scheme(), "https" | "http")).map(without_fragment).collect()
}

/// Returns the next page that a feed's headers name.
pub fn linked(page: &Page) -> Option<Url> {
    let parts = page.links.iter().flat_map(|header| header.split(",<"));
    for part in parts.flat_map(|part| part.split(", <")) {
        let Some((target, parameters)) = part.trim_start_matches([' ', '<']).split_once('>') else {
            continue;
        };
        let is_next = parameters.split(';').any(|parameter| {
            let Some((name, value)) = parameter.split_once('=') else { return false };
            let value = value.trim().trim_matches('"');
            name.trim().eq_ignore_ascii_case("rel")
                && value.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("next"))
        });
        if is_next {
            return page.url.join(target).ok().map(without_fragment);
        }
    }
    None
}

/// Returns an address without what only the reader's window needs.
pub fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::harvest::fetch::Known;

    fn page(html: &str, links: &[&str]) -> Page {
        Page {
            url: Url::parse("https://www.example.org/gruppen/liste?seite=1").expect("right"),
            media_type: None,
            links: links.iter().map(|link| (*link).to_owned()).collect(),
            known: Known::default(),
            bytes: html.as_bytes().to_vec(),
        }
    }

    #[test]
    fn a_link_is_taken_as_a_browser_would() {
        for (html, css, expected) in [
            (
                "<a class=n href='?seite=2#liste'>",
                "a.n",
                "https://www.example.org/gruppen/liste?seite=2",
            ),
            ("<a class=n href='/b'>", "a.n@href", "https://www.example.org/b"),
            ("<div data-next='c'>", "div@data-next", "https://www.example.org/gruppen/c"),
            ("<base href='/x/'><a href='d'>", "a", "https://www.example.org/x/d"),
        ] {
            let found: Vec<String> =
                links(&page(html, &[]), css).iter().map(Url::to_string).collect();
            assert_eq!(found, [expected], "{html}");
        }
        assert!(links(&page("<a href=x>", &[]), "a[").is_empty());
        assert!(links(&page("<a href='javascript:a()'>", &[]), "a").is_empty());
        assert!(links(&page("<p>", &[]), "a").is_empty());
    }

    #[test]
    fn a_feed_names_its_next_page_in_a_header() {
        for (header, expected) in [
            ("</g?page=2>; rel=\"next\"", Some("https://www.example.org/g?page=2")),
            (
                "<a>; rel=prev, <b>; title=\"x\"; rel=next",
                Some("https://www.example.org/gruppen/b"),
            ),
            ("<a>;rel=\"last next\"", Some("https://www.example.org/gruppen/a")),
            ("<a>; rel=prefetch", None),
            ("rel=next", None),
        ] {
            assert_eq!(
                linked(&page("", &[header])).as_ref().map(Url::as_str),
                expected,
                "{header}"
            );
        }
    }
}
