//! Counters for operators as OpenMetrics text, on their own socket.
//!
//! Labels are route templates and status classes; never a query, an address or an id.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use actix_web::{HttpResponse, web};

use super::site::Site;

/// Route templates that are counted apart; anything else is `other`.
const ROUTES: &[&str] = &[
    "/",
    "/docs/{file:.*}",
    "/gruppe/{id}",
    "/health/live",
    "/health/ready",
    "/openapi.json",
    "/problems/{code}",
    "/v1/conditions",
    "/v1/contact-points",
    "/v1/contact-points/{id}",
    "/v1/dictionary.json",
    "/v1/dictionary/{hash}.json",
    "/v1/export/groups.{format}",
    "/v1/groups",
    "/v1/groups/search",
    "/v1/groups/{id}",
    "/v1/groups/{id}/calendar.ics",
    "/v1/places",
    "/v1/status",
    "/v1/suggest",
    "/v1/suggest/search",
    "/v1/topics",
    "/v1/topics/{id}",
    "other",
];

/// Status classes: 2xx to 5xx.
const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

/// Upper bounds of the histogram in microseconds, with their label in seconds.
const BOUNDS: [(u64, &str); 9] = [
    (250, "0.00025"),
    (500, "0.0005"),
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (50_000, "0.05"),
    (250_000, "0.25"),
    (1_000_000, "1.0"),
];

#[derive(Default)]
struct Route {
    answers: [AtomicU64; CLASSES.len()],
    buckets: [AtomicU64; BOUNDS.len() + 1],
    micros: AtomicU64,
}

/// All counters of the process.
pub struct Metrics {
    routes: Vec<Route>,
    /// Requests in work.
    pub(super) in_flight: AtomicI64,
    /// Requests refused by the rate limit.
    pub(super) limited: AtomicU64,
    /// Handlers that panicked.
    pub(super) panics: AtomicU64,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            routes: ROUTES.iter().map(|_| Route::default()).collect(),
            in_flight: AtomicI64::new(0),
            limited: AtomicU64::new(0),
            panics: AtomicU64::new(0),
        }
    }
}

impl Metrics {
    /// Counts an answer of the route with this template.
    pub(super) fn count(&self, template: Option<&str>, status: u16, took: Duration) {
        let known = template.and_then(|template| ROUTES.iter().position(|r| *r == template));
        let route = &self.routes[known.unwrap_or(ROUTES.len() - 1)];
        let class = usize::from(status / 100).clamp(2, 5) - 2;
        route.answers[class].fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.iter().position(|(bound, _)| micros <= *bound).unwrap_or(BOUNDS.len());
        route.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        route.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// Writes everything as OpenMetrics text.
    pub fn to_text(&self, site: &Site) -> String {
        let mut out = String::new();
        out.push_str("# TYPE wegweiser_http_requests counter\n");
        out.push_str(
            "# HELP wegweiser_http_requests Answers by route template and status class.\n",
        );
        for (name, route) in ROUTES.iter().zip(&self.routes) {
            for (class, count) in CLASSES.iter().zip(&route.answers) {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    line(
                        &mut out,
                        format_args!(
                            "wegweiser_http_requests_total{{route=\"{name}\",status=\"{class}\"}} {count}"
                        ),
                    );
                }
            }
        }
        out.push_str("# TYPE wegweiser_http_request_seconds histogram\n# UNIT wegweiser_http_request_seconds seconds\n");
        out.push_str("# HELP wegweiser_http_request_seconds Time until an answer began.\n");
        for (name, route) in ROUTES.iter().zip(&self.routes) {
            let mut sum = 0;
            let counts: Vec<u64> =
                route.buckets.iter().map(|count| count.load(Ordering::Relaxed)).collect();
            if counts.iter().all(|count| *count == 0) {
                continue;
            }
            let labels = BOUNDS.iter().map(|(_, label)| *label).chain(["+Inf"]);
            for (label, count) in labels.zip(&counts) {
                sum += count;
                line(
                    &mut out,
                    format_args!(
                        "wegweiser_http_request_seconds_bucket{{route=\"{name}\",le=\"{label}\"}} {sum}"
                    ),
                );
            }
            let seconds = route.micros.load(Ordering::Relaxed) as f64 / 1e6;
            line(
                &mut out,
                format_args!("wegweiser_http_request_seconds_sum{{route=\"{name}\"}} {seconds}"),
            );
            line(
                &mut out,
                format_args!("wegweiser_http_request_seconds_count{{route=\"{name}\"}} {sum}"),
            );
        }
        self.gauges(&mut out, site);
        out.push_str("# EOF\n");
        out
    }

    fn gauges(&self, out: &mut String, site: &Site) {
        let in_flight = self.in_flight.load(Ordering::Relaxed);
        out.push_str("# TYPE wegweiser_http_in_flight gauge\n");
        line(out, format_args!("wegweiser_http_in_flight {in_flight}"));
        for (name, count) in
            [("wegweiser_http_limited", &self.limited), ("wegweiser_http_panics", &self.panics)]
        {
            line(out, format_args!("# TYPE {name} counter"));
            line(out, format_args!("{name}_total {}", count.load(Ordering::Relaxed)));
        }
        let generation = site.searcher.generation().ok();
        out.push_str("# TYPE wegweiser_index_ready gauge\n");
        line(out, format_args!("wegweiser_index_ready {}", u8::from(generation.is_some())));
        if let Some(generation) = generation {
            let built = generation.meta.built_at.parse::<jiff::Timestamp>();
            out.push_str("# TYPE wegweiser_index_groups gauge\n");
            line(out, format_args!("wegweiser_index_groups {}", generation.columns.len()));
            out.push_str("# TYPE wegweiser_index_example_data gauge\n");
            let is_example = u8::from(generation.meta.example_data);
            line(out, format_args!("wegweiser_index_example_data {is_example}"));
            if let Ok(built) = built {
                out.push_str("# TYPE wegweiser_index_built_timestamp_seconds gauge\n# UNIT wegweiser_index_built_timestamp_seconds seconds\n");
                line(
                    out,
                    format_args!("wegweiser_index_built_timestamp_seconds {}", built.as_second()),
                );
            }
        }
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a String cannot fail.
    let _ = writeln!(out, "{text}");
}

/// Answers `/metrics`.
async fn metrics(site: web::Data<Site>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
        .insert_header(("Cache-Control", "no-store"))
        .body(site.metrics.to_text(&site))
}

/// Adds `/metrics`; for the operators' own socket only.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(super::resource("/metrics", "GET, HEAD").route(web::get().to(metrics)));
}
