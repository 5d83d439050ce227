//! Prometheus metrics on an address of their own.

use std::net::SocketAddr;

use actix_web::{App, HttpResponse, HttpServer};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use relasi_http::api::reading;

use crate::Failure;

/// Buckets of request times in seconds.
const SECONDS: [f64; 12] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// Starts collecting.
pub fn install() -> Result<PrometheusHandle, Failure> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS);
    builder
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|error| Failure::Said(error.to_string()))
}

/// Serves `/metrics`.
pub fn serve(handle: PrometheusHandle, address: SocketAddr) -> Result<(), Failure> {
    let server = HttpServer::new(move || {
        let handle = handle.clone();
        let alive = reading().to(|| async { HttpResponse::Ok().body("ok") });
        App::new().route("/livez", alive).route(
            "/metrics",
            reading().to(move || {
                let text = handle.render();
                async move {
                    HttpResponse::Ok()
                        .content_type("text/plain; version=0.0.4")
                        .body(text)
                }
            }),
        )
    });
    actix_web::rt::spawn(server.workers(1).disable_signals().bind(address)?.run());
    Ok(())
}
