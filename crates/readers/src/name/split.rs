//! The words of a file's name, and what each means.

use super::{
    form,
    interval::{counted, interval, interval_code},
    words::{KRAKEN, Kind, WORDS, is_word},
};

/// One word or the few words of a date or interval.
#[derive(Debug)]
pub(super) struct Word<'a> {
    pub text: &'a str,
    /// What stands between it and the word before it, where that is one character.
    pub joint: Option<char>,
    pub means: Means,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Means {
    Unknown,
    Date,
    /// None where it is no one knows which.
    Interval(Option<String>),
    Listed(Kind),
}

pub(super) fn words_of(stem: &str) -> Vec<Word<'_>> {
    let mut texts: Vec<(Option<char>, &str)> = Vec::new();
    let (mut joint, mut gap) = (None, 0);
    for part in stem.split_inclusive(['-', '_', ' ', ',']) {
        let text = part.trim_end_matches(['-', '_', ' ', ',']);
        if !text.is_empty() {
            let joint = joint.filter(|_| gap == 1);
            // `AAPL.1d`.
            match text.rsplit_once('.') {
                Some((head, tail)) if !head.is_empty() && interval(tail).flatten().is_some() => {
                    texts.extend([(joint, head), (Some('.'), tail)]);
                }
                _ => texts.push((joint, text)),
            }
            gap = 0;
        }
        joint = part[text.len()..].chars().next();
        gap += 1;
    }
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut at = 0;
    while let Some(&(joint, text)) = texts.get(at) {
        let (count, means) = meaning(&texts[at..], words.last());
        let is_date = means == Means::Date;
        words.push(Word { text, joint, means });
        at += count;
        // Of `2023_10_minute` it is not known whether that is October.
        if let (true, Some(&(joint, unit))) =
            (is_date && count > 1 && form::is_count(texts[at - 1].1), texts.get(at))
            && unit.len() > 1
            && counted("1", unit).is_some()
        {
            words.push(Word { text: unit, joint, means: Means::Interval(None) });
            at += 1;
        }
    }
    if let [.., before, last] = &mut words[..]
        && (&before.means, &last.means, last.joint) == (&Means::Unknown, &Means::Unknown, Some('_'))
        && form::is_pair(before.text)
        && let Some(minutes) = KRAKEN.iter().find(|minutes| minutes.to_string() == last.text)
    {
        last.means = Means::Interval(Some(interval_code(minutes * 60_000)));
    }
    words
}

/// What the first of these words means, and how many of them it takes.
fn meaning(texts: &[(Option<char>, &str)], before: Option<&Word<'_>>) -> (usize, Means) {
    let word = |at: usize| texts.get(at).map_or("", |&(_, text)| text);
    let text = word(0);
    let follows_unknown = before.is_some_and(|word| word.means == Means::Unknown);
    // Behind a symbol, `201211` may be a month or the last day of a contract, `ES_202312` the month of one.
    let is_contract = before.filter(|word| word.means == Means::Unknown).is_some_and(|word| {
        let is_month = text.len() == 6 && form::is_year_or_month(text);
        let is_pair = form::is_pair(word.text) || form::is_quote(word.text);
        form::is_day_and_month(text) || is_month && !is_pair
    });
    let date = form::date(&[text, word(1), word(2)], before.is_some() && !follows_unknown);
    if date > 0 && !is_contract {
        return (date, Means::Date);
    }
    if form::is_count(text) && text.len() < 4 && !is_of_name(texts, before) {
        let dukascopy = before.is_some_and(|word| word.text == "Candlestick");
        let unit = if dukascopy && word(1) == "M" { "min" } else { word(1) };
        if (unit.len() > 1 || dukascopy)
            && let Some(interval) = counted(text, unit)
        {
            return (2, Means::Interval(interval));
        }
    }
    let is_last_letter = before.is_some() && texts[0].0 == Some('_');
    let interval = match text {
        // stooq: eurusd_d.csv; CryptoDataDownload: Bitstamp_BTCUSD_d.csv.
        "d" if is_last_letter => Some(Some("1d".to_owned())),
        "w" if is_last_letter => Some(Some("1w".to_owned())),
        _ => interval(text),
    };
    if let Some(interval) = interval {
        return (1, Means::Interval(interval));
    }
    let listed = WORDS.iter().find(|(kind, words)| {
        let is_any_case = matches!(kind, Kind::Exchange | Kind::Never);
        words.split(' ').any(|word| is_word(text, word) || is_any_case && text.eq_ignore_ascii_case(word))
    });
    (1, listed.map_or(Means::Unknown, |&(kind, _)| Means::Listed(kind)))
}

/// Whether a number is rather of the name before it than of the unit behind it: `NIFTY 50_minute`, `US_30_minute`.
fn is_of_name(texts: &[(Option<char>, &str)], before: Option<&Word<'_>>) -> bool {
    let [(joint, count), (next, _), ..] = *texts else { return false };
    let is_usual = count.parse::<u32>().is_ok_and(|count| count > 0 && 1440 % count == 0);
    before.is_some_and(|word| {
        !is_usual
            || joint == Some(' ') && next != joint
            || form::is_index(&format!("{}{count}", word.text.to_ascii_uppercase()))
    })
}
