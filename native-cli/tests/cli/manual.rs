//! The commands `completions` and `man`.

use std::{fs, process::Command};

use crate::common::{Place, ran};

#[test]
fn each_shell_gets_a_script_that_knows_commands_and_flags() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = ran(&mut Place::new().command(&["completions", shell]));
        assert_eq!((script.status, script.stderr.as_str()), (0, ""), "{shell}");
        for word in ["render", "verify", "overlay", "max-gap"] {
            assert!(script.stdout.contains(word), "{shell} lacks {word}");
        }
    }
    let unknown = ran(&mut Place::new().command(&["completions", "tcsh"]));
    assert_eq!(unknown.status, 2);
    assert!(unknown.stderr.contains("tcsh") && unknown.stderr.contains("bash"), "{}", unknown.stderr);
}

#[test]
fn bash_completes_commands_and_their_flags() {
    let place = Place::new();
    place.write("script.bash", ran(&mut place.command(&["completions", "bash"])).stdout);
    let completed = |words: &str| {
        let ask = format!(
            "source script.bash; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             $(complete -p image-cache | sed 's/.*-F \\([^ ]*\\).*/\\1/') image-cache \"${{COMP_WORDS[-1]}}\" \
             \"${{COMP_WORDS[-2]}}\"; echo \"${{COMPREPLY[@]}}\""
        );
        let mut shell = Command::new("bash");
        let ran = ran(shell.args(["--norc", "-c", &ask]).current_dir(place.path("")));
        assert_eq!(ran.stderr, "", "{words}");
        ran.stdout.trim().to_owned()
    };
    assert_eq!(completed("image-cache ver"), "verify");
    assert_eq!(completed("image-cache render --sty"), "--style");
    assert_eq!(completed("image-cache draw --kind hei"), "heikin-ashi");
}

#[test]
fn man_has_a_page_for_the_program_and_for_each_command() {
    let place = Place::new();
    let written = ran(&mut place.command(&["man", "pages"]));
    assert_eq!((written.status, written.stdout.as_str(), written.stderr.as_str()), (0, "", ""));
    let page = |name: &str| fs::read_to_string(place.path("pages").join(name)).expect(name);
    assert!(page("image-cache.1").contains("A provable cache of candlestick pictures"));
    let render = page("image-cache-render.1");
    assert!(render.contains(".TH image-cache-render 1") && render.contains("overlay"), "{render}");
    for command in
        ["draw", "import", "export", "verify", "repair", "status", "plan", "merge", "styles", "doctor"]
    {
        assert!(page(&format!("image-cache-{command}.1")).len() > 500, "{command}");
    }
}

#[test]
fn they_work_beside_a_configuration_file_that_is_broken() {
    let place = Place::new();
    fs::write(place.path("image-cache.toml"), "style = ").expect("written");
    assert_eq!(ran(&mut place.command(&["completions", "bash"])).status, 0);
    assert_eq!(ran(&mut place.command(&["styles"])).status, 2);
}
