//! The check of one file, against every way in which a file can be wrong.

use std::{
    io::Cursor,
    path::Path,
    sync::{Arc, Mutex},
};

use candles::{Candle, Interval};
use render_core::{Renderer, Spec, SpecOptions, Window, input_digest, picture_path};
use store::{EntryKind, Files, OpenFolder, Root};

use super::*;

const HOUR: i64 = 3_600_000;
const PICTURES: usize = 200;

/// One file, whose bytes a test changes.
#[derive(Default)]
struct OneFile(Mutex<Arc<[u8]>>);

impl OneFile {
    fn set(&self, bytes: &[u8]) {
        *self.0.lock().expect("no panic") = bytes.into();
    }

    fn bytes(&self) -> Arc<[u8]> {
        Arc::clone(&self.0.lock().expect("no panic"))
    }
}

impl Files for OneFile {
    fn open_root(&self, path: &Path) -> io::Result<OpenFolder> {
        Ok(OpenFolder::named(path.to_owned()))
    }

    fn open_folder(&self, above: &OpenFolder, name: &str) -> io::Result<OpenFolder> {
        Ok(OpenFolder::named(above.path().join(name)))
    }

    fn entry(&self, _: &OpenFolder, _: &str) -> io::Result<(EntryKind, u64)> {
        Ok((EntryKind::File, self.bytes().len() as u64))
    }

    fn open(&self, _: &OpenFolder, _: &str) -> io::Result<(Box<dyn Read>, u64)> {
        let bytes = self.bytes();
        let length = bytes.len() as u64;
        Ok((Box::new(Cursor::new(bytes)), length))
    }

    fn create_folder(&self, _: &OpenFolder, _: &str) -> io::Result<()> {
        unreachable!("a check changes nothing")
    }

    fn write_new(&self, _: &OpenFolder, _: &str, _: &[u8]) -> io::Result<()> {
        unreachable!("a check changes nothing")
    }

    fn rename(&self, _: &OpenFolder, _: &str, _: &str) -> io::Result<()> {
        unreachable!("a check changes nothing")
    }

    fn rename_new(&self, _: &OpenFolder, _: &str, _: &str) -> io::Result<()> {
        unreachable!("a check changes nothing")
    }

    fn remove(&self, _: &OpenFolder, _: &str) -> io::Result<()> {
        unreachable!("a check changes nothing")
    }

    fn sync(&self, _: &Path) -> io::Result<()> {
        unreachable!("a check changes nothing")
    }
}

/// A picture with its row, and what its candles make.
struct Picture {
    bytes: Vec<u8>,
    row: Known,
    today: Today,
}

fn pictures() -> (Group, Vec<Picture>) {
    let candles: Vec<Candle> = (0..PICTURES as i64 + 20)
        .map(|step| {
            let open = 100.0 + ((step * 37) % 23) as f64;
            let close = 100.0 + (((step + 1) * 37) % 23) as f64;
            let (high, low) = (open.max(close) + 1.0, open.min(close) - 1.0);
            Candle { open_time: step * HOUR, open, high, low, close, volume: ((step * 7) % 11) as f64 }
        })
        .collect();
    let spec = Spec::new(SpecOptions { width: 48, height: 48, window: 20, ..SpecOptions::default() });
    let (spec, interval) = (spec.expect("valid"), Interval::new("1h", HOUR).expect("valid"));
    let mut renderer = Renderer::new();
    let picture = |candles: &[Candle]| {
        let window = Window::new("BTCUSDT", &interval, candles, 0).expect("valid");
        let png = renderer.render(&window, &spec);
        let input = input_digest(&window, &spec);
        let row = Known {
            end: window.end(),
            status: Status::Ok,
            input: Some(input),
            size: Some(png.as_bytes().len() as u64),
            reason: None,
            is_foreign: false,
            path: Some(picture_path("BTCUSDT", &interval, window.end(), &spec).expect("valid")),
            sha256: Some(png.digest()),
            other_spec: false,
            etag: None,
        };
        Picture { bytes: png.into_bytes(), row, today: Today::Input(input) }
    };
    let pictures: Vec<Picture> = candles.windows(20).map(picture).take(PICTURES).collect();
    (Group::new("BTCUSDT", "1h", &spec), pictures)
}

/// Lets a default verify look at each of the pictures, as `change` leaves its bytes.
fn check_all(mut change: impl FnMut(&Picture, &[Picture], &mut dyn FnMut(&[u8]) -> Verdict)) {
    let (group, pictures) = pictures();
    let file = OneFile::default();
    let root = Root::Folder("root".into());
    let store =
        root.open("00000000", &file, &Default::default(), crate::index::ownership(false)).expect("a folder");
    let mut checker = Checker::new(&*store, Depth::Hash);
    for picture in &pictures {
        let mut judge = |bytes: &[u8]| {
            file.set(bytes);
            checker.judge(&group, &picture.row, &picture.today, || unreachable!("nothing is rendered"))
        };
        assert_eq!(judge(&picture.bytes), Verdict::Fine);
        change(picture, &pictures, &mut judge);
    }
}

#[track_caller]
fn assert_corrupt(verdict: &Verdict) {
    assert!(matches!(verdict, Verdict::Bad(Status::Corrupt, _)), "{verdict:?}");
}

#[test]
fn a_flipped_bit_is_found_at_every_byte_of_200_pictures() {
    check_all(|picture, _, judge| {
        let mut bytes = picture.bytes.clone();
        for at in 0..bytes.len() {
            bytes[at] ^= 1 << (at % 8);
            assert_corrupt(&judge(&bytes));
            bytes[at] ^= 1 << (at % 8);
        }
    });
}

#[test]
fn a_cut_is_found_at_every_length_of_200_pictures() {
    check_all(|picture, _, judge| {
        for length in 0..picture.bytes.len() {
            assert_corrupt(&judge(&picture.bytes[..length]));
        }
        assert_corrupt(&judge(&[&picture.bytes, &b"\0"[..]].concat()));
    });
}

#[test]
fn a_wrong_picture_in_the_right_place_is_found_for_every_pair_of_200() {
    check_all(|picture, all, judge| {
        for other in all.iter().filter(|other| other.row.end != picture.row.end) {
            assert_corrupt(&judge(&other.bytes));
        }
    });
}
