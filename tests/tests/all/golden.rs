//! The native renderer gives the committed hashes.

use std::{fmt::Write as _, fs, path::Path};

use render_core::{PICTURE_REVISION, Renderer, STYLE_VERSION, render};
use tests::{
    cases::cases,
    golden::{self, Difference, Golden},
};

#[test]
fn native_pictures_have_the_committed_hashes() {
    let committed = fs::read_to_string(golden::path()).expect("tests/ref/hashes.txt is readable");
    assert_eq!(golden::style_version(&committed), Some(STYLE_VERSION), "the hashes' style version");
    assert_eq!(golden::picture_revision(&committed), Some(PICTURE_REVISION), "the hashes' picture revision");
    let committed = golden::parse(&committed).expect("tests/ref/hashes.txt is well-formed");
    let cases = cases();
    let mut renderer = Renderer::new();
    let rendered: Vec<_> = cases.iter().map(|case| Golden::of(case, &mut renderer)).collect();

    let differences = golden::differences(&committed, &rendered);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
    fs::create_dir_all(&folder).expect("the folder of actual pictures can be made");
    let mut report = String::new();
    for difference in &differences {
        writeln!(report, "  {difference}").expect("a String takes every line");
        let name = match difference {
            Difference::Changed { new, .. } | Difference::Added(new) => &new.name,
            Difference::Removed(_) => continue,
        };
        let case = cases.iter().find(|case| case.name == *name);
        let case = case.expect("a rendered line has its case");
        let file = folder.join(format!("{name}.png"));
        fs::write(&file, render(&case.window(), &case.spec).as_bytes())
            .expect("an actual picture can be written");
        writeln!(report, "    actual: {}", file.display()).expect("a String takes every line");
    }
    assert!(
        differences.is_empty(),
        "{} of {} cases differ from tests/ref/hashes.txt:\n{report}\
         If that is meant, run `cargo xtask golden --update`.",
        differences.len(),
        cases.len(),
    );
}

#[test]
fn what_was_drawn_before_never_shows() {
    let cases = cases();
    let small = cases.iter().filter(|case| case.spec.width() <= 256);
    let mut renderer = Renderer::new();
    for case in small.rev() {
        let reused = renderer.render(&case.window(), &case.spec);
        let fresh = Renderer::new().render(&case.window(), &case.spec);
        assert!(reused == fresh, "{}", case.name);
    }
}
