//! What is told more than once: the status, and the result of a query.

use std::pin::pin;

use futures_util::future::{Either, select};
use serde_json::Value as Json;
use sync_client::platform::{oneshot, watch};
use sync_client::{Client, LiveQuery, SyncStatus};

use crate::docs::{ScreenQuery, answer};
use crate::status::StatusView;
use crate::{TillError, Work};

/// Something that is told at once and whenever it is another one.
pub struct Listening {
    number: u32,
    ended: oneshot::Receiver<()>,
    source: Source,
}

enum Source {
    Status(StatusFeed),
    Query(Box<QueryFeed>),
}

impl Listening {
    pub(crate) fn to_status(
        (number, ended): (u32, oneshot::Receiver<()>),
        work: watch::Receiver<Work>,
    ) -> Self {
        Self {
            number,
            ended,
            source: Source::Status(StatusFeed {
                work,
                status: None,
                told: Told::Nothing,
            }),
        }
    }

    pub(crate) fn to_query(
        (number, ended): (u32, oneshot::Receiver<()>),
        client: Client,
        wanted: ScreenQuery,
    ) -> Self {
        // What is included comes from other collections: any change may be one.
        let follow = match wanted.include.is_empty() {
            true => Follow::Query(client.subscribe(wanted.query.clone())),
            false => Follow::Everything {
                changed: client.changes(),
                begun: false,
            },
        };
        Self {
            number,
            ended,
            source: Source::Query(Box::new(QueryFeed {
                client,
                wanted,
                follow,
                last: None,
            })),
        }
    }

    /// What `unsubscribe` takes to end it.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The next one, as JSON text: at once the first time. `None` once it has ended.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub async fn next(&mut self) -> Option<Result<String, TillError>> {
        let next = async {
            match &mut self.source {
                Source::Status(feed) => feed.next().await,
                Source::Query(feed) => feed.next().await,
            }
        };
        match select(pin!(next), &mut self.ended).await {
            Either::Left((told, _)) => told,
            Either::Right(_) => None,
        }
    }
}

/// Whether this till works, and what its client says of itself.
struct StatusFeed {
    work: watch::Receiver<Work>,
    status: Option<watch::Receiver<SyncStatus>>,
    told: Told,
}

#[derive(PartialEq)]
enum Told {
    Nothing,
    Something,
    TheEnd,
}

impl StatusFeed {
    async fn next(&mut self) -> Option<Result<String, TillError>> {
        match self.told {
            Told::Nothing => {}
            Told::Something => self.changed().await?,
            Told::TheEnd => return None,
        }
        let now = self.work.borrow_and_update().clone();
        self.told = match now {
            Work::Closed => Told::TheEnd,
            _ => Told::Something,
        };
        self.status = match &now {
            Work::Active(client) => Some(client.status()),
            _ => None,
        };
        if let Some(status) = &mut self.status {
            status.mark_unchanged();
        }
        Some(text(&StatusView::of(&now)))
    }

    async fn changed(&mut self) -> Option<()> {
        let work = pin!(self.work.changed());
        match &mut self.status {
            Some(status) => {
                select(work, pin!(status.changed())).await;
                Some(())
            }
            None => work.await.ok(),
        }
    }
}

/// A query's result.
struct QueryFeed {
    client: Client,
    wanted: ScreenQuery,
    follow: Follow,
    last: Option<Json>,
}

enum Follow {
    Query(LiveQuery),
    Everything {
        changed: watch::Receiver<u64>,
        begun: bool,
    },
}

impl QueryFeed {
    async fn next(&mut self) -> Option<Result<String, TillError>> {
        loop {
            self.follow.next().await?;
            let result = answer(&self.client, &self.wanted);
            if self.last.as_ref() != Some(&result) {
                let told = text(&result);
                self.last = Some(result);
                return Some(told);
            }
        }
    }
}

impl Follow {
    async fn next(&mut self) -> Option<()> {
        match self {
            Self::Query(live) => live.next().await.map(drop),
            Self::Everything { changed, begun } => {
                if std::mem::replace(begun, true) {
                    changed.changed().await.ok()?;
                }
                changed.borrow_and_update();
                Some(())
            }
        }
    }
}

/// A value as JSON text.
pub(crate) fn text<T: serde::Serialize>(value: &T) -> Result<String, TillError> {
    serde_json::to_string(value).map_err(|error| TillError::internal(&error.to_string()))
}
