//! Requests, judged as the frames they stand for.

use std::io::Cursor;

use anyhow::{Context, Result};
use sync_core::{Code, WireError};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional, join};
use tokio::net::TcpStream;

use super::head::Head;
use super::{Direction, Mode, Shared, Verdict};

/// Says no to a request, as something in between does.
pub(super) async fn refuse(mut till: TcpStream) -> Result<()> {
    let page = "<html>Welcome to our hotspot. Please sign in.</html>";
    let length = page.len();
    let answer = format!(
        "HTTP/1.1 403 Forbidden\r\ncontent-type: text/html\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{page}"
    );
    till.write_all(answer.as_bytes()).await?;
    Ok(till.shutdown().await?)
}

/// Carries one request and its answer.
pub(super) async fn exchange(
    mut till: TcpStream,
    mut master: TcpStream,
    head: Head,
    (asked, answered): (&str, &str),
    shared: &Shared,
) -> Result<()> {
    let mut body = head.rest.clone();
    let missing = head.body_length().saturating_sub(body.len());
    (&mut till)
        .take(missing as u64)
        .read_to_end(&mut body)
        .await?;
    let verdict = shared.judge(Direction::Up, &frame_text(asked, &body));
    if !verdict.passes() {
        return Ok(());
    }
    master.write_all(head.closing().as_bytes()).await?;
    master.write_all(&body).await?;
    let mut answer = Vec::new();
    master.read_to_end(&mut answer).await?;
    if verdict == Verdict::PassAndCut {
        return Ok(());
    }
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
    let end = end.context("an answer without a head")? + 4;
    let good = answer.starts_with(b"HTTP/1.1 2");
    let name = if good { answered } else { "error" };
    let verdict = shared.judge(Direction::Down, &frame_text(name, &answer[end..]));
    let mut mode = shared.mode.subscribe();
    mode.wait_for(|mode| *mode != Mode::Silent).await?;
    match verdict {
        Verdict::Lose | Verdict::Cut => return Ok(()),
        Verdict::Pass | Verdict::PassAndCut => {}
        Verdict::Break => answer.truncate(end + (answer.len() - end) / 2),
        Verdict::Replace(text) => answer = answer_of(&text, answered),
    }
    till.write_all(&answer).await?;
    Ok(till.shutdown().await?)
}

/// Carries anything else, byte for byte.
pub(super) async fn stream(
    till: TcpStream,
    mut master: TcpStream,
    head: Head,
    shared: &Shared,
) -> Result<()> {
    let (reader, writer) = till.into_split();
    let mut first = head.closing().into_bytes();
    first.extend_from_slice(&head.rest);
    let mut till = join(Cursor::new(first).chain(reader), writer);
    let mut mode = shared.mode.subscribe();
    tokio::select! {
        _ = mode.wait_for(|mode| *mode != Mode::Open) => {}
        copied = copy_bidirectional(&mut till, &mut master) => { copied?; }
    }
    Ok(())
}

fn frame_text(name: &str, body: &[u8]) -> String {
    let body = match body.is_empty() {
        true => "{}".into(),
        false => String::from_utf8_lossy(body),
    };
    format!(r#"{{"{name}":{body}}}"#)
}

/// The answer that carries a frame's text: the part under its tag, or all of what is no frame.
fn answer_of(text: &str, answered: &str) -> Vec<u8> {
    let under = |tag: &str| {
        let rest = text.strip_prefix(&format!(r#"{{"{tag}":"#))?;
        rest.strip_suffix('}').map(str::to_owned)
    };
    let (status, body) = match (under(answered), under("error")) {
        (Some(body), _) => (200, body),
        (None, Some(body)) => (status_of(&body), body),
        (None, None) => (200, text.to_owned()),
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} Replaced\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    [head.into_bytes(), body.into_bytes()].concat()
}

fn status_of(error: &str) -> u16 {
    let code = serde_json::from_str::<WireError>(error).map(|error| error.code);
    match code {
        Ok(Code::Unauthenticated | Code::IdentityClosed) => 401,
        Ok(Code::Forbidden) => 403,
        Ok(Code::NotMaster) => 421,
        Ok(_) => 400,
        Err(_) => 500,
    }
}
