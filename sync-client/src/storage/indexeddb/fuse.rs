use std::cell::Cell;
use std::rc::Rc;

use super::failure::Failure;

/// Counts writes down to the one at which a test kills the tab. Not set outside tests.
#[derive(Clone, Default)]
pub(super) struct Fuse(Rc<Cell<Option<u32>>>);

impl Fuse {
    /// Lets so many more writes through.
    pub(super) fn set(&self, writes: u32) {
        self.0.set(Some(writes));
    }

    /// Passes one write, or none any more.
    pub(super) fn pass(&self) -> Result<(), Failure> {
        match self.0.get() {
            None => Ok(()),
            Some(0) => Err(Failure::Killed),
            Some(left) => {
                self.0.set(Some(left - 1));
                Ok(())
            }
        }
    }
}
