//! What the texts of one series must have in common.

use readers::{Dating, Placement};

use super::understood::Understood;
use crate::error::Refusal;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// Openings of one session lie within this of each other, summer and winter.
const SHIFT: i64 = 2 * HOUR;

/// A series of a text: the numbers of both, where its candles are placed, and the time of day of the first one.
#[derive(Clone, Copy)]
struct Part {
    text: usize,
    series: usize,
    placement: Placement,
    time: i64,
}

/// Places the candles of days of each series alike, whichever text they are of. One text may hold too few candles, or
/// those of summer alone, to tell that days are called by their dates.
pub fn place_alike(texts: &mut [Understood]) {
    for parts in series(texts) {
        let Some(dating) = common_dating(&parts) else { continue };
        // What opens at 00:00 UTC is at its date already.
        for part in parts.iter().filter(|part| part.placement == Placement::Own && part.time != 0) {
            texts[part.text].series[part.series].1 = Placement::Date(dating);
        }
    }
}

/// The parts of each series of days that several texts have.
fn series(texts: &[Understood]) -> Vec<Vec<Part>> {
    let mut all: Vec<(&super::Name, Vec<Part>)> = Vec::new();
    for (text, understood) in texts.iter().enumerate() {
        for (series, (name, placement)) in understood.series.iter().enumerate() {
            if name.interval.ms() % DAY != 0 || name.interval.months().is_some() {
                continue;
            }
            let part = Part { text, series, placement: *placement, time: understood.times_of_day[series] };
            match all.iter_mut().find(|(known, _)| *known == name) {
                Some((_, parts)) => parts.push(part),
                None => all.push((name, vec![part])),
            }
        }
    }
    all.into_iter().map(|(_, parts)| parts).filter(|parts| parts.len() > 1).collect()
}

/// What the dates of candles are, if they are to be placed at their dates: where one part is, or where all open at
/// constant times of day that shift from one part to the other.
fn common_dating(parts: &[Part]) -> Option<Dating> {
    let dated = parts.iter().find_map(|part| match part.placement {
        Placement::Date(dating) => Some(dating),
        _ => None,
    });
    if dated.is_some() {
        return dated;
    }
    let first = parts[0].time;
    // The shorter way round: 23:00 and 00:00 are an hour apart.
    let spread = parts.iter().map(|part| (part.time - first + DAY / 2).rem_euclid(DAY) - DAY / 2);
    let (low, high) = spread.fold((0, 0), |(low, high), at| (low.min(at), high.max(at)));
    let is_own = parts.iter().all(|part| part.placement == Placement::Own);
    if !is_own || low == high || high - low > SHIFT {
        return None;
    }
    // Midnight of a zone that is ahead of UTC is in the evening before.
    let is_evening = parts.iter().all(|part| part.time == 0 || part.time >= 20 * HOUR);
    Some(if is_evening { Dating::Next } else { Dating::Utc })
}

/// Refuses texts of one series that are of the spot market and of futures, as the names of their files tell.
pub fn check_markets<'a>(places: impl Iterator<Item = &'a str>) -> Result<(), Refusal> {
    let (mut spot, mut futures) = (None, None);
    for place in places {
        match is_spot(place) {
            Some(true) => spot = spot.or(Some(place)),
            Some(false) => futures = futures.or(Some(place)),
            None => {}
        }
    }
    match (spot, futures) {
        (Some(spot), Some(futures)) => {
            Err(Refusal::Markets { spot: spot.to_owned(), futures: futures.to_owned() })
        }
        _ => Ok(()),
    }
}

/// Whether a name tells the spot market, or futures; the last word that tells one counts.
fn is_spot(place: &str) -> Option<bool> {
    let words = place.rsplit(|mark: char| !mark.is_ascii_alphanumeric());
    words.map(str::to_ascii_lowercase).find_map(|word| match word.as_str() {
        "spot" => Some(true),
        "perp" | "perpetual" | "swap" | "future" | "futures" => Some(false),
        _ => None,
    })
}
