//! A list on its way in: from the connection to a file, never whole in the worker's memory.
//!
//! In: a request whose body is the list, or a form with one part `file`. Out: an [`Upload`], whose
//! file is removed when it is dropped.

use std::fs;
use std::path::PathBuf;

use actix_multipart::Multipart;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpRequest, web};
use futures_util::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt;
use tracing::error;
use uuid::Uuid;

use super::super::problem::{Code, Problem};
use super::office::Office;
use crate::domain::hex;
use crate::import::SourceFormat;

/// Largest list as text in bytes.
const MAX_TEXT_BYTES: u64 = 128 << 20;

/// Largest spreadsheet, page or JSON document in bytes.
const MAX_DOCUMENT_BYTES: u64 = 20 << 20;

/// What a form adds around its file.
const FORM_BYTES: u64 = 64 << 10;

/// Longest name of a file in characters.
const MAX_NAME_CHARS: usize = 100;

/// A list that has arrived.
#[derive(Debug)]
pub(super) struct Upload {
    /// Where it lies.
    pub path: PathBuf,
    /// What its sender calls it.
    pub name: String,
    /// Its format, as far as the sender said.
    pub format: Option<SourceFormat>,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Err(cause) = fs::remove_file(&self.path) {
            error!(%cause, "a list that was read could not be removed");
        }
    }
}

/// Takes the list of a request.
///
/// # Errors
///
/// `unsupported_media_type`, `payload_too_large`, `malformed_body`.
pub(super) async fn receive(
    request: &HttpRequest,
    body: web::Payload,
    office: &Office,
) -> Result<Upload, Problem> {
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        let detail = "send the file as it is, without Content-Encoding";
        return Err(Problem::because(Code::UnsupportedMediaType, detail));
    }
    let essence = media_type(request.headers());
    if essence == "multipart/form-data" {
        is_small_enough(request, MAX_TEXT_BYTES + FORM_BYTES)?;
        return of_form(request, body, office).await;
    }
    let format = format_of(&essence)?;
    is_small_enough(request, limit_of(format))?;
    let name = file_name(request.headers());
    let body = body.map(|chunk| chunk.map_err(|_| ()));
    store(body, name, format, office).await
}

/// Takes the one part `file` of a form.
async fn of_form(
    request: &HttpRequest,
    body: web::Payload,
    office: &Office,
) -> Result<Upload, Problem> {
    let form = || {
        let detail = "the form must have exactly one part, called `file`";
        Problem::because(Code::MalformedBody, detail)
    };
    let mut parts = Multipart::new(request.headers(), body);
    let part = parts.next().await.ok_or_else(form)?.map_err(|_| form())?;
    if part.name() != Some("file") {
        return Err(form());
    }
    let essence = part.content_type().map_or(String::new(), |t| t.essence_str().to_owned());
    let format = format_of(&essence)?;
    let given = part.content_disposition().and_then(|field| field.get_filename());
    let name = clean_name(given.unwrap_or_default());
    let upload = store(part.map(|chunk| chunk.map_err(|_| ())), name, format, office).await?;
    match parts.next().await {
        None => Ok(upload),
        Some(_) => Err(form()),
    }
}

/// Writes a stream to a file of its own.
async fn store(
    mut body: impl Stream<Item = Result<web::Bytes, ()>> + Unpin,
    name: String,
    format: Option<SourceFormat>,
    office: &Office,
) -> Result<Upload, Problem> {
    let failed = |cause: std::io::Error| {
        error!(%cause, "a list could not be written to the folder for lists");
        Problem::new(Code::Internal)
    };
    let path = office.settings.upload_dir.join(Uuid::new_v4().to_string());
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(&path).await.map_err(failed)?;
    // From here on the file is removed, whatever happens.
    let mut upload = Upload { path, name, format, sha256: String::new() };
    let limit = limit_of(format);
    let mut size = 0;
    let mut digest = Sha256::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|()| Problem::new(Code::MalformedBody))?;
        size += chunk.len() as u64;
        if size > limit {
            return Err(too_large(limit));
        }
        digest.update(&chunk);
        file.write_all(&chunk).await.map_err(failed)?;
    }
    file.flush().await.map_err(failed)?;
    upload.sha256 = hex(&digest.finalize());
    Ok(upload)
}

