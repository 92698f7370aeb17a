//! The files of the pages and of the embeddable search, from the binary: scripts, styles, words.
//!
//! `/widget.js` is always the present one; `/widget/{hash}.js` never changes, so that it may be kept
//! for ever and pinned by `integrity`.

use std::sync::LazyLock;

use actix_web::{HttpRequest, HttpResponse, web};
use sha2::{Digest, Sha256, Sha384};

use crate::domain::hex;
use crate::http::packed::Packed;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Keep;

const SCRIPT: &str = include_str!("../../../web/dist/widget.js");

/// A file that is kept packed.
type File = LazyLock<Packed>;

static WIDGET: File = LazyLock::new(|| Packed::new(SCRIPT, "text/javascript; charset=utf-8"));
static STYLE: File = LazyLock::new(|| {
    Packed::new(include_str!("../../../web/dist/style.css"), "text/css; charset=utf-8")
});
static FRAME_SCRIPT: File = LazyLock::new(|| {
    Packed::new(include_str!("../../../web/dist/frame.js"), "text/javascript; charset=utf-8")
});
static STAFF_SCRIPT: File = LazyLock::new(|| {
    Packed::new(include_str!("../../../web/dist/staff.js"), "text/javascript; charset=utf-8")
});
static STAFF_STYLE: File = LazyLock::new(|| {
    Packed::new(include_str!("../../../web/dist/staff.css"), "text/css; charset=utf-8")
});
static ICON: File =
    LazyLock::new(|| Packed::new(include_str!("../../../web/icon.svg"), "image/svg+xml"));
static MAP: File =
    LazyLock::new(|| Packed::new(include_str!("../../../web/dist/map.json"), "application/json"));
/// The words of the embeddable search by the name of their file.
static WORDS: [(&str, File); 7] = [
    ("de.json", LazyLock::new(|| words(include_str!("../../../web/dist/de.json")))),
    ("en.json", LazyLock::new(|| words(include_str!("../../../web/dist/en.json")))),
    (
        "de-x-leicht.json",
        LazyLock::new(|| words(include_str!("../../../web/dist/de-x-leicht.json"))),
    ),
    ("ru.json", LazyLock::new(|| words(include_str!("../../../web/dist/ru.json")))),
    ("uk.json", LazyLock::new(|| words(include_str!("../../../web/dist/uk.json")))),
    ("ar.json", LazyLock::new(|| words(include_str!("../../../web/dist/ar.json")))),
    ("vi.json", LazyLock::new(|| words(include_str!("../../../web/dist/vi.json")))),
];

fn words(catalogue: &'static str) -> Packed {
    Packed::new(catalogue, "application/json")
}

/// The hash in the address of the script that never changes.
pub static WIDGET_HASH: LazyLock<String> = LazyLock::new(|| hex(&Sha256::digest(SCRIPT)[..8]));

/// The value of `integrity` for the script.
pub static WIDGET_INTEGRITY: LazyLock<String> =
    LazyLock::new(|| format!("sha384-{}", base64(&Sha384::digest(SCRIPT))));

/// Returns bytes in base64 (RFC 4648); their number is a multiple of three.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks_exact(3)
        .flat_map(|three| {
            let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
            [18, 12, 6, 0].map(|shift| char::from(DIGITS[(bits >> shift) as usize & 63]))
        })
        .collect()
}

/// Answers `/widget.js`.
pub async fn widget(request: HttpRequest) -> HttpResponse {
    WIDGET.answer(&request, Keep::Checked)
}

/// Answers `/widget/{file}`: the pinned script, the words of a language, or the map.
///
/// # Errors
///
/// `not_found` for another version's hash.
pub async fn widget_file(
    file: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    match file.as_str() {
        "map.json" => Ok(MAP.answer(&request, Keep::Checked)),
        name if name.strip_suffix(".js") == Some(&**WIDGET_HASH) => {
            Ok(WIDGET.answer(&request, Keep::Forever))
        }
        name => match WORDS.iter().find(|(known, _)| *known == name) {
            Some((_, words)) => Ok(words.answer(&request, Keep::Checked)),
            None => Err(Problem::new(Code::NotFound)),
        },
    }
}

/// Answers `/style.css`.
pub async fn style(request: HttpRequest) -> HttpResponse {
    STYLE.answer(&request, Keep::Checked)
}

/// Answers `/frame.js`.
pub async fn frame_script(request: HttpRequest) -> HttpResponse {
    FRAME_SCRIPT.answer(&request, Keep::Checked)
}

/// Answers `/staff.js`.
pub async fn staff_script(request: HttpRequest) -> HttpResponse {
    STAFF_SCRIPT.answer(&request, Keep::Checked)
}

/// Answers `/staff.css`.
pub async fn staff_style(request: HttpRequest) -> HttpResponse {
    STAFF_STYLE.answer(&request, Keep::Checked)
}

/// Answers `/icon.svg`.
pub async fn icon(request: HttpRequest) -> HttpResponse {
    ICON.answer(&request, Keep::Checked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        assert_eq!(base64(b"foobar"), "Zm9vYmFy");
        assert_eq!(WIDGET_INTEGRITY.len(), "sha384-".len() + 64);
    }
}
