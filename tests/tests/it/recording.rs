//! Recording what the world's tills have no call for.

use anyhow::Result;
use retail::{BuildError, Occasion};
use sync_client::{Draft, RecordError};
use sync_core::{Body, Refusal};
use tillsync_tests::world::World;

/// Records a mutation on a till, in the name of its clerk.
pub(crate) async fn record(
    world: &World,
    till: usize,
    name: &str,
    build: impl FnOnce(&mut Draft<'_>, &Occasion) -> Result<Body, RecordError> + Send + 'static,
) -> Result<()> {
    let client = world.tills[till].client();
    let recorded = world
        .clerk
        .record(client, name, move |_, draft, by| build(draft, by));
    recorded.await?;
    Ok(())
}

/// What a builder refuses, as a recording tells it.
pub(crate) fn refused(error: &BuildError) -> RecordError {
    RecordError::Refused(Refusal::new(error.code(), error.to_string()))
}
