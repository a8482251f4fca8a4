//! Series of one's own by the library alone.

use std::{
    fs,
    sync::{Arc, atomic::AtomicBool},
};

use cache::{
    AuditRequest, AuditSummary, Depth, Error, Finding, Note, Notice, Observer, OwnError, OwnFiles, OwnPart,
    OwnSources, PictureCache, Plan, PlanRequest, RenderRequest, Run, SeriesFile, SpecFilter, VerifyOptions,
};
use market::Filter;
use render_core::{Spec, SpecOptions};
use store::{Disk, Root};
use tempfile::TempDir;

use crate::{NOW, PICTURES, filter, on_market};

/// The first end.
const FIRST: i64 = 1_675_191_600_000;
const HOUR: i64 = 3_600_000;

fn spec(series: &str) -> Arc<Spec> {
    let series = series.split_whitespace().map(|text| text.parse().expect(text)).collect();
    let options = SpecOptions { width: 32, height: 32, window: 5, series, ..SpecOptions::default() };
    Arc::new(Spec::new(options).expect("valid"))
}

/// Values of these hours after the first end, in a file of that name.
fn sources(folder: &TempDir, name: &str, hours: impl Iterator<Item = (i64, f64)>) -> Option<Arc<OwnSources>> {
    let rows: String = hours.map(|(hour, value)| format!("{},{value}\n", FIRST + hour * HOUR)).collect();
    let path = folder.path().join(format!("{name}.csv"));
    fs::write(&path, format!("time,{name}\n{rows}")).expect("written");
    let file = SeriesFile { drawing: name.parse().expect("a name"), path, may_be_idle: false };
    let files = OwnFiles { series: vec![file], ..OwnFiles::default() };
    Some(Arc::new(OwnSources::read(&files, &AtomicBool::new(false)).expect("values")))
}

fn usual() -> impl Iterator<Item = (i64, f64)> {
    (-5..10).map(|hour| (hour, 100.0 + hour as f64))
}

fn cache(folder: &TempDir) -> PictureCache<'static> {
    crate::cache(&folder.path().join("index.sqlite"), Root::Folder(folder.path().join("root")), &Disk)
}

/// What a run tells of what is not as one would expect.
#[derive(Default)]
struct Told {
    not_given: Vec<OwnPart>,
    findings: Vec<Finding>,
    notes: Vec<Note>,
}

impl Observer for Told {
    fn notice(&mut self, notice: Notice<'_>) {
        match notice {
            Notice::NotGiven(part) => self.not_given.push(part.clone()),
            Notice::Found { finding, .. } => self.findings.push(finding.clone()),
            Notice::Note(note) => self.notes.push(note.clone()),
            _ => {}
        }
    }
}

fn render(folder: &TempDir, spec: &Arc<Spec>, own: Option<Arc<OwnSources>>) -> Result<Told, Error> {
    let request = RenderRequest { filter: filter(), own, ..RenderRequest::new(Arc::clone(spec)) };
    let (cancel, mut told) = (Arc::default(), Told::default());
    let mut run = Run { now: NOW, cancel: &cancel, observer: &mut told };
    let summary = on_market(&cancel, |market| cache(folder).render(market, &request, &mut run))?;
    assert!(summary.is_well() && summary.failure.is_none());
    Ok(told)
}

fn verify(folder: &TempDir, own: Option<Arc<OwnSources>>) -> Result<(AuditSummary, Told), Error> {
    let request =
        AuditRequest { filter: Filter::default(), specs: SpecFilter::default(), depth: Depth::Rerender, own };
    let (cancel, mut told) = (Arc::default(), Told::default());
    let mut run = Run { now: NOW, cancel: &cancel, observer: &mut told };
    let options = VerifyOptions { subset: None, record: true };
    let summary =
        on_market(&cancel, |market| cache(folder).verify(Some(market), &request, &options, &mut run))?;
    Ok((summary, told))
}

#[test]
fn a_spec_is_judged_with_its_own_series_and_no_other() {
    let folder = TempDir::new().expect("a folder");
    let (a, both) = (spec("a"), spec("a:step b"));
    let given = sources(&folder, "a", usual());
    render(&folder, &a, given.clone()).expect("rendered");
    render(&folder, &spec(""), None).expect("rendered");
    assert!(matches!(
        render(&folder, &both, given.clone()),
        Err(Error::OwnNotGiven { part: OwnPart::Series(name) }) if name == "b"
    ));
    let (summary, told) = verify(&folder, given).expect("verified");
    assert!(summary.is_clean() && told.findings.is_empty() && summary.not_given.is_empty());

    let (summary, told) = verify(&folder, None).expect("verified");
    assert!(summary.is_clean() && told.findings.is_empty());
    assert_eq!(told.not_given, [OwnPart::Series("a".to_owned())]);
    assert_eq!((summary.not_given(), summary.sum(|it| it.unchanged)), (PICTURES as u64, PICTURES as u64));
    let other = verify(&folder, sources(&folder, "c", usual()));
    assert!(matches!(other, Err(Error::OwnNotDrawn { .. })));
}

