//! What the command `image-cache` does, a module for each topic.

mod bad_input;
mod calendars;
mod common;
mod crash;
mod doctor;
mod draw;
mod engines;
mod export;
mod export_refusals;
mod geometry;
mod import;
mod knobs;
mod live;
mod manners;
mod merge;
mod merge_pictures;
#[cfg(feature = "object-store")]
mod object_storage;
mod objects;
mod output;
mod own;
mod places;
mod planning;
mod rebuild;
mod render;
mod repair;
mod selftest;
mod settings;
mod shards;
mod shards_kept;
mod styles;
mod takeover;
mod torture;
mod verify;
mod verify_damage;
mod warmup;
