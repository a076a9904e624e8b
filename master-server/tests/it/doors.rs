//! The HTTP doors, asked without a socket.

mod enrolling;
mod guarding;
mod printing;
mod syncing;

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, StatusCode};
use master_server::config::Config;
use master_server::ledger::Options;
use master_server::{AppState, app};
use serde_json::Value;
use sync_core::{Push, Pushed};
use tower::ServiceExt;

use crate::support::{Device, World};

pub(crate) struct Door {
    pub(crate) world: World,
    pub(crate) state: AppState,
    pub(crate) asker: Asker,
}

/// Asks the doors of a state.
pub(crate) struct Asker {
    router: Router,
    pub(crate) peer: SocketAddr,
}

impl std::ops::Deref for Door {
    type Target = Asker;

    fn deref(&self) -> &Asker {
        &self.asker
    }
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    async fn of(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a whole body");
        Self {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).expect("text"),
        }
    }
}

impl Door {
    pub(crate) fn new() -> Self {
        Self::with(Config::default(), &Options::default())
    }

    pub(crate) fn with(config: Config, options: &Options) -> Self {
        let world = World::with(options);
        let state = AppState::new(world.ledger.clone(), config, None);
        let asker = Asker::of(&state);
        Self {
            world,
            state,
            asker,
        }
    }

    pub(crate) fn pull_path(&self, position: u64) -> String {
        let log = self.world.ledger.identity().log_id;
        format!(
            "/v1/sync/pull?generation={}&log={}&position={position}&limit=100",
            log.generation, log.uuid
        )
    }
}

impl Asker {
    pub(crate) fn of(state: &AppState) -> Self {
        Self {
            router: app(state.clone()),
            peer: SocketAddr::from(([127, 0, 0, 1], 5_000)),
        }
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        Answer::of(self.response(request).await).await
    }

    pub(crate) async fn response(&self, mut request: Request<Body>) -> Response<Body> {
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let answer = self.router.clone().oneshot(request).await;
        answer.expect("infallible")
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        let request = Request::get(path).header("host", "localhost:7400");
        let request = match token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        self.ask(request.body(Body::empty()).expect("a request"))
            .await
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        token: Option<&str>,
        body: impl Into<Body>,
    ) -> Answer {
        let request = Request::post(path)
            .header("host", "localhost:7400")
            .header("content-type", "application/json");
        let request = match token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        self.ask(request.body(body.into()).expect("a request"))
            .await
    }

    pub(crate) async fn push(&self, device: &Device, mutations: &[Pushed]) -> Answer {
        // Not through a JSON value: the bytes of the bodies are what was hashed.
        let push = Push {
            mutations: mutations.to_vec(),
        };
        let body = serde_json::to_string(&push).expect("JSON");
        self.post("/v1/sync/push", Some(&device.token), body).await
    }
}