#[test]
fn the_hash_of_a_plan_holds_the_values_up_to_the_last_end() {
    let folder = TempDir::new().expect("a folder");
    let (spec, cancel) = (spec("a"), Arc::default());
    let hash = |own: Option<Arc<OwnSources>>| {
        let run = Run { now: NOW, cancel: &cancel, observer: &mut () };
        let request =
            PlanRequest { spec: &spec, own: own.as_deref(), filter: &filter(), max_gap: None, sample: true };
        on_market(&cancel, |market| Plan::new(market, &request, &run)).map(|plan| plan.hash)
    };
    let first = hash(sources(&folder, "a", usual())).expect("a plan");
    assert_eq!(hash(sources(&folder, "a", usual().chain([(10, 1.0)]))).expect("a plan"), first);
    assert_ne!(hash(sources(&folder, "a", usual().chain([(-6, 1.0)]))).expect("a plan"), first);
    assert_ne!(hash(sources(&folder, "a", usual().skip(1))).expect("a plan"), first);
    assert!(matches!(hash(None), Err(Error::OwnNotGiven { .. })));
}

#[test]
fn a_file_of_other_times_is_told_and_a_step_before_them_is_not() {
    let folder = TempDir::new().expect("a folder");
    let before = || sources(&folder, "a", [(-900, 1.0)].into_iter());
    let told = render(&folder, &spec("a"), before()).expect("rendered");
    assert!(matches!(&told.notes[..], [Note::OwnOutside(OwnPart::Series(name), _)] if name == "a"));
    assert!(render(&folder, &spec("a:step"), before()).expect("rendered").notes.is_empty());
}

#[test]
fn texts_of_marks_lose_their_quotes_and_rows_of_json_are_told_by_their_number() {
    let folder = TempDir::new().expect("a folder");
    let read = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("written");
        OwnSources::read(&OwnFiles { marks: vec![path], ..OwnFiles::default() }, &AtomicBool::new(false))
    };
    let options = SpecOptions { width: 32, height: 32, marks: true, ..SpecOptions::default() };
    let spec = Spec::new(options).expect("valid");
    let texts = |own: OwnSources| -> Vec<String> {
        let own = own.of_series(&spec, "X", "1h").expect("read").expect("drawn");
        own.own().marks().iter().map(|mark| mark.text.clone()).collect()
    };
    let csv = "time,kind,text\n2023-01-01,text,\"hello, world\"\n2023-01-02,TEXT,\"say \"\"x\"\"\"\n";
    assert_eq!(texts(read("a.csv", csv).expect("marks")), ["hello, world", "say \"x\""]);
    let json =
        r#"[{"time":"2023-01-01","kind":"text","text":"a"},{"time":"2023-01-02","kind":"box","text":"b"}]"#;
    let error = read("a.json", json).expect_err("no box").to_string();
    assert!(error.contains("a.json: element 2: a box needs a price"), "{error}");
    let json = json.replace("box", "text");
    assert_eq!(texts(read("a.json", &json).expect("marks")), ["a", "b"]);
}

#[test]
fn a_band_takes_two_columns_whatever_else_the_file_has() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("f.csv");
    fs::write(&path, "time,F_Lower,f,F_upper\n2023-01-31,1,2,3\n2023-02-01,1,,3\n").expect("written");
    let file = SeriesFile { drawing: "f".parse().expect("a name"), path, may_be_idle: false };
    let read = |file| {
        OwnSources::read(&OwnFiles { series: vec![file], ..OwnFiles::default() }, &AtomicBool::new(false))
    };
    let own = read(file.clone()).expect("values");
    let values = |how: &str| {
        let spec = spec(how);
        let own = own.of_series(&spec, "X", "1h").expect("columns").expect("drawn");
        own.own().series("f").expect("a series").values().iter().map(|it| it.value).collect::<Vec<_>>()
    };
    assert_eq!(values("f:band"), [Some((1.0, 3.0)), Some((1.0, 3.0))]);
    assert_eq!(values("f"), [Some((2.0, 2.0)), None]);
    let other = read(SeriesFile { drawing: "g".parse().expect("a name"), ..file }).expect("a table");
    for how in ["g", "g:band"] {
        let error = other.of_series(&spec(how), "X", "1h").expect_err("no column");
        assert!(matches!(error, Error::Own(OwnError::Columns { .. })), "{error}");
        assert!(error.to_string().contains("it has F_Lower, f, F_upper"), "{error}");
    }
}
