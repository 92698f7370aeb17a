//! The pages work without a script and show text as text.

use crate::support::{Answer, TestApp, gone_id, some_groups};

#[actix_web::test]
async fn somebody_without_javascript_finds_a_group() {
    let app = TestApp::start().await;

    let home = app.get("/").await;
    let found = Answer::of(
        app.request("POST", "/")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body("q=Mukoviszidose&place=Jena"),
    )
    .await;

    assert_eq!(home.field("content-type"), "text/html; charset=utf-8");
    assert!(home.text().contains("method=\"post\"") && home.text().contains("lang=\"de\""));
    assert!(home.text().contains("Beispieldaten"));
    assert_eq!(found.status, 200);
    assert_eq!(found.field("cache-control"), "no-store");
    let link = format!("href=\"/gruppe/{}\"", app.groups[0].id);
    assert!(found.text().contains(&link), "{}", found.text());
    assert!(!found.text().contains("<p></p>"), "{}", found.text());
}

#[actix_web::test]
async fn a_wrong_place_is_told_kindly() {
    let app = TestApp::start().await;

    let answer = Answer::of(
        app.request("POST", "/")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body("q=Angst&place=Xqzvwjkpp"),
    )
    .await;

    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("role=\"alert\""), "{}", answer.text());
}

#[actix_web::test]
async fn text_of_a_group_is_never_markup() {
    let app = TestApp::start().await;

    let page = app.get(&format!("/gruppe/{}", app.groups[1].id)).await.text();
    let answer = Answer::of(
        app.request("POST", "/")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body("q=%3Cscript%3Ealert(1)%3C/script%3E"),
    )
    .await;

    assert!(page.contains("&lt;b&gt;reden&lt;/b&gt;") && !page.contains("<b>reden"));
    assert!(!answer.text().contains("<script"));
}

/// Somebody narrows the results and turns pages without a script: every choice is a field.
#[actix_web::test]
async fn choices_are_fields_of_the_form() {
    let app = TestApp::start().await;
    let send = |body: &'static str| {
        Answer::of(
            app.request("POST", "/")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body(body),
        )
    };

    let all = send("q=&place=Jena&sort=&radius_km=&wheelchair=").await.text();
    let online = send("q=&place=Jena&format=online").await.text();
    let none = send("q=Mukoviszidose&place=&format=online&radius_km=10&sort=distance").await;

    assert!(all.contains("4 Gruppen gefunden"), "{all}");
    assert!(all.contains("form=\"suche\" name=\"format\" value=\"online\""), "{all}");
    assert!(online.contains("Eine Gruppe gefunden") && online.contains("checked"), "{online}");
    assert_eq!(none.status, 200);
    assert!(none.text().contains("class=\"ladder\""), "{}", none.text());
}

/// Each page stands alone: a title, one heading, its language, nothing from elsewhere.
#[actix_web::test]
async fn every_page_is_whole() {
    let app = TestApp::start().await;
    let group = format!("/gruppe/{}", app.groups[0].id);

    for path in [
        "/",
        "/rahmen",
        "/themen",
        "/thema/mukoviszidose",
        "/kontaktstellen",
        "/einbetten",
        "/barrierefreiheit",
        "/datenschutz",
        "/verwaltung",
        "/problems/not_found",
        &group,
    ] {
        for (lang, tag) in [("", "de"), ("?lang=en", "en"), ("?lang=de-x-leicht", "de-x-leicht")] {
            let page = app.get(&format!("{path}{lang}")).await;
            let text = page.text();
            assert_eq!((page.status, page.field("content-language")), (200, tag), "{path}{lang}");
            assert!(text.contains(&format!("<html lang=\"{tag}\">")), "{path}{lang}");
            assert_eq!(text.matches("<h1").count(), 1, "{path}");
            for foreign in ["src=\"http", "url(", " style=", " onclick", "{n}", "{name}"] {
                assert!(!text.contains(foreign), "{path}{lang}: {foreign}");
            }
        }
        let policy = app.get(path).await.field("content-security-policy").to_owned();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        let may_be_framed = policy.contains("frame-ancestors *");
        assert_eq!(may_be_framed, path == "/rahmen", "{path}");
    }
}