fn is_small_enough(request: &HttpRequest, limit: u64) -> Result<(), Problem> {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit) { Err(too_large(limit)) } else { Ok(()) }
}

/// Returns the problem of a list that is too large.
pub(super) fn too_large(limit: u64) -> Problem {
    let detail = format!("a list of this kind may be at most {} MB large", limit >> 20);
    Problem::because(Code::PayloadTooLarge, detail)
}

fn limit_of(format: Option<SourceFormat>) -> u64 {
    match format {
        None | Some(SourceFormat::Csv | SourceFormat::Ndjson) => MAX_TEXT_BYTES,
        Some(_) => MAX_DOCUMENT_BYTES,
    }
}

fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// Returns the format of a media type; `None`: to be seen from the content.
fn format_of(essence: &str) -> Result<Option<SourceFormat>, Problem> {
    if matches!(essence, "" | "application/octet-stream") {
        return Ok(None);
    }
    let found = SourceFormat::of_media_type(essence);
    found.map(Some).ok_or_else(|| {
        let detail = "say by Content-Type what the file is: text/csv, \
             application/vnd.openxmlformats-officedocument.spreadsheetml.sheet (Excel), \
             application/vnd.oasis.opendocument.spreadsheet (LibreOffice), application/json, \
             application/x-ndjson, text/html, or application/octet-stream to have it found out";
        Problem::because(Code::UnsupportedMediaType, detail)
    })
}

fn file_name(headers: &HeaderMap) -> String {
    let field = headers.get(header::CONTENT_DISPOSITION);
    let field = field.and_then(|value| header::ContentDisposition::from_raw(value).ok());
    // `filename*` holds any letter, so it goes before `filename` (RFC 6266).
    let extended = field.as_ref().and_then(|field| field.get_filename_ext());
    let extended = extended.and_then(|name| std::str::from_utf8(&name.value).ok());
    let plain = field.as_ref().and_then(|field| field.get_filename());
    clean_name(extended.or(plain).unwrap_or_default())
}

/// Returns a file's name without folders and control characters; `upload` where there is none.
fn clean_name(given: &str) -> String {
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let shown = name.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect::<String>();
    if shown.is_empty() { "upload".to_owned() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_no_folder_and_no_control_character() {
        for (given, name) in [
            ("gruppen.xlsx", "gruppen.xlsx"),
            ("C:\\Users\\x\\gruppen.csv", "gruppen.csv"),
            ("../../etc/passwd", "passwd"),
            ("a\u{0}b\n.csv", "ab.csv"),
            ("", "upload"),
            ("/", "upload"),
        ] {
            assert_eq!(clean_name(given), name, "{given:?}");
        }
    }

    #[test]
    fn a_name_may_hold_any_letter() {
        let name = |field: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_DISPOSITION, header::HeaderValue::from_static(field));
            file_name(&headers)
        };
        assert_eq!(name("attachment; filename=\"gruppen.csv\""), "gruppen.csv");
        assert_eq!(
            name("attachment; filename*=UTF-8''Gruppen%20M%C3%A4rz.csv"),
            "Gruppen März.csv"
        );
        assert_eq!(name("attachment; filename=\"a.csv\"; filename*=UTF-8''%C3%A4.csv"), "ä.csv");
        assert_eq!(name("attachment; filename*=ISO-8859-1''%E4.csv"), "upload");
        assert_eq!(name("inline"), "upload");
    }

    #[test]
    fn the_content_type_decides() {
        assert_eq!(format_of("text/csv").expect("known"), Some(SourceFormat::Csv));
        assert_eq!(format_of("application/octet-stream").expect("known"), None);
        assert!(format_of("application/pdf").is_err());
        assert!(limit_of(Some(SourceFormat::Xlsx)) < limit_of(Some(SourceFormat::Csv)));
    }
}
