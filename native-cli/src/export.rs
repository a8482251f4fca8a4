//! `export`: pictures with labels that know nothing of the future, in the form that loaders read.

mod describe;
mod form;
mod label;
mod make;
mod place;
mod plan;
mod split;
mod stretch;

use std::{io::Write, path::Path, sync::Arc};

use market::{Market, Series};
use render_core::ColorType;
use store::{Files, Store};

use crate::{
    advice,
    args::Form,
    config::ExportSettings,
    console::Console,
    error::Error,
    index::{self, Reader},
    interrupt::Interrupt,
    render::Ending,
};

use describe::Report;
pub use form::check as check_form;
pub use label::{Labelling, Rule};
use place::Place;
use plan::{Counts, Plan};
pub use split::Splits;

/// Does what `settings` say, at the time `now`; says on `stderr` what goes wrong.
pub fn run(
    settings: &ExportSettings,
    now: i64,
    files: &dyn Files,
    interrupt: &Interrupt,
    stderr: Box<dyn Write>,
) -> Result<Ending, Error> {
    let base = &settings.base;
    check_outside(settings, &place::check(&settings.to)?)?;
    let market = Market::of(&base.source)?.cancel_by(interrupt.flag().clone());
    let series = series(&market, settings)?;
    let cache = if settings.render { None } else { Some(cache(settings, files, interrupt)?) };
    let mut console = Console::new(base.output, stderr);
    if settings.form == Form::Webdataset && settings.spec.options().color == ColorType::Indexed {
        console.warn(
            "these are palette pictures: webdataset's own loader decodes them to RGB, but Hugging Face's hands them on as they are, to be converted",
        );
    }
    let report = Report::new(settings, console);
    let Some(plan) = plan::make(settings, &market, series, now, interrupt)? else {
        return Err(Error::Interrupted);
    };
    drop(market);
    check(settings, &plan, &plan.counts)?;
    let cache = cache.as_ref().map(|(store, reader)| (&**store, reader));
    report.console().expect(plan.counts.pictures(), 0);
    if settings.dry_run {
        let counts = match cache {
            None => Some(plan.counts.clone()),
            // Whether the cache's pictures are what they should be is only known once they are read.
            cache => make::make(settings, &plan, cache, interrupt, &mut form::Nowhere, report.console())?,
        };
        let counts = counts.ok_or(Error::Interrupted)?;
        check(settings, &plan, &counts)?;
        return report.finish(&plan, &counts).map(|()| Ending::Done);
    }
    let place = Place::begin(&settings.to)?;
    let mut form = form::start(settings, &plan, place.folder())?;
    let Some(counts) = make::make(settings, &plan, cache, interrupt, &mut *form, report.console())? else {
        return Err(Error::Interrupted);
    };
    check(settings, &plan, &counts)?;
    form.finish()?;
    describe::write(settings, &plan, &counts, place.folder())?;
    place.finish()?;
    report.finish(&plan, &counts).map(|()| Ending::Done)
}

/// All series that are asked for; a data set that silently lacks one would be worth nothing.
fn series(market: &Market, settings: &ExportSettings) -> Result<Vec<Arc<Series>>, Error> {
    let listed = market.series(&settings.base.filter)?;
    let usable = listed.into_iter().map(|listed| {
        listed.series.map_err(|why| plan::refused(&listed.symbol, &listed.interval, &advice::series(&why)))
    });
    let mut series: Vec<Arc<Series>> = usable.collect::<Result<_, _>>()?;
    // As the names of pictures sort, so that those in a shard are sorted.
    let key = |series: &Series| form::key(&format!("{}_{}_", series.symbol, series.interval.code()));
    series.sort_by_key(|series| key(series));
    if let Some(twins) = series.windows(2).find(|pair| key(&pair[0]) == key(&pair[1])) {
        let [a, b] = [&twins[0], &twins[1]].map(|one| format!("{} {}", one.symbol, one.interval.code()));
        return Err(Error::NoSuchSeries(format!(
            "pictures of series {a} and {b} would have the same names in a data set; export them one by one, by --symbol and --interval"
        )));
    }
    Ok(series)
}

/// Where the pictures are, and what the index says of them.
fn cache<'a>(
    settings: &ExportSettings,
    files: &'a dyn Files,
    interrupt: &Interrupt,
) -> Result<(Box<dyn Store + 'a>, Reader), Error> {
    let file = index::follow(&settings.base.index)?;
    let reader = Reader::open(&file)?;
    Ok((index::open_store(&settings.base.root, files, interrupt)?, reader))
}

/// A data set among the cache's pictures would be taken for orphans.
fn check_outside(settings: &ExportSettings, to: &Path) -> Result<(), Error> {
    match settings.base.root.folder().and_then(|root| root.canonicalize().ok()) {
        Some(root) if to.starts_with(&root) => Err(Error::file(
            &settings.to,
            format!("lies in the cache's root {}; export to a folder outside it", settings.base.root),
        )),
        _ => Ok(()),
    }
}

/// Refuses a data set that lacks a split or a class.
fn check(settings: &ExportSettings, plan: &Plan, counts: &Counts) -> Result<(), Error> {
    let why: Vec<String> = counts.left_out.reasons().map(|(count, why)| format!("{count} {why}")).collect();
    let why = if why.is_empty() { "no end is selected".to_owned() } else { why.join("; ") };
    if counts.pictures() == 0 {
        return Err(Error::NoSuchSeries(format!("there is nothing to export: {why}")));
    }
    let classes = settings.classes();
    for (split, members) in plan.splits.iter().zip(&counts.splits) {
        let name = &split.name;
        if members.pictures == 0 {
            return Err(Error::NoSuchSeries(format!("split {name} has no picture: {why}")));
        }
        if let Some((class, _)) = classes.iter().zip(&members.classes).find(|(_, members)| **members == 0) {
            return Err(Error::NoSuchSeries(format!(
                "split {name} has no picture of class {class}, so a loader that numbers the classes it finds would number them differently there; choose other splits, thresholds or more data"
            )));
        }
    }
    Ok(())
}
