//! Bodies that stay the same for many answers, compressed beforehand, and which coding a client
//! takes.
//!
//! In: the bytes of a style sheet, a script, a dictionary; the field `Accept-Encoding`. Out: an
//! answer in brotli, gzip or as it stands, each with a mark of its own. The first request starts
//! the compression in a thread apart and is answered without it.

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};
use tracing::warn;

use super::reply::{self, Keep};

/// Smaller bodies are not worth compressing.
pub(super) const MIN_BYTES: usize = 860;

/// Done once for many answers, so the densest; brotli's figure.
const QUALITY: i32 = 11;

/// How a body is coded on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Densest.
    Brotli,
    /// Known everywhere.
    Gzip,
    /// As it stands.
    Identity,
}

impl Coding {
    /// Returns the token of `Content-Encoding`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }

    /// Returns the coding that a client likes best among `offered`; of those it likes alike, the
    /// first one. Where nothing suits, the body goes as it stands: an answer beats a refusal.
    pub fn preferred(field: Option<&HeaderValue>, offered: &[Self]) -> Self {
        let field = field.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (Self::Identity, weight(field, "identity").unwrap_or(0.0));
        // Equal weights: compressed beats plain, so that plain is beaten from the start.
        let mut is_compressed = false;
        for coding in offered.iter().filter(|coding| **coding != Self::Identity) {
            let weight = weight(field, coding.as_str()).or(weight(field, "*")).unwrap_or(0.0);
            let beats = if is_compressed { weight > best.1 } else { weight >= best.1 };
            if weight > 0.0 && beats {
                best = (*coding, weight);
                is_compressed = true;
            }
        }
        best.0
    }

    /// Returns the mark of a body in this coding, made from the mark of the plain body: other bytes,
    /// another strong mark.
    pub fn marked(self, etag: &str) -> String {
        match (self, etag.strip_suffix('"')) {
            (Self::Identity, _) | (_, None) => etag.to_owned(),
            (coding, Some(open)) => format!("{open}-{}\"", coding.as_str()),
        }
    }
}

/// Returns the mark of the plain body that a mark belongs to.
pub(super) fn plain_mark(etag: &str) -> &str {
    let open = etag.strip_suffix('"').unwrap_or(etag);
    [Coding::Brotli, Coding::Gzip]
        .into_iter()
        .find_map(|coding| open.strip_suffix(coding.as_str())?.strip_suffix('-'))
        .unwrap_or(open)
}

/// Returns the weight that a field such as `Accept` or `Accept-Encoding` gives a name; `None` where
/// it does not name it.
pub(super) fn weight(field: &str, wanted: &str) -> Option<f32> {
    field.split(',').take(30).find_map(|part| {
        let mut parts = part.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let is_meant = name.eq_ignore_ascii_case(wanted)
            || (wanted == "gzip" && name.eq_ignore_ascii_case("x-gzip"));
        let given = parts
            .find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")).map(str::trim));
        // A weight that cannot be read counts as none.
        is_meant.then(|| given.map_or(1.0, |weight| weight.parse().unwrap_or(0.0)))
    })
}

/// A body that many answers share. Copies are cheap and share the compressed forms.
#[derive(Clone)]
pub struct Packed(Arc<Inner>);

struct Inner {
    plain: Bytes,
    media_type: String,
    etag: String,
    forms: OnceLock<Forms>,
    is_begun: AtomicBool,
}

