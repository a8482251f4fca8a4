//! The terminal of this process, where it is a file.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr},
};

use super::Room;

/// How long an answer is waited for, over a slow line too.
const PATIENCE: Duration = Duration::from_secs(2);
/// No answer is longer.
const LONGEST: usize = 4096;

/// What the terminal answers to a question, until `is_told` or it takes too long; and its room.
pub fn exchange(question: &[u8], is_told: fn(&[u8]) -> bool) -> io::Result<(Vec<u8>, Room)> {
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    let size = tcgetwinsize(&terminal)?;
    let before = tcgetattr(&terminal)?;
    let mut raw: Termios = before.clone();
    raw.make_raw();
    // What was typed before is no answer.
    tcsetattr(&terminal, OptionalActions::Flush, &raw)?;
    let answer = ask(&mut terminal, question, is_told);
    tcsetattr(&terminal, OptionalActions::Flush, &before)?;
    Ok((answer?, Room { cells: size.ws_col, pixels: size.ws_xpixel }))
}

fn ask(terminal: &mut File, question: &[u8], is_told: fn(&[u8]) -> bool) -> io::Result<Vec<u8>> {
    terminal.write_all(question)?;
    let (until, mut all) = (Instant::now() + PATIENCE, Vec::new());
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let left = Timespec { tv_sec: left.as_secs().cast_signed(), tv_nsec: left.subsec_nanos().into() };
        let ready = poll(&mut [PollFd::new(&*terminal, PollFlags::IN)], Some(&left))?;
        if ready == 0 || all.len() > LONGEST {
            return Ok(all);
        }
        let mut room = [0; 256];
        let count = terminal.read(&mut room)?;
        all.extend_from_slice(&room[..count]);
        if count == 0 || is_told(&all) {
            return Ok(all);
        }
    }
}
