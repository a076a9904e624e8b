//! The web app: files with the right caching, and one page for every address of the app.

use std::path::Path;

use axum::Router;
use axum::extract::Request;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use tower::ServiceExt;
use tower_http::compression::CompressionLayer;
use tower_http::services::{ServeDir, ServeFile};

use crate::state::AppState;

/// Serves the folder of the built app.
pub(crate) fn files(folder: &Path) -> Router<AppState> {
    let index = ServeFile::new(folder.join("index.html"));
    let page = tower::service_fn(move |request: Request| {
        let index = index.clone();
        async move {
            let last = request.uri().path().rsplit('/').next().unwrap_or_default();
            // A missing file is missing; only addresses of the app are its page.
            if last.contains('.') {
                let mut missing = Response::new(axum::body::Body::from("not found\n"));
                *missing.status_mut() = StatusCode::NOT_FOUND;
                return Ok(missing);
            }
            let served = index.oneshot(request).await?;
            Ok(served.map(axum::body::Body::new))
        }
    });
    Router::new()
        .fallback_service(ServeDir::new(folder).fallback(page))
        .layer(middleware::from_fn(caching))
        .layer(CompressionLayer::new())
}

/// Files named by their content never change; everything else is asked for again.
async fn caching(request: Request, next: Next) -> Response {
    let hashed = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    let value = match hashed && response.status().is_success() {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static(value));
    response
}
