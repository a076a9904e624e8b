//! One tab works.

use futures_util::FutureExt;
use futures_util::future::{Either, select};
use sync_client::platform::{Ask, Pulse, TabLock, sleep, watch};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_second_tab_is_refused_and_may_take_over() {
    let first = TabLock::ask("take-over", Ask::IfFree).await.unwrap();
    assert!(TabLock::ask("take-over", Ask::IfFree).await.is_none());
    let second = TabLock::ask("take-over", Ask::Steal).await.unwrap();
    first.lost().await;
    drop(first);
    assert!(TabLock::ask("take-over", Ask::IfFree).await.is_none());
    drop(second);
    assert!(TabLock::ask("take-over", Ask::InTurn).await.is_some());
}

#[wasm_bindgen_test]
async fn a_tab_that_waits_gets_its_turn_when_the_other_closes() {
    let first = TabLock::ask("turn", Ask::IfFree).await.unwrap();
    let mut turn = Box::pin(TabLock::ask("turn", Ask::InTurn));
    assert!((&mut turn).now_or_never().is_none());
    drop(first);
    assert!(turn.await.is_some());
}

#[wasm_bindgen_test]
async fn a_tab_that_no_longer_waits_blocks_nobody() {
    let first = TabLock::ask("gave-up", Ask::IfFree).await.unwrap();
    let mut turn = Box::pin(TabLock::ask("gave-up", Ask::InTurn));
    assert!((&mut turn).now_or_never().is_none());
    drop(turn);
    drop(first);
    assert!(TabLock::ask("gave-up", Ask::InTurn).await.is_some());
}

#[wasm_bindgen_test]
async fn a_tab_that_answers_is_left_alone_and_a_silent_one_is_not() {
    let (_see, visible) = watch::channel(true);
    let answering = Pulse::answer("pulse").unwrap();
    let mut silent = Box::pin(Pulse::silent("pulse", visible, 50));
    let pause = Box::pin(sleep(1_000));
    assert!(matches!(select(&mut silent, pause).await, Either::Right(_)));
    drop(answering);
    silent.await;
}

#[wasm_bindgen_test]
async fn a_tab_nobody_looks_at_takes_nothing_over() {
    let (see, visible) = watch::channel(false);
    let mut silent = Box::pin(Pulse::silent("unseen", visible, 50));
    let pause = Box::pin(sleep(1_000));
    assert!(matches!(select(&mut silent, pause).await, Either::Right(_)));
    see.send_replace(true);
    silent.await;
}
