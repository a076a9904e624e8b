//! HTTPS in the shop's network, over real sockets: who is let in, and what stands outside.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use master_server::Master;
use master_server::config::Config;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use sync_core::Fingerprint;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

const LIMIT: Duration = Duration::from_secs(30);
const NAMES: [&str; 3] = ["127.0.0.1", "localhost", "kasse.lan"];

async fn master(folder: &Path) -> Master {
    let config = Config {
        listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
        hosts: vec!["kasse.lan".to_owned()],
        store_name: "Corner".to_owned(),
        max_connections_per_address: 4,
        ..Config::default()
    };
    Master::start(folder, config, None)
        .await
        .expect("it starts")
}

fn authority(master: &Master) -> CertificateDer<'static> {
    let pem = master
        .lan()
        .expect("in a network")
        .authority()
        .certificate_pem();
    CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate")
}

fn trusting(authority: CertificateDer<'static>) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(authority).expect("an authority");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

async fn plain(master: &Master) -> TcpStream {
    let port = master.address().port();
    let socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await;
    socket.expect("connected")
}

/// Asks over TLS under a name and gives the whole answer.
async fn ask(master: &Master, trusted: &TlsConnector, name: &str, path: &str) -> String {
    let server = ServerName::try_from(name.to_owned()).expect("a name");
    let socket = trusted.connect(server, plain(master).await).await;
    let mut socket = socket.unwrap_or_else(|error| panic!("{name}: {error}"));
    let request = format!("GET {path} HTTP/1.1\r\nhost: {name}:7400\r\nconnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    let read = tokio::time::timeout(LIMIT, socket.read_to_end(&mut answer));
    read.await.expect("in time").expect("read");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn who_trusts_the_store_reaches_it_by_every_name_it_has() {
    let dir = tempfile::tempdir().expect("a folder");
    let master = master(dir.path()).await;
    let trusted = trusting(authority(&master));
    for name in NAMES {
        let answer = ask(&master, &trusted, name, "/healthz").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{name}: {answer}");
    }
    let page = ask(&master, &trusted, "localhost", "/trust").await;
    assert!(page.contains("Connect this device to Corner"), "{page}");
    master.stop().await;
}

#[tokio::test]
async fn the_authority_outlives_the_process_and_another_stores_is_not_trusted() {
    let (one, two) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    let first = master(one.path()).await;
    let trusted = trusting(authority(&first));
    first.stop().await;
    let again = master(one.path()).await;
    let answer = ask(&again, &trusted, "localhost", "/healthz").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let other = master(two.path()).await;
    let server = ServerName::try_from("localhost").expect("a name");
    let refused = trusted.connect(server, plain(&other).await).await;
    assert!(refused.is_err());
    again.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn the_certificate_to_trust_is_handed_out_with_the_type_that_devices_install() {
    let dir = tempfile::tempdir().expect("a folder");
    let master = master(dir.path()).await;
    let trusted = trusting(authority(&master));
    let answer = ask(&master, &trusted, "localhost", "/ca.crt").await;
    let (head, _) = answer.split_once("\r\n\r\n").expect("a head");
    let head = head.to_lowercase();
    assert!(
        head.contains("content-type: application/x-x509-ca-cert"),
        "{head}"
    );
    let pem = ask(&master, &trusted, "localhost", "/ca.pem").await;
    let (_, pem) = pem.split_once("\r\n\r\n").expect("a body");
    let handed_out = CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate");
    let known = master
        .lan()
        .expect("in a network")
        .authority()
        .fingerprint();
    assert_eq!(Fingerprint::of(&handed_out), known);
    master.stop().await;
}

#[tokio::test]
async fn who_has_no_room_is_told_so_behind_tls_as_well() {
    let dir = tempfile::tempdir().expect("a folder");
    let master = master(dir.path()).await;
    let trusted = trusting(authority(&master));
    let mut inside = Vec::new();
    for _ in 0..4 {
        let server = ServerName::try_from("localhost").expect("a name");
        let socket = trusted.connect(server, plain(&master).await).await;
        inside.push(socket.expect("let in"));
    }
    let answer = ask(&master, &trusted, "localhost", "/healthz").await;
    assert!(answer.starts_with("HTTP/1.1 429"), "{answer}");
    drop(inside);
    master.stop().await;
}

#[tokio::test]
async fn stopping_does_not_wait_for_who_never_speaks() {
    let dir = tempfile::tempdir().expect("a folder");
    let master = master(dir.path()).await;
    let silent = plain(&master).await;
    let mut half = plain(&master).await;
    half.write_all(&[0x16, 3, 1]).await.expect("sent");
    // Sooner than a connection that says nothing is given up anyway.
    tokio::time::timeout(Duration::from_secs(8), master.stop())
        .await
        .expect("it stops");
    drop((silent, half));
}
