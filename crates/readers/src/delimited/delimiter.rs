//! What parts the columns of a text.

use super::MOST_ABOVE;

/// What parts columns, the likeliest first: of equals, what is no part of numbers comes first.
pub(super) const DELIMITERS: [u8; 5] = [b'\t', b';', b'|', b',', b' '];

/// What `sep=;` says, as spreadsheets write it above all.
pub(super) fn told(head: &[u8]) -> Option<u8> {
    let line = head.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    match line.trim_ascii() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', mark] => Some(*mark),
        _ => None,
    }
}

/// What parts most lines into the same number of columns.
pub(super) fn delimiter(head: &[u8]) -> u8 {
    let lines: Vec<&[u8]> = head
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .filter(|line| !line.trim_ascii().is_empty())
        .take(4 * MOST_ABOVE)
        .collect();
    let counted = |delimiter: u8| {
        let counts: Vec<i64> = lines.iter().map(|line| parted(line, delimiter)).collect();
        let usual =
            crate::most_common(counts.iter().copied().filter(|count| *count >= 3).collect()).unwrap_or(0);
        (counts.iter().filter(|count| **count == usual && usual > 0).count(), usual)
    };
    // The first of equals wins.
    let mut best = (b',', (0, 0));
    for delimiter in DELIMITERS {
        let own = counted(delimiter);
        if own.0 > best.1.0 {
            best = (delimiter, own);
        }
    }
    best.0
}

/// How often a line has a mark outside quotes.
pub(super) fn parted(line: &[u8], delimiter: u8) -> i64 {
    let mut quoted = false;
    let is_mark = |byte: &&u8| {
        quoted ^= **byte == b'"';
        **byte == delimiter && !quoted
    };
    line.iter().filter(is_mark).count() as i64
}
