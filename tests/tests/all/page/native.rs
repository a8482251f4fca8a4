//! The command line, for comparison with the page.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use render_core::Digest;

use super::target_dir;

/// The program, with its server: what `PROGRAM_WITH_PAGE` names, or built here.
pub static BINARY: LazyLock<PathBuf> = LazyLock::new(|| {
    if let Some(program) = env::var_os("PROGRAM_WITH_PAGE") {
        return program.into();
    }
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--package", "image-cache", "--features", "serve,parquet"]);
    // The user's own choice of a target would move the binary to another folder.
    let built = build.current_dir(tests::root()).env_remove("CARGO_BUILD_TARGET").status();
    assert!(built.expect("cargo runs").success(), "the command line builds");
    target_dir().join("debug/image-cache")
});

/// A file that a command wrote.
pub struct Written {
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Written {
    pub fn sha256(&self) -> String {
        Digest::of(&self.bytes).to_string()
    }

    /// The digest of its pixels, as another decoder sees them.
    pub fn pixel_sha256(&self) -> String {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(&self.bytes));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().expect("a PNG");
        let mut rgb = vec![0; reader.output_buffer_size().expect("a small picture")];
        reader.next_frame(&mut rgb).expect("whole rows");
        Digest::of(&rgb).to_string()
    }
}

/// Runs the command that the page shows, in `folder`, and returns the one picture that it wrote.
pub fn obey(command: &str, folder: &Path) -> Written {
    let words = command.strip_prefix("image-cache ").expect("the command's name").split(' ');
    // A shell's own way to write nothing.
    let words = words.map(|word| if word == "''" { "" } else { word });
    let output = Command::new(&*BINARY).args(words).current_dir(folder).output().expect("it runs");
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    written(command, folder)
}

/// Runs the commands that the page shows of a file, each on a line, as a shell does, and returns the one picture.
pub fn obey_all(commands: &str, folder: &Path) -> Written {
    for command in commands.lines() {
        let words = command.strip_prefix("image-cache ").expect("the command's name");
        let shell = Command::new("sh")
            .args(["-c", &format!("\"$0\" {words}")])
            .arg(&*BINARY)
            .current_dir(folder)
            .output();
        let output = shell.expect("it runs");
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }
    written(commands, folder)
}

/// The one picture that a command wrote.
pub fn written(command: &str, folder: &Path) -> Written {
    let mut files = Vec::new();
    find(folder, &mut files);
    let [file] = &files[..] else { panic!("{command}: {} pictures", files.len()) };
    let name = file.file_name().expect("a name").to_string_lossy().into_owned();
    Written { name, bytes: fs::read(file).expect("a file") }
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "png") {
            files.push(path);
        }
    }
}
