use std::sync::{Arc, Mutex, PoisonError};

use crate::storage::StorageError;

/// Counts writes down to the one at which a test kills the process. Not set outside tests.
#[derive(Clone, Debug, Default)]
pub(super) struct Fuse(Arc<Mutex<Option<u32>>>);

impl Fuse {
    /// Lets so many more writes through.
    pub(super) fn set(&self, writes: u32) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(writes);
    }

    /// Passes one write, or none any more.
    pub(super) fn pass(&self) -> Result<(), StorageError> {
        match &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            None => Ok(()),
            Some(0) => Err(StorageError::Lost("killed by a test".to_owned())),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
        }
    }
}
