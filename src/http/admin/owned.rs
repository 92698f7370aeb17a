//! Who is asking: the token of a request becomes an [`Actor`], or 401.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;

use super::super::problem::{Code, Problem};
use super::super::site::{Site, client_address};
use super::office::Office;
use crate::catalogue::Actor;

/// Somebody with a valid token. A handler that takes it cannot be reached without one.
pub struct Authenticated(pub Actor);

impl FromRequest for Authenticated {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { authenticated(&request).await })
    }
}

async fn authenticated(request: &HttpRequest) -> Result<Authenticated, Problem> {
    let office = request.app_data::<web::Data<Office>>();
    let site = request.app_data::<web::Data<Site>>();
    let (Some(office), Some(site)) = (office, site) else {
        return Err(Problem::new(Code::Unauthorized));
    };
    let Some(token) = bearer(request) else { return Err(Problem::new(Code::Unauthorized)) };
    // A right token always passes: guesses of others must not lock its owner out.
    if let Some(actor) = office.catalogue().authenticate(&token).await? {
        return Ok(Authenticated(actor));
    }
    let client = client_address(request, &site.trusted_proxies);
    Err(match office.count_guess(client) {
        Some(seconds) => Problem::new(Code::TooManyRequests).retry_after(seconds),
        None => Problem::new(Code::Unauthorized),
    })
}

/// Returns the token of the field `Authorization`, of which there must be exactly one.
fn bearer(request: &HttpRequest) -> Option<String> {
    let mut fields = request.headers().get_all(header::AUTHORIZATION);
    let field = fields.next().filter(|_| fields.next().is_none())?.to_str().ok()?;
    let (scheme, token) = field.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim().to_owned())
}