/// A search engine reads facts, and a browser finds no way out of them.
#[actix_web::test]
async fn a_group_tells_its_facts_to_machines() {
    let app = TestApp::start().await;

    let page = app.get(&format!("/gruppe/{}", app.groups[1].id)).await.text();
    let start = "<script type=\"application/ld+json\">";
    let linked = page.split(start).nth(1).and_then(|rest| rest.split("</script>").next());
    let linked: serde_json::Value =
        serde_json::from_str(linked.expect("data")).expect("they are JSON");

    assert_eq!(linked["name"], "=Rechnen; \"und\" <b>reden</b>");
    assert!(page.contains("rel=\"canonical\"") && page.contains("name=\"description\""));
    assert!(page.contains("noindex"), "invented groups shall not be found by search engines");
    assert!(page.contains("Eintrag stimmt nicht?") && page.contains("href=\"tel:"), "{page}");
}

/// A word in another language is marked as such, so that it is read out right.
#[actix_web::test]
async fn an_upper_sorbian_label_is_marked() {
    let app = TestApp::start().await;

    let german = app.get("/thema/sorben").await.text();
    let sorbian = app.get("/thema/sorben?lang=hsb").await.text();

    assert!(german.contains("<bdi lang=\"hsb\">Serbja</bdi>"), "{german}");
    assert!(sorbian.contains("<h1><bdi lang=\"hsb\">Serbja</bdi>: "), "{sorbian}");
}

/// The frame tells its height to whoever embeds it; that is all its script may do.
#[actix_web::test]
async fn the_frame_tells_its_height() {
    let app = TestApp::start().await;

    let frame = app.get("/rahmen").await;
    let script = app.get("/frame.js").await;

    assert!(frame.text().contains("src=\"/frame.js\""));
    let policy = frame.field("content-security-policy").to_owned();
    assert!(policy.contains("script-src 'self'") && policy.contains("trusted-types 'none'"));
    assert_eq!(script.field("cross-origin-resource-policy"), "cross-origin");
    assert!(script.text().contains("postMessage") && !script.text().contains("fetch"));
}

#[actix_web::test]
async fn search_engines_are_led() {
    let app = TestApp::start().await;

    let robots = app.get("/robots.txt").await;
    let sitemap = app.get("/sitemap.xml").await.text();

    assert_eq!(robots.text(), "User-agent: *\nDisallow: /\n", "the data are invented");
    for path in
        ["/kontaktstellen", "/thema/mukoviszidose", &format!("/gruppe/{}", app.groups[0].id)]
    {
        assert!(sitemap.contains(&format!("<loc>{}{path}</loc>", app.base)), "{path}");
    }
}

