//! What each text of an import holds: its format, and the series in it.

use std::{collections::BTreeMap, sync::atomic::AtomicBool};

use candles::{Interval, Symbol, Weekday};
use readers::{
    Encoding, Format, Placement, ReadOptions, Role, SeriesFacts, Source, clean_symbol, may_be_same_symbol,
    survey,
};

use super::{
    files::{Opener, Text},
    options::{ImportOptions, Name, Naming},
    summary::UnderstoodText,
};
use crate::error::Refusal;

const DAY: i64 = 86_400_000;

/// A text, and how it is read.
pub struct Understood {
    pub text: Text,
    pub format: Format,
    /// Whether times rise from row to row; `None` where they are in no order.
    pub rises: Option<bool>,
    /// Where the candles of each series are placed.
    pub series: Vec<(Name, Placement)>,
    /// The time of day in UTC of the first candle of each series, in ms.
    pub times_of_day: Vec<i64>,
    /// The symbols of the series as rows tell them; empty where rows tell none, or all are of one series.
    symbols: Vec<String>,
    /// The day that weeks begin on, where it is not Monday.
    weeks: Vec<Option<Weekday>>,
}

/// Understands a text, and names its series.
pub fn understand(
    text: Text,
    opener: &mut Opener,
    options: &ImportOptions,
    cancel: &AtomicBool,
) -> Result<Understood, Refusal> {
    let source = opener.source(&text)?;
    let told = options.interval.settle("interval", text.named.interval.clone())?;
    let told = told.map(|code| parsed(&code)).transpose()?;
    let symbol = match &options.symbol {
        Naming::Always(name) => Some(name.clone()),
        Naming::ByFile(name) => text.named.symbol.clone().or_else(|| name.clone()),
        // It is made up, so that it says nothing of the rows.
        Naming::Otherwise(_) => text.named.symbol.clone(),
    };
    let read = ReadOptions { symbol, interval: told.as_ref().map(Interval::ms), ..options.read.clone() };
    let format = readers::understand(&source, &read)?;
    let found = survey(&source, &format, cancel)?;
    if found.series.is_empty() {
        return Err(first_fault(&source, &format));
    }
    let mut understood = Understood {
        text,
        format,
        rises: found.rises(),
        series: Vec::new(),
        times_of_day: Vec::new(),
        symbols: Vec::new(),
        weeks: Vec::new(),
    };
    // What rows say of the interval counts where neither a flag nor a name does.
    let told = told.or_else(|| found.interval.as_deref().and_then(|code| parsed(code).ok()));
    for (symbol, facts) in understood.symbols(&found.series, options)? {
        let interval = interval(told.as_ref(), facts, options)?;
        let start = options.week_start.and_then(|day| Weekday::ALL.iter().position(|own| *own == day));
        let placement = Placement::of(facts, interval.code(), interval.ms(), start)?;
        let start = match placement {
            Placement::Week(_, start) => Some(start),
            Placement::Own if interval.ms() == 7 * DAY => facts.only_weekday(),
            _ => None,
        };
        understood.weeks.push(
            start.and_then(|start| Weekday::ALL.get(start).copied()).filter(|day| *day != Weekday::Monday),
        );
        let interval = match understood.weeks.last() {
            Some(Some(day)) => interval.with_week_start(*day),
            _ => interval,
        };
        understood.times_of_day.push(facts.range.0.rem_euclid(DAY));
        understood.series.push((Name { symbol: Symbol::new(symbol)?, interval }, placement));
    }
    Ok(understood)
}

/// Why none of the rows is a candle.
fn first_fault(source: &Source, format: &Format) -> Refusal {
    let fault = readers::read(source, format, None).map(|rows| rows.filter_map(Result::err).next());
    match fault {
        Ok(Some(error)) | Err(error) => error.into(),
        Ok(None) => readers::Error::NoRows.into(),
    }
}

fn interval(
    told: Option<&Interval>,
    facts: &SeriesFacts,
    options: &ImportOptions,
) -> Result<Interval, Refusal> {
    match told {
        Some(told) => {
            facts.check(told.code(), told.ms(), options.sparse)?;
            Ok(told.clone())
        }
        None => Ok(Interval::parse(&facts.interval()?)?),
    }
}

/// The interval of a code. Months have two, of which one is stored.
fn parsed(code: &str) -> Result<Interval, candles::Error> {
    let interval = Interval::parse(code)?;
    match interval.months() {
        Some(months) => Interval::parse(&format!("{months}M")),
        None => Ok(interval),
    }
}

/// The series that the options alone name.
pub fn named(options: &ImportOptions) -> Result<Name, Refusal> {
    let symbol = options.symbol.settle("symbol", None)?.ok_or(Refusal::Unnamed("symbol"))?;
    let code = options.interval.settle("interval", None)?.ok_or(Refusal::Unnamed("interval"))?;
    Ok(Name { symbol: Symbol::new(symbol)?, interval: parsed(&code)? })
}

