//! HTTPS in the shop's own network: a store's certificate authority, and the certificate of this
//! machine that it issues anew whenever addresses or time ask for it.

mod authority;
mod keeper;
mod names;
mod reach;

pub use authority::{Authority, AuthorityError, Leaf};
pub use keeper::{Keeper, Reach};
pub use names::{Name, own_names};