/// A website may pin the very file it has looked at.
#[actix_web::test]
async fn the_widget_can_be_pinned() {
    let app = TestApp::start().await;

    let page = app.get("/einbetten?state=SN&theme=auto").await.text();
    let present = app.get("/widget.js").await;
    let file = page.split("/widget/").nth(1).and_then(|rest| rest.split(".js").next());
    let pinned = app.get(&format!("/widget/{}.js", file.expect("a hash"))).await;
    let other = app.get("/widget/0000000000000000.js").await;

    assert_eq!(present.body, pinned.body);
    assert_eq!(present.field("cache-control"), "no-cache");
    assert!(pinned.field("cache-control").contains("immutable"));
    for answer in [&present, &pinned] {
        assert_eq!(answer.field("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(answer.field("access-control-allow-origin"), "*");
        assert_eq!(answer.field("cross-origin-resource-policy"), "cross-origin");
    }
    other.is_problem("not_found");
    assert!(page.contains("integrity=&quot;sha384-"), "{page}");
    assert!(page.contains("state=&quot;SN&quot; theme=&quot;auto&quot;"), "{page}");
}

/// The documentation page loads nothing from elsewhere.
#[actix_web::test]
async fn the_documentation_stays_at_home() {
    let app = TestApp::start().await;

    let page = app.get("/docs/").await;
    let settings = app.get("/docs/swagger-initializer.js").await;

    assert_eq!(page.status, 200);
    assert!(!page.text().contains("//unpkg") && !page.text().contains("src=\"http"));
    assert!(settings.text().contains("/openapi.json"));
    assert!(settings.text().contains("\"none\""), "{}", settings.text());
    assert!(page.text().contains("Beispieldaten") && page.text().contains("Wegweiser API"));
    assert_eq!(app.get("/docs").await.field("location"), "/docs/");
}

/// Whoever follows an old link meets a page with a way on; programs keep their document.
#[actix_web::test]
async fn a_browser_gets_a_page_where_there_is_nothing() {
    let app = TestApp::start().await;
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    for (path, status) in [
        ("/gruppe/nope".to_owned(), 404),
        (format!("/gruppe/{}", gone_id()), 410),
        ("/x".to_owned(), 404),
    ] {
        let page = Answer::of(app.request("GET", &path).header("Accept", browser)).await;
        let document = app.get(&path).await;

        assert_eq!((page.status, document.status), (status, status), "{path}");
        assert_eq!(page.field("content-type"), "text/html; charset=utf-8", "{path}");
        assert!(page.text().contains("<a href=\"/\">"), "{path}: {}", page.text());
        assert_eq!(page.field("cache-control"), "no-store");
        assert_eq!(document.field("content-type"), "application/problem+json");
    }
    let api = Answer::of(app.request("GET", "/v1/groups/nope").header("Accept", browser)).await;
    api.is_problem("not_found");
}

/// The operator, not the program, decides under which licence the data leave.
#[actix_web::test]
async fn the_licence_of_the_data_is_a_setting() {
    let licence = "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/";
    let app = TestApp::with(some_groups(), |settings| {
        settings.data_licence = licence.parse().expect("a licence");
    })
    .await;
    let url = "https://creativecommons.org/licenses/by/4.0/";

    assert!(app.get("/").await.text().contains(url));
    assert!(app.get("/v1/groups").await.field("link").starts_with(&format!("<{url}>")));
    assert_eq!(app.get("/v1/export/groups.csv").await.field("wegweiser-licence"), url);
    let document = app.get("/openapi.json").await.json();
    assert_eq!(document["info"]["license"]["name"], "CC BY 4.0");
}

/// A video in sign language is a link beside the help, where the operator has one, and nothing else.
#[actix_web::test]
async fn a_video_in_sign_language_is_a_link() {
    let video = "https://video.example.org/dgs?x=1&y=\"2\"";
    let shown = "https://video.example.org/dgs?x=1&amp;y=%222%22";
    let plain = TestApp::start().await;
    let app = TestApp::with(some_groups(), |settings| {
        settings.sign_language = Some(video.parse().expect("an address"));
    })
    .await;

    for path in ["/", "/?lang=ar", "/barrierefreiheit"] {
        let page = app.get(path).await.text();
        let link = format!("<a href=\"{shown}\" rel=\"noreferrer\"");
        assert!(page.contains(&link), "{path}: {page}");
        assert!(!page.contains("<video") && !page.contains("src=\"https"), "{path}");
        assert!(!plain.get(path).await.text().contains("hreflang=\"gsg\""), "{path}");
    }
    let code = app.get("/einbetten").await.text();
    assert!(code.contains("sign-language="), "{code}");
    assert!(!plain.get("/einbetten").await.text().contains("sign-language="));
    for wrong in ["", "javascript:alert(1)", "video", "file:///etc/passwd"] {
        assert!(wrong.parse::<wegweiser::http::WebAddress>().is_err(), "{wrong}");
    }
}

/// A11Y-07: the configurator hands out no colours that people cannot read, and says so.
#[actix_web::test]
async fn the_configurator_refuses_colours_that_nobody_can_read() {
    let app = TestApp::start().await;

    let plain = app.get("/einbetten").await.text();
    let good = app.get("/einbetten?accent=%237a1f5c").await.text();
    let bad = app.get("/einbetten?accent=%23ffd400&background=%23fffdf5").await.text();
    let hostile = app.get("/einbetten?accent=%22%3E%3Cscript%3E").await.text();

    let style = "wegweiser-suche { --wegweiser-accent: #7a1f5c; }";
    assert!(!plain.contains("Kontrast Ihrer Farben"), "{plain}");
    assert!(good.contains(&format!("&lt;style&gt;{style}&lt;/style&gt;")), "{good}");
    assert!(
        good.contains("Knöpfe und Links zu Hintergrund: 9,6 zu 1. Das ist gut zu sehen."),
        "{good}"
    );
    assert!(!bad.contains("--wegweiser-accent: #ffd400"), "{bad}");
    assert!(bad.contains("Nötig sind 4,5 zu 1"), "{bad}");
    assert!(!hostile.contains("\"><script>") && !hostile.contains("Kontrast Ihrer Farben"));
}
