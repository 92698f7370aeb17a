//! What search engines read: robots.txt and sitemap.xml. People start there.

use actix_web::{HttpResponse, web};

use super::texts::Texts;
use super::topics::with_groups;
use crate::http::problem::Problem;
use crate::http::reply::{self, Keep};
use crate::http::site::{Site, live};
use crate::http::wire;
use crate::search::request::AnswerLanguage;

/// Addresses of a sitemap, as its form allows them.
const MOST_ADDRESSES: usize = 50_000;

/// Pages that stand for themselves.
const PAGES: [&str; 6] =
    ["/", "/themen", "/kontaktstellen", "/einbetten", "/barrierefreiheit", "/datenschutz"];

/// Answers `/robots.txt`: nothing may be read while the groups are invented.
pub async fn robots(site: web::Data<Site>) -> HttpResponse {
    let rules = if site.shows_example_data() {
        "User-agent: *\nDisallow: /\n".to_owned()
    } else {
        format!(
            "User-agent: *\nDisallow: /v1/\nDisallow: /docs/\nDisallow: /rahmen\nDisallow: /verwaltung\nSitemap: {}/sitemap.xml\n",
            site.public_url
        )
    };
    reply::typed(rules.into_bytes(), "text/plain; charset=utf-8", Keep::Checked)
}

/// Answers `/sitemap.xml`: pages, topics with groups, groups.
///
/// # Errors
///
/// `index_unavailable`.
pub async fn sitemap(site: web::Data<Site>) -> Result<HttpResponse, Problem> {
    let generation = live(&site)?;
    let german = Texts::in_language(AnswerLanguage::German);
    let topics = with_groups(&site, german).into_iter().map(|topic| format!("/thema/{}", topic.id));
    let groups = (0..generation.columns.len())
        .map(|group| format!("/gruppe/{}", wire::uuid_of(&generation, group as u32)));
    let paths = PAGES.map(str::to_owned).into_iter().chain(topics).chain(groups);
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for path in paths.take(MOST_ADDRESSES) {
        let address = maud::html! { (site.public_url) (path) }.into_string();
        out.push_str(&format!("<url><loc>{address}</loc></url>\n"));
    }
    out.push_str("</urlset>\n");
    Ok(reply::typed(out.into_bytes(), "application/xml", Keep::Checked))
}