/// `None` where the form would not be smaller.
struct Forms {
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl Packed {
    /// Takes a body; compresses nothing yet.
    pub fn new(body: impl Into<Bytes>, media_type: &str) -> Self {
        let plain = body.into();
        Self(Arc::new(Inner {
            etag: reply::etag(&plain),
            plain,
            media_type: media_type.to_owned(),
            forms: OnceLock::new(),
            is_begun: AtomicBool::new(false),
        }))
    }

    /// Compresses the body, once; takes up to a second for a megabyte.
    pub fn pack(&self) {
        self.0.forms.get_or_init(|| Forms::of(&self.0.plain));
    }

    /// Compresses the body in a thread of its own, once.
    pub fn pack_apart(&self) {
        if self.0.is_begun.swap(true, Ordering::Relaxed) {
            return;
        }
        let body = self.clone();
        let begun = std::thread::Builder::new().name("pack".to_owned()).spawn(move || body.pack());
        if let Err(cause) = begun {
            warn!(%cause, "no thread to compress a file; it goes out as it stands");
            self.0.is_begun.store(false, Ordering::Relaxed);
        }
    }

    /// Answers in the coding that the client likes best among those that are ready.
    pub fn answer(&self, request: &HttpRequest, keep: Keep) -> HttpResponse {
        let body = &self.0;
        let mut coding = Coding::Identity;
        let mut bytes = &body.plain;
        if let Some(forms) = body.forms.get() {
            let forms = [(Coding::Brotli, &forms.brotli), (Coding::Gzip, &forms.gzip)];
            let ready: Vec<(Coding, &Bytes)> = forms
                .into_iter()
                .filter_map(|(coding, form)| Some((coding, form.as_ref()?)))
                .collect();
            let offered: Vec<Coding> = ready.iter().map(|(coding, _)| *coding).collect();
            coding = Coding::preferred(request.headers().get(header::ACCEPT_ENCODING), &offered);
            bytes = ready.iter().find(|(c, _)| *c == coding).map_or(bytes, |(_, form)| *form);
        } else {
            self.pack_apart();
        }
        let mut builder = HttpResponse::Ok();
        builder
            .insert_header((header::CACHE_CONTROL, keep.field()))
            .content_type(&*body.media_type);
        if keep.is_marked() {
            builder.insert_header((header::ETAG, coding.marked(&body.etag)));
        }
        if coding != Coding::Identity {
            builder.insert_header((header::CONTENT_ENCODING, coding.as_str()));
        }
        builder.body(bytes.clone())
    }
}

impl Forms {
    fn of(plain: &Bytes) -> Self {
        let smaller = |form: Option<Vec<u8>>| {
            form.filter(|form| plain.len() >= MIN_BYTES && form.len() < plain.len())
                .map(Bytes::from)
        };
        Self { brotli: smaller(brotli_of(plain)), gzip: smaller(gzip_of(plain)) }
    }
}

fn brotli_of(plain: &[u8]) -> Option<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: QUALITY,
        size_hint: plain.len(),
        ..BrotliEncoderParams::default()
    };
    let mut packed = Vec::with_capacity(plain.len() / 4);
    brotli::BrotliCompress(&mut &*plain, &mut packed, &parameters).ok()?;
    Some(packed)
}

fn gzip_of(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 3), Compression::best());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::body::MessageBody as _;
    use actix_web::test::TestRequest;
    use std::io::Read as _;

    #[test]
    fn the_best_liked_coding_is_taken() {
        use Coding::{Brotli, Gzip, Identity};
        for (field, coding) in [
            ("", Identity),
            ("gzip, deflate, br, zstd", Brotli), // every browser
            ("gzip", Gzip),
            ("GZIP", Gzip),
            ("br;q=0.5, gzip", Gzip), // its own preference beats ours
            ("br;q=0, gzip", Gzip),
            ("br;q=0.0, gzip;q=0", Identity),
            ("*", Brotli),
            ("*;q=0", Identity),
            ("br;q=0, *", Gzip), // what the star leaves
            ("identity, gzip;q=0.5", Identity),
            ("identity;q=0.5, gzip;q=0.5", Gzip),
            ("gzip;q=much", Identity),
            ("deflate", Identity),
        ] {
            let value = HeaderValue::from_static(field);
            assert_eq!(Coding::preferred(Some(&value), &[Brotli, Gzip]), coding, "{field}");
        }
        let browser = HeaderValue::from_static("gzip, br");
        assert_eq!(Coding::preferred(Some(&browser), &[Gzip]), Gzip);
        assert_eq!(Coding::preferred(None, &[Brotli, Gzip]), Identity);
    }

    #[test]
    fn every_form_unpacks_to_the_same_bytes() {
        let plain = "Selbsthilfe in Sachsen und Thüringen. ".repeat(100);
        let body = Packed::new(plain.clone(), "text/plain; charset=utf-8");
        body.pack();

        let mut marks = Vec::new();
        for coding in ["identity", "gzip", "br"] {
            let request =
                TestRequest::default().insert_header(("Accept-Encoding", coding)).to_http_request();
            let answer = body.answer(&request, Keep::Checked);
            let field = |name: &str| {
                answer.headers().get(name).map(|v| v.to_str().expect("text").to_owned())
            };
            let told = field("content-encoding").unwrap_or_else(|| "identity".to_owned());
            assert_eq!(told, coding);
            marks.push(field("etag").expect("a mark"));
            let bytes = answer.into_body().try_into_bytes().expect("in memory");
            let mut unpacked = Vec::new();
            match coding {
                "gzip" => flate2::read::GzDecoder::new(&*bytes).read_to_end(&mut unpacked),
                "br" => brotli::Decompressor::new(&*bytes, 4096).read_to_end(&mut unpacked),
                _ => (&*bytes).read_to_end(&mut unpacked),
            }
            .expect("whole");
            assert_eq!(unpacked, plain.as_bytes(), "{coding}");
        }
        assert!(marks[0] != marks[1] && marks[1] != marks[2] && marks[0] != marks[2]);
        assert!(marks.iter().all(|mark| plain_mark(mark) == plain_mark(&marks[0])));
    }

    #[test]
    fn what_would_not_be_smaller_stays_as_it_is() {
        let body = Packed::new("kurz", "text/plain; charset=utf-8");
        body.pack();
        let request = TestRequest::default().insert_header(("Accept-Encoding", "br"));
        let answer = body.answer(&request.to_http_request(), Keep::Checked);
        assert!(!answer.headers().contains_key("content-encoding"));
    }
}
