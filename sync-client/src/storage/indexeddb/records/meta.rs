//! Where base and stage lie, and how far they are: written together with the records.

use sync_core::{CollectionName, Map};
use wasm_bindgen::JsValue;

use crate::storage::indexeddb::failure::Failure;
use crate::storage::{RecordsPart, RecordsState, StageState, StageWrite};

/// The layout this build writes. Another one is thrown away and rebuilt.
const FORMAT: u32 = 1;

/// Everything that is written together with records.
#[derive(Clone, Debug)]
pub(super) struct Meta {
    format: u32,
    /// The tab that may write.
    pub(super) fence: u32,
    /// The epoch of the base.
    pub(super) live: u32,
    /// The next epoch that was never used.
    pub(super) next_epoch: u32,
    /// The next segment's number.
    pub(super) next_segment: u32,
    /// Single rows written to the base since they were last packed.
    pub(super) singles: u32,
    /// Segments per collection when they were last merged.
    pub(super) merged: Map<CollectionName, u32>,
    pub(super) state: Option<RecordsState>,
    pub(super) stage: Option<Stage>,
}

#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub(super) epoch: u32,
    pub(super) state: StageState,
}

sync_core::fields! {
    Meta {
        format, fence, live, next_epoch, next_segment, singles, merged, state: default,
        stage: default
    }
}
sync_core::fields! { Stage { epoch, state } }

/// How far base and stage are, whoever holds them.
#[derive(Clone, Debug, Default)]
pub(in crate::storage::indexeddb) struct Standing {
    pub(in crate::storage::indexeddb) state: Option<RecordsState>,
    pub(in crate::storage::indexeddb) stage: Option<StageState>,
}

impl Standing {
    /// Goes on to where a part leads.
    pub(super) fn follow(&mut self, part: &RecordsPart) {
        if part.clear {
            *self = Self::default();
        }
        match &part.stage {
            None => {}
            Some(StageWrite::Clear | StageWrite::Promote) => self.stage = None,
            Some(StageWrite::Write { state, .. }) => self.stage = Some(state.clone()),
        }
        self.state = part.state.or(self.state);
    }
}

impl Meta {
    pub(super) fn new(fence: u32) -> Self {
        Self {
            format: FORMAT,
            fence,
            live: 1,
            next_epoch: 2,
            next_segment: 0,
            singles: 0,
            merged: Map::new(),
            state: None,
            stage: None,
        }
    }

    pub(super) fn read(value: &JsValue) -> Result<Self, Failure> {
        let text = value.as_string().unwrap_or_default();
        let meta: Self =
            sync_core::json::read(&text).map_err(|e| Failure::unreadable("the cursor", &e))?;
        if meta.format != FORMAT {
            return Err(Failure::Corrupt(format!(
                "records of format {}",
                meta.format
            )));
        }
        Ok(meta)
    }
}
