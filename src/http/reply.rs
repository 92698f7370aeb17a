//! Responses by class: what may be kept how long, and by what mark it is known again.

use crate::domain::hex;
use actix_web::HttpResponse;
use actix_web::http::header;
use sha2::{Digest, Sha256};

/// How long an answer may be kept, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Nowhere: it came by POST or QUERY, or is worth nothing later.
    Nowhere,
    /// Nowhere, least of all in a shared cache: its address names an illness or a place.
    Private,
    /// Anywhere, but asked for again each time, by its `ETag`.
    Checked,
    /// For a minute: a withdrawn consent must be gone from every cache within that time.
    Briefly,
    /// For ever: its address changes with its content.
    Forever,
}

impl Keep {
    /// Returns the field `Cache-Control`.
    pub fn field(self) -> &'static str {
        match self {
            Self::Nowhere => "no-store",
            Self::Private => "private, no-store",
            Self::Checked => "no-cache",
            Self::Briefly => "public, max-age=60",
            Self::Forever => "public, max-age=31536000, immutable",
        }
    }

    /// Says whether the answer is marked by an `ETag`.
    pub(super) fn is_marked(self) -> bool {
        !matches!(self, Self::Nowhere | Self::Private)
    }
}

/// Makes a JSON response.
pub fn json(body: Vec<u8>, keep: Keep) -> HttpResponse {
    typed(body, "application/json", keep)
}

/// Makes a response of any media type.
pub fn typed(body: Vec<u8>, media_type: &str, keep: Keep) -> HttpResponse {
    let mut builder = HttpResponse::Ok();
    builder.insert_header((header::CACHE_CONTROL, keep.field())).content_type(media_type);
    if keep.is_marked() {
        builder.insert_header((header::ETAG, etag(&body)));
    }
    builder.body(body)
}

/// Returns the strong `ETag` of some bytes.
pub fn etag(bytes: &[u8]) -> String {
    format!("\"{}\"", short_hash(bytes))
}

/// Returns the first 32 hex digits of SHA-256.
fn short_hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..16])
}
