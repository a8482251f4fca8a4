//! The spec: flags, variables and the file over a preset over the defaults.

use std::fmt;

use render_core::{Axes, PriceRange, PriceScale, Spec, SpecOptions};

use super::{
    file::File,
    styles::{Named, Styles},
};
use crate::{
    args::{Rank, Ranks, SpecArgs, variable},
    error::Error,
    value::{Length, List, OrAuto, Percent},
};

/// Where each value comes from.
struct Origin<'a> {
    ranks: &'a Ranks,
    file: &'a File,
    preset: Option<&'a str>,
}

/// The spec that all of these make together.
pub fn settle(args: &SpecArgs, ranks: &Ranks, file: &File, styles: &Styles) -> Result<Spec, Error> {
    let keys = &file.keys;
    let window = args.window.or(keys.window).map(|Length(window)| window);
    let preset = args.preset.as_ref().or(keys.preset.as_ref()).map(String::as_str);
    let origin = Origin { ranks, file, preset };

    let mut options = match preset {
        None => SpecOptions::default(),
        Some(name) => SpecOptions::preset(name, window).map_err(|error| origin.refuse("preset", &error))?,
    };
    set(&mut options.window, window);
    if let Some(size) = args.size.or(keys.size) {
        (options.width, options.height) = (size.width, size.height);
    }
    let named = match &keys.style {
        Some(Named::Name(name)) => Some(name),
        _ => None,
    };
    if let Some(name) = args.style.as_ref().or(named) {
        options.style = styles.find(name).map_err(|error| {
            origin.refuse("style", &format_args!("{error}; `image-cache styles` lists all of them"))
        })?;
    }
    set(&mut options.kind, args.kind.or(keys.kind));
    set(&mut options.scale, args.scale.or(keys.scale));
    set(&mut options.range, args.range.or(keys.range));
    set(&mut options.padding, args.padding.or(keys.padding).map(OrAuto::get));
    set(&mut options.overlays, joined(args.overlay.as_deref(), keys.overlay.as_ref()));
    set(&mut options.indicators, joined(args.indicator.as_deref(), keys.indicator.as_ref()));
    set(&mut options.axes, args.axes.or(keys.axes));
    set_some(&mut options.price_labels, args.price_labels.or(keys.price_labels));
    set(&mut options.labels, args.labels.or(keys.labels).and_then(Percent::get));
    set(&mut options.title, args.title.or(keys.title));
    set(&mut options.last_price, args.last_price.or(keys.last_price));
    set(&mut options.utc_offset, args.utc_offset.or(keys.utc_offset).map(|offset| offset.0));
    set(&mut options.gaps, args.gaps.or(keys.gaps));
    set(&mut options.lines, args.lines.or(keys.lines));
    set(&mut options.volume, args.no_volume.or(keys.no_volume).map(|no_volume| !no_volume));
    set(&mut options.volume_share, args.volume_share.or(keys.volume_share).map(OrAuto::get));
    set(&mut options.grid, args.no_grid.or(keys.no_grid).map(|no_grid| !no_grid));
    set(&mut options.color, args.color.or(keys.color));

    origin.yield_or_contradict(&mut options)?;
    origin.check_scale(&options)?;
    origin.check_numbers(&options)?;
    Ok(Spec::new(options)?)
}

fn set<T>(knob: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *knob = given;
    }
}

fn set_some<T>(knob: &mut Option<T>, given: Option<T>) {
    set(knob, given.map(Some));
}

/// All lists of the command line one after the other, or that of the file.
fn joined<T: Clone>(flags: Option<&[List<T>]>, file: Option<&List<T>>) -> Option<Vec<T>> {
    let flags = flags.map(|lists| lists.iter().flat_map(|list| list.0.clone()).collect());
    flags.or_else(|| file.map(|list| list.0.clone()))
}

