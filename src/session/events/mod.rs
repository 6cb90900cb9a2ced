//! Every record of every log as a list that is filtered, sorted and counted.
//!
//! [`EventQuery`] says what is wanted, [`EventList`] is the answer: positions, not records. A large
//! bundle's list is made on a worker thread, where the newest request wins; what a row says is the
//! view's.

mod desk;
mod list;
mod query;
mod value;
mod words;

pub(super) use self::desk::EventDesk;
pub use self::list::{EventList, ValueCount};
use self::list::{Wanted, list};
pub use self::query::{Doer, EventColumn, EventGroup, EventQuery, EventSort, Only};
pub use self::value::{user, value};
