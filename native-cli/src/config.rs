//! What a run is to do: flags, variables and the file, which `origin.rs` reads, and then the defaults.

mod base;
mod draw;
mod export;
mod file;
mod import;
mod origin;
mod own;
mod shard;
mod spec;
mod styles;

use std::{path::PathBuf, sync::Arc};

use cache::{AuditRequest, Depth, OwnFiles, RenderRequest, RepairOptions, SpecFilter, VerifyOptions};
use render_core::{KNOBS, Knob, Spec};

use crate::{
    args::{
        CheckArgs, DoctorArgs, OWN_KNOBS, OwnArgs, RenderArgs, RepairArgs, SpecArgs, StatusArgs, StylesArgs,
        VerifyArgs,
    },
    error::Error,
    value::Format,
};

pub use base::{Base, Output};
use base::{SAMPLE_STRIDE, settle};
pub use draw::{DrawSettings, Place, draw_settings};
pub use export::{ExportSettings, export_settings};
pub use import::import_settings;
use origin::Rank;
pub use origin::{Origins, read};
pub use shard::{MergeSettings, PlanSettings, merge_settings, plan_settings};
pub use styles::Styles;

/// Everything that decides what a run of `render` does.
#[derive(Debug)]
pub struct RenderSettings {
    pub base: Base,
    pub request: RenderRequest,
    /// Files of series of one's own and of marks.
    pub own: OwnFiles,
    pub max_seconds: Option<u64>,
    /// The configuration file that was read.
    pub config: PathBuf,
}

/// Everything that decides what `verify` or `repair` does.
#[derive(Debug)]
pub struct AuditSettings {
    pub base: Base,
    pub request: AuditRequest,
    /// Files of series of one's own and of marks.
    pub own: OwnFiles,
    pub task: Audit,
    pub max_seconds: Option<u64>,
}

/// What is done about findings.
#[derive(Debug, Clone)]
pub enum Audit {
    Verify { options: VerifyOptions, files_only: bool },
    Repair(RepairOptions),
}

/// Everything that decides what `styles` does.
#[derive(Debug)]
pub struct StylesSettings {
    pub styles: Styles,
    /// How a picture looks, with the style that is used unless told otherwise.
    pub spec: Spec,
    pub preview: Option<PathBuf>,
    pub format: Format,
}

/// Settles everything that the command line of `render` left open.
pub fn render_settings(args: RenderArgs, origins: &Origins) -> Result<RenderSettings, Error> {
    let RenderArgs { base, geometry, gap, shard, limit, dry, spec, own, written } = args;
    let spec = Arc::new(spec::settle(&spec, Some(&own), origins)?);
    let mut base = settle(base, origins, SAMPLE_STRIDE)?;
    let (filter, dry_run) = (base.filter.clone(), dry.dry_run.unwrap_or(false));
    let max_gap = gap.max_gap;
    let mut request = RenderRequest { filter, max_gap, dry_run, geometry, ..RenderRequest::new(spec) };
    shard::settle(shard, origins, &mut base, &mut request)?;
    let config = origins.file.path.clone();
    let own = own::settle(own, &written, origins);
    Ok(RenderSettings { base, request, own, max_seconds: limit.max_seconds, config })
}

/// Settles everything that the command line of `verify` left open.
pub fn verify_settings(args: VerifyArgs, origins: &Origins) -> Result<AuditSettings, Error> {
    let VerifyArgs { check, subset, no_record, files_only, base, limit, spec, own, written } = args;
    let files_only = files_only.unwrap_or(false);
    let depth = depth(&check, origins)?;
    if depth == Depth::Rerender && files_only {
        return Err(Error::usage(
            "files-only and rerender contradict each other: pictures are rendered from a market database",
        ));
    }
    let options = VerifyOptions { subset, record: !no_record.unwrap_or(false) };
    let (specs, _) = specs(&spec, Some(&own), origins)?;
    let base = settle(base, origins, 1)?;
    let request = AuditRequest { filter: base.filter.clone(), specs, depth, own: None };
    let own = own::settle(own, &written, origins);
    let task = Audit::Verify { options, files_only };
    Ok(AuditSettings { base, request, own, task, max_seconds: limit.max_seconds })
}