impl Origin<'_> {
    fn rank(&self, key: &str) -> Rank {
        match self.ranks.get(key) {
            Rank::Nowhere if self.file.has(key) => Rank::File,
            rank => rank,
        }
    }

    /// How the user calls the place where a value was given.
    fn name(&self, key: &str) -> String {
        match self.rank(key) {
            Rank::Flag => format!("--{key}"),
            Rank::Variable => variable(key),
            Rank::File => format!("{key} (line {} of {})", self.file.line(&[key]), self.file.path.display()),
            Rank::Nowhere => match self.preset {
                Some(preset) => format!("{key} of the preset {preset}"),
                None => format!("the default of {key}"),
            },
        }
    }

    /// An error about one value.
    fn refuse(&self, key: &str, why: &dyn fmt::Display) -> Error {
        match self.rank(key) {
            Rank::File => self.file.refuse(&[key], format!("{key}: {why}")),
            _ => Error::Usage(format!("{}: {why}", self.name(key))),
        }
    }

    /// Some settings mean nothing without another one. Where that other one is taken away in a
    /// place that beats theirs they give way, so that a preset can be varied; else it is a mistake.
    fn yield_or_contradict(&self, options: &mut SpecOptions) -> Result<(), Error> {
        let SpecOptions { axes, volume, title, last_price, volume_share, .. } = options;
        if *title && *axes != Axes::On {
            self.yields("title", "axes", "axes that are on", "--axes on")?;
            *title = false;
        }
        if *last_price && *axes == Axes::Bare {
            self.yields("last-price", "axes", "axes that are on or off, not bare", "--axes on")?;
            *last_price = false;
        }
        if volume_share.is_some() && !*volume {
            self.yields("volume-share", "no-volume", "a volume panel", "--no-volume=false")?;
            *volume_share = None;
        }
        Ok(())
    }

    /// Whether `key` gives way to `ground`, which it needs; else the error that says how to mend it.
    fn yields(&self, key: &str, ground: &str, need: &str, mend: &str) -> Result<(), Error> {
        if self.rank(key) < self.rank(ground) {
            return Ok(());
        }
        let (this, that) = (self.name(key), self.name(ground));
        Err(Error::Usage(format!(
            "{this} and {that} contradict each other: the former needs {need}; leave one of them out, or say {mend}"
        )))
    }

    /// Prices that a log scale does not have.
    fn check_scale(&self, options: &SpecOptions) -> Result<(), Error> {
        if options.scale != PriceScale::Log || options.range == PriceRange::Window {
            return Ok(());
        }
        let alone = SpecOptions { scale: options.scale, range: options.range, ..SpecOptions::default() };
        Spec::new(alone).map(drop).map_err(|error| {
            Error::Usage(format!(
                "{} and {} contradict each other: {error}",
                self.name("range"),
                self.name("scale")
            ))
        })
    }

    /// What the core refuses about one list alone, so that the error can name its place.
    fn check_numbers(&self, options: &SpecOptions) -> Result<(), Error> {
        let overlays = SpecOptions { overlays: options.overlays.clone(), ..SpecOptions::default() };
        let indicators = SpecOptions { indicators: options.indicators.clone(), ..SpecOptions::default() };
        for (key, alone) in [("overlay", overlays), ("indicator", indicators)] {
            Spec::new(alone).map_err(|error| self.refuse(key, &error))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use render_core::{PRESETS, Style};

    use super::*;
    use crate::args::{Cli, Command, PRESET_HELP};

    fn settled(flags: &[&str]) -> Result<SpecOptions, Error> {
        let cli = Cli::try_parse_from(["image-cache", "styles"].iter().chain(flags))?;
        let Command::Styles(args) = cli.command else { panic!("another command") };
        let spec = settle(&args.spec, &args.ranks, &File::default(), &Styles::default())?;
        Ok(spec.options().clone())
    }

    #[test]
    fn the_help_tells_the_truth_about_presets() {
        let names: Vec<&str> = PRESET_HELP.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, PRESETS);
        let plain = |options| SpecOptions { style: Style::default(), ..options };
        for (name, settings) in PRESET_HELP {
            let flags: Vec<&str> = settings.split(' ').collect();
            let preset = settled(&["--preset", name]).expect("a preset");
            assert_eq!(plain(preset), settled(&flags).expect("settings"), "{name}");
        }
        // A preset's own value can be put back to what is usual.
        let usual = ["--preset", "price-trends", "--padding", "auto", "--volume-share", "auto"];
        let usual = settled(&usual).expect("a preset");
        assert_eq!((usual.padding, usual.volume_share), (None, None));
        for (window, size, overlay) in [("5", "15x32", "sma:5"), ("60", "180x96", "sma:60")] {
            let preset = settled(&["--preset", "price-trends", "--window", window]).expect("a preset");
            let flags =
                ["--preset", "price-trends", "--window", window, "--size", size, "--overlay", overlay];
            assert_eq!(preset, settled(&flags).expect("settings"));
        }
    }

    #[test]
    fn flags_take_what_the_core_takes_and_no_more() {
        for (flag, least, most) in [("--padding", 0, 45), ("--labels", 25, 400), ("--volume-share", 5, 90)] {
            for good in [least, most] {
                assert!(settled(&[flag, &good.to_string()]).is_ok(), "{flag} {good}");
            }
            for bad in [least - 1, most + 1] {
                assert!(matches!(settled(&[flag, &bad.to_string()]), Err(Error::Args(_))), "{flag} {bad}");
            }
        }
        let core = |options| Spec::new(options).is_err();
        assert!(core(SpecOptions { padding: Some(46), ..SpecOptions::default() }));
        assert!(core(SpecOptions { labels: 24, ..SpecOptions::default() }));
        assert!(core(SpecOptions { labels: 401, ..SpecOptions::default() }));
        assert!(core(SpecOptions { volume_share: Some(4), ..SpecOptions::default() }));
        assert!(core(SpecOptions { volume_share: Some(91), ..SpecOptions::default() }));
    }

    #[test]
    fn every_name_that_help_lists_is_understood() {
        for (flag, names) in [
            ("--kind", "candle hollow ohlc line heikin-ashi area"),
            ("--scale", "linear log percent"),
            ("--axes", "on off bare"),
            ("--price-labels", "left right"),
            ("--gaps", "collapse slot"),
            ("--lines", "smooth crisp"),
            ("--color", "rgb indexed"),
        ] {
            for name in names.split(' ') {
                assert!(settled(&[flag, name]).is_ok(), "{flag} {name}");
            }
        }
    }
}
