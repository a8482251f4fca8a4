//! What the cross-target tests share: the golden [`cases`](cases::cases) and
//! their committed [hashes](golden). How hashes are updated stands in this
//! crate's README.
#![forbid(unsafe_code)]

pub mod cases;
pub mod difference;
pub mod golden;
pub mod request;
pub mod runner;
