#[cfg(not(feature = "small"))]
use std::{cell::Cell, rc::Rc};

use super::failure::Failure;

/// Counts writes down to the one at which a test kills the tab. Where size counts nothing of it is left.
#[derive(Clone, Default)]
pub(super) struct Fuse {
    #[cfg(not(feature = "small"))]
    left: Rc<Cell<Option<u32>>>,
}

impl Fuse {
    /// Lets so many more writes through.
    #[cfg(not(feature = "small"))]
    pub(super) fn set(&self, writes: u32) {
        self.left.set(Some(writes));
    }

    /// Passes one write, or none any more.
    pub(super) fn pass(&self) -> Result<(), Failure> {
        #[cfg(not(feature = "small"))]
        match self.left.get() {
            None => {}
            Some(0) => return Err(Failure::Killed),
            Some(left) => self.left.set(Some(left - 1)),
        }
        Ok(())
    }
}
