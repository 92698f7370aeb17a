//! What contact points and the operator do with a token: load, check, publish and undo.
//!
//! In: requests with `Authorization: Bearer`. Out: JSON that no cache keeps and no other site's
//! script reads. Who may do what is proved by the catalogue's types (`Reader`, `Writer`,
//! `Operator`); nothing here decides it. What takes long runs beside the workers that search.

mod contact_point;
pub(super) mod examples;
mod forms;
pub(super) mod groups;
pub(super) mod imports;
mod jobs;
mod office;
pub(super) mod owned;
pub(super) mod reviews;
pub mod schema;
pub(super) mod sources;
pub(super) mod tokens;
mod upload;

pub(super) use contact_point::{__path_put_contact_point, put_contact_point};
pub use office::{LookAt, Office, OfficeSettings};

use actix_web::web;

use super::resource;

/// Adds the admin routes over an office; the argument `rooms` of [`super::serve`].
pub fn rooms(office: Office) -> impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static {
    let office = web::Data::new(office);
    move |config: &mut web::ServiceConfig| {
        config.app_data(office.clone());
        configure(config);
    }
}

fn configure(config: &mut web::ServiceConfig) {
    let get = web::get;
    let post = web::post;
    let own = "/v1/admin/contact-points/{id}";
    config
        .service(resource(own, "PUT").route(web::put().to(put_contact_point)))
        .service(
            resource("/v1/admin/contact-points/{id}/imports", "GET, HEAD, POST")
                .route(get().to(imports::list_imports))
                .route(post().to(imports::create_import)),
        )
        .service(
            resource("/v1/admin/contact-points/{id}/imports/{import_id}", "GET, HEAD")
                .route(get().to(imports::get_import)),
        )
        .service(
            resource("/v1/admin/contact-points/{id}/imports/{import_id}/confirm", "POST")
                .route(post().to(imports::confirm_import)),
        )
        .service(
            resource("/v1/admin/contact-points/{id}/imports/{import_id}/rollback", "POST")
                .route(post().to(imports::rollback_import)),
        )
        .service(
            resource("/v1/admin/contact-points/{id}/groups", "GET, HEAD")
                .route(get().to(groups::list_own_groups)),
        )
        .service(
            resource("/v1/admin/contact-points/{id}/groups/{local_id}", "GET, HEAD, PUT, DELETE")
                .route(get().to(groups::get_own_group))
                .route(web::put().to(groups::put_group))
                .route(web::delete().to(groups::delete_group)),
        )
        .service(
            resource("/v1/admin/contact-points/{id}/groups/{local_id}/withdraw-consent", "POST")
                .route(post().to(groups::withdraw_consent)),
        )
        .service(
            resource("/v1/admin/contact-points/{id}/source", "GET, HEAD, PUT")
                .route(get().to(sources::get_source))
                .route(web::put().to(sources::put_source)),
        )
        .service(
            resource("/v1/admin/contact-points/{id}/source/run", "POST")
                .route(post().to(sources::run_source)),
        )
        .service(
            resource("/v1/admin/contact-points/{id}/reviews", "GET, HEAD")
                .route(get().to(reviews::list_reviews)),
        )
        .service(
            resource("/v1/admin/contact-points/{id}/duplicates", "POST")
                .route(post().to(reviews::merge_duplicates)),
        )
        .service(
            resource("/v1/admin/contact-points/{id}/duplicates/{decision_id}", "DELETE")
                .route(web::delete().to(reviews::split_duplicates)),
        )
        .service(resource("/v1/admin/reindex", "POST").route(post().to(tokens::reindex)))
        .service(
            resource("/v1/admin/tokens", "GET, HEAD, POST")
                .route(get().to(tokens::list_tokens))
                .route(post().to(tokens::create_token)),
        )
        .service(
            resource("/v1/admin/tokens/{token_id}", "DELETE")
                .route(web::delete().to(tokens::revoke_token)),
        );
}
