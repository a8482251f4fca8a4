//! What a worker does with a unit: decides for each end, and renders what is not up to date.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender};
use render_core::{Digest, Renderer, Spec, Window, format_utc, input_digest, picture_path};

use crate::{
    commit::Staged,
    event::Event,
    feed::{End, Unit},
    interrupt::Interrupt,
    rows::{Content, Demotion, Known, Row, Status},
    store::{LastFolder, Store},
};

/// What all workers share.
pub struct Shop<'a> {
    pub spec: &'a Spec,
    pub store: &'a Store<'a>,
    pub interrupt: &'a Interrupt,
    pub dry_run: bool,
}

/// One thread's own.
struct Worker<'a> {
    shop: &'a Shop<'a>,
    events: &'a Sender<Event>,
    renderer: Renderer,
    folder: LastFolder,
}

/// Ends of a unit that need no event of their own.
#[derive(Default)]
struct Counts {
    unchanged: u64,
    missing: u64,
    forecast: u64,
}

/// Nobody wants the results any more: the run is ending with an error.
struct Unwanted;

/// Works until there are no more units, or nobody wants the results.
pub fn work(shop: &Shop<'_>, units: &Receiver<Unit>, events: &Sender<Event>) {
    let mut worker = Worker { shop, events, renderer: Renderer::new(), folder: LastFolder::default() };
    for unit in units {
        if worker.do_unit(&unit).is_err() {
            return;
        }
    }
}

impl Worker<'_> {
    fn tell(&self, event: Event) -> Result<(), Unwanted> {
        self.events.send(event).map_err(|_| Unwanted)
    }

    fn do_unit(&mut self, unit: &Unit) -> Result<(), Unwanted> {
        let mut counts = Counts::default();
        let mut known = unit.known.iter().peekable();
        for end in &unit.ends {
            if self.shop.interrupt.is_set() {
                break;
            }
            while known.next_if(|row| row.end < end.at).is_some() {}
            let known = known.next_if(|row| row.end == end.at);
            self.do_end(unit, end, known, &mut counts)?;
        }
        let number = unit.series.number;
        let Counts { unchanged: pictures, missing, forecast } = counts;
        if pictures + missing > 0 {
            self.tell(Event::Unchanged { number, pictures, missing })?;
        }
        if forecast > 0 {
            self.tell(Event::Forecast { number, pictures: forecast })?;
        }
        Ok(())
    }

    fn do_end(
        &mut self,
        unit: &Unit,
        end: &End,
        known: Option<&Known>,
        counts: &mut Counts,
    ) -> Result<(), Unwanted> {
        let Shop { spec, store, dry_run, .. } = *self.shop;
        let series = &unit.series;
        let number = series.number;
        let path = match picture_path(&series.symbol, &series.interval, end.at, spec) {
            Ok(path) => path,
            Err(error) => {
                return self.tell(Event::EndRefused { number, end: end.at, reason: error.to_string() });
            }
        };
        let window = match window(unit, end, spec) {
            Ok(window) => window,
            Err(reason) => {
                let told = known
                    .is_some_and(|row| row.status == Status::Missing && row.reason.as_ref() == Some(&reason));
                if told || dry_run {
                    counts.missing += 1;
                    return Ok(());
                }
                let content = Content::Missing { reason };
                return self.tell(Event::Missing(Row {
                    series: Arc::clone(series),
                    end: end.at,
                    path,
                    content,
                }));
            }
        };
        let input = input_digest(&window, spec);
        let fault = known.and_then(|row| fault(row, &input, || store.size(&path)));
        if known.is_some_and(|row| row.status == Status::Ok) && fault.is_none() {
            counts.unchanged += 1;
            return Ok(());
        }
        if dry_run {
            counts.forecast += 1;
            return Ok(());
        }
        let demotion = fault.map(|(status, reason)| Demotion {
            series: Arc::clone(series),
            end: end.at,
            status,
            reason,
        });
        // The folder comes first, so that an unwritable root costs no rendering.
        let staged = store.create_folder(&path, &mut self.folder).and_then(|()| {
            let png = self.renderer.render(&window, spec);
            let bytes = png.as_bytes();
            let temporary = store.stage(&path, bytes)?;
            Ok((temporary, Content::Picture { sha256: png.digest(), input, size: bytes.len() }))
        });
        self.tell(match staged {
            Ok((temporary, content)) => {
                let row = Row { series: Arc::clone(series), end: end.at, path, content };
                Event::Staged(Staged { row, temporary }, demotion)
            }
            Err(error) => Event::Failed { number, path, reason: error.to_string(), demotion },
        })
    }
}

/// What is wrong with a row that says `ok`, if anything.
fn fault(row: &Known, input: &Digest, size: impl FnOnce() -> Option<u64>) -> Option<(Status, &'static str)> {
    if row.status != Status::Ok {
        return None;
    }
    if row.input.as_ref() != Some(input) {
        return Some((Status::Stale, "its candles, spec or style version have changed"));
    }
    match size() {
        None => Some((Status::Corrupt, "its file is absent")),
        size if size != row.size => Some((Status::Corrupt, "its file has another size")),
        _ => None,
    }
}

/// The window of an end with its warm-up, or the reason why there is none.
///
/// At the beginning of a series the warm-up is as long as there are candles.
pub fn window<'a>(unit: &'a Unit, end: &End, spec: &Spec) -> Result<Window<'a>, String> {
    let length = spec.window() as usize;
    let last = end.candle.ok_or("gap: no candle at this end")?;
    let Some(drawn) = (last + 1).checked_sub(length) else {
        return Err(format!("short history: {} of {length} candles", last + 1));
    };
    let first = drawn.saturating_sub(spec.warmup() as usize);
    let next_fault = unit.faults.partition_point(|(position, _)| *position < first);
    if let Some((position, fault)) = unit.faults.get(next_fault).filter(|(position, _)| *position <= last) {
        let at = format_utc(unit.candles[*position].open_time);
        return Err(format!("invalid candle at {at}: {fault}"));
    }
    Window::new(&unit.series.symbol, &unit.series.interval, &unit.candles[first..=last], drawn - first)
        .map_err(|error| error.to_string())
}
