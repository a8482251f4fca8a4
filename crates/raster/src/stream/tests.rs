//! What is written, read by another decoder.

use super::*;
use crate::{raster::Rows, testing::weights};

const WIDTH: u16 = 700;

/// A stream of rows, and the bytes that it must hold.
struct Twin {
    stream: Stream,
    rows: Vec<Vec<u8>>,
}

impl Twin {
    fn new() -> Self {
        let mut stream = Stream::new(Tables::new(&weights(), WIDTH.into(), 3), WIDTH, None);
        stream.start();
        Self { stream, rows: Vec::new() }
    }

    /// All of the stream, read by another decoder through a PNG of as many rows.
    fn check(mut self) -> usize {
        let data = self.stream.finish().to_vec();
        let mut file = Vec::new();
        let mut png = png::Encoder::new(&mut file, WIDTH.into(), self.rows.len() as u32);
        png.set_color(png::ColorType::Rgb);
        let mut writer = png.write_header().expect("a header");
        writer.write_chunk(png::chunk::IDAT, &data).expect("data");
        writer.finish().expect("an end");
        let mut decoder = png::Decoder::new(std::io::Cursor::new(&file));
        decoder.ignore_checksums(false);
        let mut reader = decoder.read_info().expect("a PNG");
        let mut shown = vec![0; reader.output_buffer_size().expect("a size")];
        reader.next_frame(&mut shown).expect("rows");
        assert!(shown == self.rows.concat());
        data.len()
    }

    fn paint(&mut self, run: Run) {
        let row = self.rows.last_mut().expect("a row");
        for pixel in row.chunks_exact_mut(3).skip(run.x.into()).take(run.len.into()) {
            pixel.copy_from_slice(&run.new.to_le_bytes()[..3]);
        }
    }
}

impl Rows for Twin {
    fn begin(&mut self) {
        let above = self.rows.last().cloned().unwrap_or_else(|| vec![0; 3 * usize::from(WIDTH)]);
        self.rows.push(above);
        self.stream.begin();
    }

    fn runs(&mut self, runs: &[Run]) {
        runs.iter().for_each(|&run| self.paint(run));
        self.stream.runs(runs);
    }

    fn dashes(&mut self, x: u16, len: u16, dashes: Dashes) {
        dashes.runs(x, len).for_each(|run| self.paint(run));
        self.stream.dashes(x, len, dashes);
    }

    fn text(&mut self, _: TextRow<'_>) {}

    fn end(&mut self) {
        self.stream.end();
    }

    fn repeat(&mut self, rows: usize) {
        (0..rows).for_each(|_| self.rows.push(self.rows[self.rows.len() - 1].clone()));
        self.stream.repeat(rows);
    }
}

/// Runs of `len` pixels at columns that lie `away` from one to the next.
fn lines(first: u16, away: u16, count: u16, len: u16, (old, new): (u32, u32)) -> Vec<Run> {
    (0..count).map(|n| Run { x: first + n * away, len, old, new }).collect()
}

#[test]
fn lines_that_follow_each_other_are_copies_and_rows_that_come_again_are_the_same() {
    let (black, gray) = (0, 0x9e_9e9e);
    let mut lengths = [0, 0];
    for (length, again) in lengths.iter_mut().zip([1, 9]) {
        let mut twin = Twin::new();
        for (first, away, count, len) in [(95, 90, 6, 1), (0, 8, 40, 5), (3, 200, 3, 1), (1, 85, 8, 2)] {
            for colors in [(black, gray), (gray, black)].into_iter().cycle().take(2 * again) {
                twin.begin();
                twin.runs(&lines(first, away, count, len, colors));
                twin.end();
                twin.repeat(2);
            }
        }
        *length = twin.check();
    }
    assert!(lengths[1] - lengths[0] < 9 * lengths[0]);
}

#[test]
fn dashes_of_any_phase_and_length_are_what_their_runs_are() {
    let mut twin = Twin::new();
    let (black, gray) = (0, 0x9e_9e9e);
    for (on, off) in [(4, 2), (1, 1), (12, 8), (300, 5), (3, 0)] {
        for (phase, x, len) in [(0, 5, 600), (0, 0, 3), (3, 7, 200), (5, 90, 13), (1, 699, 1)] {
            for (old, new) in [(black, gray), (gray, black)] {
                twin.begin();
                let dashes = Dashes { on, off: off.max(1), phase: phase % (on + off.max(1)), old, new };
                twin.dashes(x, len, dashes);
                twin.end();
            }
        }
    }
    twin.check();
}
