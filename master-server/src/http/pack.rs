//! Answers full of records are packed on their way to another machine.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderValue;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::MethodRouter;
use futures_util::StreamExt;
use tokio::sync::Semaphore;
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::state::AppState;

/// Of zstd: little more than half of what gzip makes of records at its fastest.
const ZSTD: i32 = 9;
/// So many answers are packed by zstd at once. Each takes about 15 MB for as long as it lasts; what
/// comes beyond them is packed by gzip, which takes a fiftieth of that.
static ROOM: Semaphore = Semaphore::const_new(8);

/// Packs what a route answers, for whoever asks for it and is not on this very machine.
pub(crate) fn packed(route: MethodRouter<AppState>) -> MethodRouter<AppState> {
    let zstd = CompressionLayer::new().no_gzip();
    // Also for browsers that do not ask for the other: what is packed already passes.
    let gzip = CompressionLayer::new().no_zstd();
    let packing = ServiceBuilder::new()
        .layer(gzip.quality(CompressionLevel::Fastest))
        .layer(zstd.quality(CompressionLevel::Precise(ZSTD)));
    route.layer(packing).layer(middleware::from_fn(choose))
}

/// Between two programs of one machine packing only takes time.
async fn choose(mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let here = peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback());
    if here {
        request.headers_mut().remove(ACCEPT_ENCODING);
        return next.run(request).await;
    }
    let Ok(room) = ROOM.try_acquire() else {
        let asked = request.headers().get(ACCEPT_ENCODING);
        if asked.is_some_and(|asked| asked.as_bytes().windows(4).any(|word| word == b"gzip")) {
            let gzip = HeaderValue::from_static("gzip");
            request.headers_mut().insert(ACCEPT_ENCODING, gzip);
        } else {
            request.headers_mut().remove(ACCEPT_ENCODING);
        }
        return next.run(request).await;
    };
    let response = next.run(request).await;
    let encoding = response.headers().get(CONTENT_ENCODING);
    if encoding.is_none_or(|encoding| encoding != "zstd") {
        return response;
    }
    // Its room is free once the last of it was sent, or nobody reads on.
    response.map(|body| {
        let pieces = body.into_data_stream();
        Body::from_stream(pieces.inspect(move |_| {
            let _until_the_end = &room;
        }))
    })
}
