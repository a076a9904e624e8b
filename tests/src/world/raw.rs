use std::sync::Arc;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use sync_core::{
    Actor, Body, DeviceKind, Digest, Enroll, Enrolled, Envelope, Frame, Hello, Hlc, Millis, Op,
    Outcomes, ProtocolRange, Push, Pushed, RecordId, Seq, Verified, WireError,
};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::Master;

/// A device without any library: it can send what no client would.
#[derive(Clone)]
pub struct RawDevice {
    base: String,
    http: reqwest::Client,
    /// Who it is.
    pub identity: Enrolled,
}

/// What the master answered to a request.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// All of it.
    pub body: String,
}

impl RawDevice {
    /// Joins a running master.
    ///
    /// # Errors
    /// When it is not let in.
    pub async fn join(master: &Master, name: &str) -> Result<Self> {
        let code = master.code(name).await?;
        let base = base_of(master)?;
        let http = plain_http()?;
        let enroll = Enroll {
            code: Some(code),
            token: None,
            name: name.to_owned(),
            kind: DeviceKind::Till,
        };
        // Most have nothing more to ask: their connections do not stay open beside what is measured.
        let request = http.post(format!("{base}/v1/enroll")).json(&enroll);
        let answer = answer(request.header("connection", "close")).await?;
        let identity = serde_json::from_str(&answer.body)
            .with_context(|| format!("not let in: {}", answer.body))?;
        Ok(Self {
            base,
            http,
            identity,
        })
    }

    /// The same device at another master.
    ///
    /// # Errors
    /// When that one is down.
    pub fn at(&self, master: &Master) -> Result<Self> {
        Ok(Self {
            base: base_of(master)?,
            ..self.clone()
        })
    }

    /// Seals a mutation.
    pub fn seal(&self, seq: u64, name: &str, ops: Vec<Op>) -> Envelope {
        let actor = Actor {
            user: RecordId::derived(&[b"raw"]),
            verified: Verified::Host,
            approved_by: None,
        };
        let name = name.to_owned();
        let body = Body { actor, name, ops }.encode();
        self.seal_text(seq, body)
    }

    /// Seals whatever JSON it is given as a body.
    pub fn seal_text(&self, seq: u64, body: sync_core::json::Raw) -> Envelope {
        let at = Hlc::at(Millis(1_291_191_960_000)).tick(Millis(1_291_191_960_000 + seq));
        let format = retail::FORMAT;
        Envelope::seal(self.identity.device.id, Seq(seq), at, format, body)
    }

    /// Pushes over HTTP.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn push(&self, mutations: Vec<Pushed>) -> Result<Answer> {
        self.post("/v1/sync/push", &Push { mutations }).await
    }

    /// Pushes over HTTP and expects outcomes.
    ///
    /// # Errors
    /// When the answer is something else.
    pub async fn decided(&self, mutations: Vec<Pushed>) -> Result<Outcomes> {
        let answer = self.push(mutations).await?;
        serde_json::from_str(&answer.body)
            .with_context(|| format!("{} {}", answer.status, answer.body))
    }

    /// Posts whatever it is given.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn post(&self, path: &str, body: &impl serde::Serialize) -> Result<Answer> {
        let request = self.http.post(format!("{}{path}", self.base)).json(body);
        answer(request.bearer_auth(&self.identity.token)).await
    }

    /// Gets whatever lies there.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        let request = self.http.get(format!("{}{path}", self.base));
        answer(request.bearer_auth(&self.identity.token)).await
    }

    /// Gets whatever lies there at another address of the same master, packed as it comes over the
    /// wire: a browser on another machine asks so.
    ///
    /// # Errors
    /// When there is no answer, or one that is no success.
    pub async fn get_packed(&self, base: &str, path: &str) -> Result<Vec<u8>> {
        let request = self.http.get(format!("{base}{path}"));
        let request = request.header("accept-encoding", "zstd");
        let response = request.bearer_auth(&self.identity.token).send().await?;
        Ok(response.error_for_status()?.bytes().await?.to_vec())
    }

    /// Where its sockets go.
    pub fn socket_url(&self) -> String {
        format!("{}/v1/sync", self.base.replacen("http", "ws", 1))
    }

    /// What it says first on every connection.
    pub fn hello(&self) -> Hello {
        Hello {
            protocol: ProtocolRange::OWN,
            store: self.identity.store,
            device: self.identity.device.id,
            token: self.identity.token.clone(),
            cursor: None,
            digest: None,
            your_seq: Seq(0),
            schema: Digest::ZERO,
            next_seq: Seq(1),
            app: "raw".to_owned(),
            pending: 0,
        }
    }

    /// Opens a socket and says these things, one after the other; gives what came back until the
    /// master closed it or answered the last one.
    ///
    /// # Errors
    /// When the socket cannot be opened.
    pub async fn say(&self, messages: Vec<Message>) -> Result<Vec<Frame>> {
        let (mut socket, _) = connect_async(self.socket_url()).await?;
        for message in messages {
            // It may have closed already; what it said before that is still there.
            if socket.send(message).await.is_err() {
                break;
            }
        }
        Ok(heard(&mut socket).await)
    }
}

impl Answer {
    /// The error in it.
    ///
    /// # Errors
    /// When it is none of ours.
    pub fn error(&self) -> Result<WireError> {
        match serde_json::from_str(&self.body) {
            Ok(error) => Ok(error),
            Err(_) => bail!("{} is no error of ours: {}", self.status, self.body),
        }
    }
}

async fn heard(socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>) -> Vec<Frame> {
    let mut frames = Vec::new();
    while let Some(Ok(message)) = socket.next().await {
        let Message::Text(text) = message else {
            continue;
        };
        let Ok(frame) = Frame::decode(&text) else {
            continue;
        };
        let last = matches!(frame, Frame::Error(_));
        frames.push(frame);
        if last {
            break;
        }
    }
    frames
}

/// A client for a master on this machine: it trusts no certificate.
fn plain_http() -> Result<reqwest::Client> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    // What comes packed is counted as it came.
    let client = reqwest::Client::builder().no_gzip().no_zstd();
    let client = client.tls_backend_preconfigured(tls);
    Ok(client.build()?)
}

async fn answer(request: reqwest::RequestBuilder) -> Result<Answer> {
    let response = request.send().await?;
    Ok(Answer {
        status: response.status().as_u16(),
        body: response.text().await?,
    })
}

fn base_of(master: &Master) -> Result<String> {
    let address = *master.address().borrow();
    Ok(format!("http://{}", address.context("the master is down")?))
}
