//! Answers full of records are packed on their way to another machine.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request};
use axum::http::header::ACCEPT_ENCODING;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::MethodRouter;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::state::AppState;

/// Packs what a route answers, for whoever asks for it and is not on this very machine.
pub(crate) fn packed(route: MethodRouter<AppState>) -> MethodRouter<AppState> {
    route
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(middleware::from_fn(plain_here))
}

/// Between two programs of one machine packing only takes time.
async fn plain_here(mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback()) {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
    next.run(request).await
}