/// Settles everything that the command line of `repair` left open.
pub fn repair_settings(args: RepairArgs, origins: &Origins) -> Result<AuditSettings, Error> {
    let RepairArgs { check, delete_orphans, rebuild_index, base, limit, dry, spec, own, written } = args;
    let dry_run = dry.dry_run.unwrap_or(false);
    if rebuild_index && (delete_orphans || dry_run) {
        let other = if dry_run { "--dry-run" } else { "--delete-orphans" };
        return Err(Error::Usage(format!(
            "--rebuild-index and {other} do not go together; rebuild first, and see what is left"
        )));
    }
    let depth = depth(&check, origins)?;
    let (specs, told) = specs(&spec, Some(&own), origins)?;
    let base = settle(base, origins, 1)?;
    let request = AuditRequest { filter: base.filter.clone(), specs, depth, own: None };
    let own = own::settle(own, &written, origins);
    let rebuild_index = rebuild_index.then(|| Box::new(told));
    let task = Audit::Repair(RepairOptions { dry_run, delete_orphans, rebuild_index });
    Ok(AuditSettings { base, request, own, task, max_seconds: limit.max_seconds })
}

/// Settles everything that the command line of `status` left open.
pub fn status_settings(args: StatusArgs, origins: &Origins) -> Result<(Base, SpecFilter), Error> {
    let (specs, _) = specs(&args.spec, None, origins)?;
    // What is not rendered yet is counted by what `render` would make.
    Ok((settle(args.base, origins, SAMPLE_STRIDE)?, specs))
}

/// Settles everything that the command line of `doctor` left open, as other commands do, and the configuration file
/// where there is one.
pub fn doctor_settings(args: DoctorArgs, origins: &Origins) -> Result<(Base, Option<PathBuf>), Error> {
    spec::settle(&args.spec, None, origins)?;
    let file = Some(origins.file.path.clone()).filter(|path| path.exists());
    Ok((settle(args.base, origins, 1)?, file))
}

/// Which specs of an index a command is about, and the one that all settings make together.
///
/// It is about all of them, unless flags or variables say how pictures look. The configuration file's
/// keys say what is rendered next, not what a cache holds, so they leave nothing out.
fn specs(args: &SpecArgs, own: Option<&OwnArgs>, origins: &Origins) -> Result<(SpecFilter, Spec), Error> {
    let spec = spec::settle(args, own, origins)?;
    // A preset says something of every knob.
    // Files of series and marks serve all specs that draw them.
    let is_own = |knob: &Knob| OWN_KNOBS.contains(&knob.name);
    let given = |knob: &&Knob| {
        !is_own(knob) && ["preset", knob.name].iter().any(|key| origins.rank(key) > Rank::File)
    };
    let fields = KNOBS.iter().filter(given).flat_map(|knob| knob.fields).copied();
    Ok((SpecFilter::like(&spec, fields), spec))
}

/// How closely files are looked at.
fn depth(check: &CheckArgs, origins: &Origins) -> Result<Depth, Error> {
    let [quick, rerender] = [check.quick, check.rerender].map(Option::unwrap_or_default);
    match (quick, rerender) {
        (false, false) => Ok(Depth::Hash),
        (true, false) => Ok(Depth::Quick),
        (false, true) => Ok(Depth::Rerender),
        // A flag beats what the file says.
        (true, true) if origins.rank("quick") > origins.rank("rerender") => Ok(Depth::Quick),
        (true, true) if origins.rank("rerender") > origins.rank("quick") => Ok(Depth::Rerender),
        (true, true) => Err(Error::usage("quick and rerender are two depths; give one of them")),
    }
}

/// Settles everything that the command line of `serve` left open: the port, and what is served.
#[cfg(feature = "serve")]
pub fn serve_settings(args: crate::args::ServeArgs, origins: &Origins) -> Result<(u16, Base), Error> {
    Ok((args.port, settle(args.base, origins, 1)?))
}

/// Settles everything that the command line of `styles` left open.
pub fn styles_settings(args: StylesArgs, origins: &Origins) -> Result<StylesSettings, Error> {
    let StylesArgs { preview, spec, common } = args;
    let spec = spec::settle(&spec, None, origins)?;
    let (styles, format) = (Styles::of(&origins.file)?, common.format.unwrap_or_default());
    Ok(StylesSettings { styles, spec, preview, format })
}

/// Settles what a configuration file of this text says, as `render` would; for fuzzing.
pub fn check_text(text: &str) {
    let command = crate::args::command();
    let file = file::File::parse(PathBuf::from("image-cache.toml"), text.to_owned(), &command);
    let read = file.and_then(|file| origin::read_over(file, command, ["image-cache", "render"]));
    if let Ok((crate::args::Command::Render(args), origins)) = read {
        let _ = render_settings(args, &origins);
    }
}