impl Understood {
    /// The symbol of each series that is taken.
    fn symbols<'f>(
        &mut self,
        series: &'f [SeriesFacts],
        options: &ImportOptions,
    ) -> Result<Vec<(String, &'f SeriesFacts)>, Refusal> {
        let told = |facts: &SeriesFacts| facts.symbol.clone().unwrap_or_default();
        if let [facts] = series {
            let beside = facts.symbol.clone().or_else(|| self.format.symbol.clone());
            let of_rows = beside.as_deref().and_then(clean_symbol);
            if let (Some(named), Some(of_rows), Naming::ByFile(_) | Naming::Otherwise(_)) =
                (&self.text.named.symbol, &of_rows, &options.symbol)
                && !may_be_same_symbol(named, of_rows)
            {
                return Err(Refusal::OtherSymbol { named: named.clone(), told: beside.unwrap_or_default() });
            }
            // A flag only confirms what rows tell. It may name what they have but the number of.
            if let (Naming::Always(asked), Some(of_rows)) = (&options.symbol, &of_rows)
                && !may_be_same_symbol(asked, of_rows)
                && !of_rows.bytes().all(|byte| byte.is_ascii_digit())
            {
                let found = vec![beside.unwrap_or_default()];
                return Err(Refusal::NoSuchSymbol { asked: asked.clone(), found });
            }
            let named = self.text.named.symbol.clone().or(of_rows);
            let stand_in = || options.symbol.stand_in().filter(|_| self.text.is_alone);
            let symbol = options.symbol.settle("symbol", named)?.or_else(stand_in);
            let symbol = symbol.ok_or(Refusal::Unnamed("symbol"))?;
            return Ok(vec![(symbol, facts)]);
        }
        let cleaned = |facts: &SeriesFacts| {
            clean_symbol(&told(facts))
                .ok_or_else(|| candles::Error::Name { what: "symbol", name: told(facts) })
        };
        let asked = match &options.symbol {
            Naming::Always(name) => Some(name),
            Naming::ByFile(_) | Naming::Otherwise(_) => None,
        };
        let mut all: Vec<(String, &SeriesFacts)> = Vec::new();
        for facts in series {
            let symbol = cleaned(facts)?;
            if asked.is_some_and(|asked| *asked != symbol && *asked != told(facts)) {
                continue;
            }
            if let Some((_, other)) = all.iter().find(|(own, _)| *own == symbol || asked.is_some()) {
                return Err(Refusal::SameSymbol { told: [told(other), told(facts)], symbol });
            }
            self.symbols.push(told(facts));
            all.push((asked.cloned().unwrap_or(symbol), facts));
        }
        match asked {
            Some(asked) if all.is_empty() => {
                Err(Refusal::NoSuchSymbol { asked: asked.clone(), found: series.iter().map(told).collect() })
            }
            _ => Ok(all),
        }
    }

    /// Which of the series a row of the symbol of this number is of.
    pub fn series_of(&self, symbol: Option<usize>, symbols: &[String]) -> Option<usize> {
        if self.symbols.is_empty() {
            return Some(0);
        }
        let name = &symbols[symbol?];
        self.symbols.iter().position(|own| own == name)
    }

    /// The day that the weeks of a series begin on, where it is not Monday.
    pub fn week_start(&self, name: &Name) -> Option<Weekday> {
        let at = self.series.iter().position(|(own, _)| own == name)?;
        self.weeks[at]
    }

    /// What is told of it.
    pub fn told(&self) -> UnderstoodText<'_> {
        let format = &self.format;
        UnderstoodText {
            file: &self.text.place,
            format: format.form().to_string(),
            encoding: format.encoding().map(Encoding::name),
            columns: format.columns.roles.iter().map(|role: &Role| role.name()).collect(),
            time: format.time.to_string(),
            time_zone: format.time_zone.as_ref().map_or("UTC", readers::TimeZone::name).to_owned(),
            numbers: format.numbers.to_string(),
            series: self
                .series
                .iter()
                .map(|(name, _)| (name.symbol.to_string(), name.interval.code().to_owned()))
                .collect(),
        }
    }
}

/// Whether a member of an archive is a list, a licence or the like by its name.
pub fn is_no_data(place: &str) -> bool {
    let place = place.to_ascii_lowercase();
    [".txt", ".md", ".pdf", ".html", ".htm", ".checksum", ".sha256", ".md5", "license", "readme"]
        .iter()
        .any(|end| place.ends_with(end))
}

/// The numbers of texts that have series in common, in the order of their first ones.
pub fn groups(texts: &[Understood]) -> Vec<Vec<u32>> {
    // Each text is in the group of the first text that has one of its series.
    let mut group_of: Vec<usize> = (0..texts.len()).collect();
    let mut by_series: BTreeMap<(String, String), usize> = BTreeMap::new();
    let root = |group_of: &[usize], mut at: usize| {
        while group_of[at] != at {
            at = group_of[at];
        }
        at
    };
    for (number, text) in texts.iter().enumerate() {
        for (name, _) in &text.series {
            let key = (name.symbol.to_string(), name.interval.code().to_owned());
            let other = *by_series.entry(key).or_insert(number);
            let (a, b) = (root(&group_of, number), root(&group_of, other));
            group_of[a.max(b)] = a.min(b);
        }
    }
    let mut groups: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for number in 0..texts.len() {
        groups.entry(root(&group_of, number)).or_default().push(u32::try_from(number).unwrap_or(u32::MAX));
    }
    groups.into_values().collect()
}
