//! Whom a native client believes that it is the master: over real sockets and TLS.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use master_server::Master;
use master_server::config::Config;
use master_server::env::Env;
use master_server::tls::{Authority, Leaf, Name};
use rustls::ServerConfig;
use rustls::sign::SingleCertAndKey;
use sync_client::transport::{
    Method, NativeTransport, Outgoing, Request, Transport, TransportError,
};
use sync_core::{Fingerprint, Frame, Millis, Ping};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

const LIMIT: Duration = Duration::from_secs(30);
const DAY: u64 = 24 * 60 * 60 * 1_000;

/// A master of a shop's network.
async fn master(folder: &Path) -> Result<(Master, Fingerprint)> {
    let config = Config {
        listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
        ..Config::default()
    };
    let master = Master::start(folder, config, None).await?;
    let lan = master.lan().context("in a network")?;
    let fingerprint = lan.authority().fingerprint();
    Ok((master, fingerprint))
}

fn at(master: &Master, host: &str) -> String {
    format!("https://{host}:{}", master.address().port())
}

fn health() -> Request {
    Request {
        method: Method::Get,
        path: "/healthz".to_owned(),
        token: None,
        body: None,
    }
}

/// Both roads to a master, which are refused alike.
async fn refused(transport: &NativeTransport) -> Result<TransportError> {
    let Err(of_request) = transport.send(health()).await else {
        bail!("a request was answered");
    };
    let Err(of_socket) = transport.connect().await else {
        bail!("a socket opened");
    };
    assert_eq!(of_request, of_socket);
    Ok(of_socket)
}

/// Answers with a certificate that an authority issued, and nothing behind it.
async fn shows(leaf: &Leaf) -> Result<SocketAddr> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(&leaf.key))));
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            // The other side goes away when it has seen the certificate.
            let _ = acceptor.accept(socket).await;
        }
    });
    Ok(address)
}

fn names(names: &[&str]) -> BTreeSet<Name> {
    names.iter().filter_map(|name| Name::read(name)).collect()
}

fn authority(folder: &TempDir) -> Result<Authority> {
    Ok(Authority::open(folder.path(), "Corner", &names(&[]))?)
}

#[tokio::test]
async fn a_store_that_is_trusted_is_reached_by_requests_and_by_socket() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let (master, fingerprint) = master(dir.path()).await?;
    for host in ["127.0.0.1", "localhost"] {
        let transport = NativeTransport::trusting(&at(&master, host), fingerprint);
        assert_eq!(transport.send(health()).await?.status, 200);
        transport.connect().await?;
    }
    master.stop().await;
    Ok(())
}

#[tokio::test]
async fn a_store_that_is_not_known_is_refused_and_named_by_its_fingerprint() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let (master, fingerprint) = master(dir.path()).await?;
    let expected = TransportError::Untrusted { fingerprint };
    let nobody = NativeTransport::new(&at(&master, "localhost"));
    assert_eq!(refused(&nobody).await?, expected);
    let another = Fingerprint::of(b"another store");
    let another = NativeTransport::trusting(&at(&master, "localhost"), another);
    assert_eq!(refused(&another).await?, expected);
    master.stop().await;
    Ok(())
}

#[tokio::test]
async fn who_shows_the_right_authority_beside_a_certificate_of_its_own_is_refused() -> Result<()> {
    let (own, evil) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let (own, evil) = (authority(&own)?, authority(&evil)?);
    let mut leaf = evil.issue(&names(&["localhost"]), Env::real().now())?;
    let mut key = (*leaf.key).clone();
    key.cert[1] = own.certificate().to_vec().into();
    leaf.key = Arc::new(key);
    let address = shows(&leaf).await?;
    let base = format!("https://localhost:{}", address.port());
    let why = refused(&NativeTransport::trusting(&base, own.fingerprint())).await?;
    assert!(matches!(why, TransportError::Certificate(_)), "{why}");
    Ok(())
}

#[tokio::test]
async fn a_certificate_that_has_ended_or_is_for_another_address_is_refused() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let authority = authority(&dir)?;
    let now = Env::real().now();
    let long_ago = Millis(now.0 - 400 * DAY);
    for (names_of_it, issued, expected) in [
        (["127.0.0.1", "localhost"], long_ago, "it has ended"),
        (["192.168.1.5", "kasse.local"], now, "another address"),
    ] {
        let leaf = authority.issue(&names(&names_of_it), issued)?;
        let base = format!("https://localhost:{}", shows(&leaf).await?.port());
        let why = refused(&NativeTransport::trusting(&base, authority.fingerprint())).await?;
        assert!(matches!(why, TransportError::Certificate(_)), "{why}");
        assert!(why.to_string().contains(expected), "{why}");
    }
    Ok(())
}

#[tokio::test]
async fn who_is_connected_stays_so_while_the_certificate_is_renewed() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let (master, fingerprint) = master(dir.path()).await?;
    let transport = NativeTransport::trusting(&at(&master, "127.0.0.1"), fingerprint);
    let mut connection = transport.connect().await?;
    // An address nobody came to before: the certificate does not name it yet.
    let elsewhere = NativeTransport::trusting(&at(&master, "127.0.0.2"), fingerprint);
    assert_eq!(elsewhere.send(health()).await?.status, 200);
    let frame = Frame::Ping(Ping { nonce: 1 });
    let text = serde_json::to_string(&frame)?;
    let sent = connection.outgoing.send(Outgoing { frame, text }).await;
    sent.ok().context("the socket is open")?;
    // A ping before hello is answered by a goodbye that says why: somebody is there.
    let heard = tokio::time::timeout(LIMIT, connection.incoming.recv()).await?;
    assert!(matches!(heard, Some(Ok(_))), "{heard:?}");
    master.stop().await;
    Ok(())
}

#[tokio::test]
async fn a_road_with_tls_never_leads_to_one_without() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let (master, fingerprint) = master(dir.path()).await?;
    let secure = NativeTransport::trusting(&at(&master, "localhost"), fingerprint);
    let plain = secure.to("http://127.0.0.1:1");
    assert_eq!(
        plain.send(health()).await?.status,
        200,
        "it stays where it was"
    );
    master.stop().await;
    Ok(())
}
