//! `/verwaltung`: where contact points check, publish and undo their lists.
//!
//! In: nothing but the address. Out: a page whose script asks for a token and then uses the admin
//! interface as any other client does; without a script, the commands that do the same. Nothing on
//! it is anybody's data.

use actix_web::{HttpRequest, HttpResponse, web};
use maud::html;

use super::frame::Page;
use super::texts::Texts;
use crate::http::reply::Keep;
use crate::http::site::Site;

/// Answers `/verwaltung`.
pub async fn staff(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    let asked = Texts::of(&request);
    let t = asked.of_statements();
    let imports = format!("{}/v1/admin/contact-points/ikos-jena/imports", site.public_url);
    let upload = |query: &str| {
        format!(
            "curl -H @token.txt -H 'Content-Type: application/octet-stream' \\\n  \
             --data-binary @gruppen.csv '{imports}{query}'"
        )
    };
    let main = html! {
        h1 { (t.say("staff_title")) }
        p.lead { (t.say("staff_lead")) }
        div #verwaltung {
            p { (t.say("staff_no_script")) }
            ol.steps {
                li { p { (t.say("staff_no_script_token")) } pre tabindex="0" { code { "Authorization: Bearer wgw_…" } } }
                li { p { (t.say("staff_no_script_check")) } pre tabindex="0" { code { (upload("?dry_run=true")) } } }
                li { p { (t.say("staff_no_script_publish")) } pre tabindex="0" { code { (upload("")) } } }
                li { p { (t.say("staff_no_script_undo")) } pre tabindex="0" { code { "curl -H @token.txt -X POST '" (imports) "/17/rollback'" } } }
            }
            p { (t.say("staff_no_script_server")) }
            pre tabindex="0" { code { "wegweiser check --contact-point ikos-jena gruppen.csv\nwegweiser import --contact-point ikos-jena gruppen.csv" } }
            p { a href="/docs/" { (t.say("staff_no_script_docs")) } }
        }
    };
    let mut page = Page::new(asked, "/verwaltung", t.say("staff_title").to_owned(), main);
    page.is_staff = true;
    page.is_statement = true;
    page.respond(&site, Keep::Checked)
}
