//! Chromium's WebDriver, found on the path and ended by its owner.

use std::{
    env,
    io::{self, BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
};

use tests::browser::CHROMEDRIVER;

/// The path of the first of these programs that is there.
pub fn find(programs: &[&str]) -> PathBuf {
    let folders = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = env::split_paths(&folders).collect();
    let mut files =
        programs.iter().flat_map(|program| folders.iter().map(move |folder| folder.join(program)));
    files
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{} is missing: `cargo xtask test` installs it", programs[0]))
}

/// A chromedriver that waits for a WebDriver client, until it is dropped.
pub struct Driver {
    port: u16,
    process: Child,
}

impl Driver {
    /// Starts chromedriver on a free port.
    pub fn start() -> io::Result<Self> {
        let mut command = Command::new(find(&CHROMEDRIVER));
        // Chromedriver chooses the port itself, so that no other program can take it first.
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut driver = Self { port: 0, process: command.spawn()? };
        let mut lines = BufReader::new(driver.process.stdout.take().expect("a pipe")).lines();
        while driver.port == 0 {
            let Some(line) = lines.next().transpose()? else {
                return Err(io::Error::other("chromedriver ended without naming its port"));
            };
            // "ChromeDriver was started successfully on port 41235."
            let port = line.rsplit_once(" started successfully on port ");
            driver.port = port.and_then(|(_, port)| port.trim_end_matches('.').parse().ok()).unwrap_or(0);
        }
        // Chromedriver would wait if nobody read what it prints later.
        thread::spawn(move || lines.for_each(drop));
        Ok(driver)
    }

    /// Where clients reach it.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_driver_listens_at_its_port_and_ends_with_its_owner() {
    let driver = Driver::start().expect("chromedriver starts");
    let address = driver.url().trim_start_matches("http://").to_owned();
    std::net::TcpStream::connect(&address).expect("it listens");
    drop(driver);
    assert!(std::net::TcpStream::connect(&address).is_err(), "it listens still");
}
