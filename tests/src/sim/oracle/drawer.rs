/// A drawer as the person at it knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawer {
    /// What lay in it at first, in minor units.
    pub float: i64,
    /// What was counted in it, each time that somebody closed it: once, but where their device forgot
    /// that they had.
    pub counted: Vec<i64>,
}

impl Drawer {
    /// One in which so much lies.
    pub fn opened(float: i64) -> Self {
        Self {
            float,
            counted: Vec::new(),
        }
    }
}
