//! Real browsers, headless: found, else installed as Debian's packages, and started.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{
    process::{command, output},
    setup::install_packages,
};

/// What Chromium is started with. Whoever may install packages is root, whom
/// its sandbox refuses; and nothing but the page is to reach for the network.
pub const CHROMIUM_FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A profile's settings under which Firefox opens no page of its own and asks nobody anything.
const FIREFOX_SETTINGS: &str = r#"
user_pref("app.normandy.enabled", false);
user_pref("app.update.enabled", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,");
user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
"#;

/// The engines that a page meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Blink and V8.
    Chromium,
    /// Gecko and SpiderMonkey.
    Firefox,
}

impl Engine {
    /// Program names, and Debian's package.
    const fn names(self) -> (&'static [&'static str], &'static str) {
        match self {
            Self::Chromium => (&["chromium", "chromium-browser", "google-chrome"], "chromium"),
            Self::Firefox => (&["firefox-esr", "firefox"], "firefox-esr"),
        }
    }

    /// Finds or installs it.
    pub fn find(self) -> Result<Browser> {
        let (programs, package) = self.names();
        let (program, version) = find_or_install(programs, package)?;
        Ok(Browser { engine: self, program, version })
    }
}

/// A browser that is there.
#[derive(Debug)]
pub struct Browser {
    engine: Engine,
    /// Its program.
    pub program: PathBuf,
    /// Its name and version, in its own words.
    pub version: String,
}

impl Browser {
    /// Opens a page, without a window, until the answer is dropped. `profile`
    /// is a folder for this browser alone, made where it is absent.
    pub fn open(&self, url: &str, profile: &Path) -> Result<Running> {
        let shown = || format!("cannot start {}", self.program.display());
        std::fs::create_dir_all(profile).with_context(shown)?;
        let mut browser = command(&self.program, "");
        match self.engine {
            Engine::Chromium => {
                browser.args(CHROMIUM_FLAGS).arg(format!("--user-data-dir={}", profile.display()));
            }
            Engine::Firefox => {
                std::fs::write(profile.join("user.js"), FIREFOX_SETTINGS).with_context(shown)?;
                browser.args(["--headless", "--no-remote", "--profile"]).arg(profile);
            }
        }
        // They talk of sound cards and buses that a server has not.
        browser.arg(url).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(Running(browser.spawn().with_context(shown)?))
    }
}

/// A program that is ended when this is dropped.
#[derive(Debug)]
pub struct Running(Child);

impl Running {
    /// Whether it has not ended by itself.
    pub fn is_running(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A chromedriver that waits for a WebDriver client, until it is dropped.
#[derive(Debug)]
#[allow(dead_code, reason = "only the page's tests start it")]
pub struct Driver {
    port: u16,
    _program: Running,
}

#[allow(dead_code, reason = "only the page's tests start it")]
impl Driver {
    /// Finds or installs chromedriver and starts it on a free port.
    pub fn start() -> Result<Self> {
        let (program, _) = find_or_install(&["chromedriver"], "chromium-driver")?;
        let shown = program.display().to_string();
        // It chooses the port itself, so nobody can take it in between.
        let mut driver = command(&program, "--port=0");
        let mut child = driver
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {shown}"))?;
        let stdout = child.stdout.take();
        let program = Running(child);
        let mut lines = BufReader::new(stdout.context("no stdout")?).lines();
        // "ChromeDriver was started successfully on port 41235."
        let port = loop {
            let Some(line) = lines.next().transpose()? else {
                bail!("{shown} ended without naming its port");
            };
            let port = line
                .rsplit_once(" started successfully on port ")
                .map(|(_, port)| port.trim_end_matches('.').parse());
            if let Some(Ok(port)) = port {
                break port;
            }
        };
        // What it prints later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { port, _program: program })
    }

    /// Where clients reach it.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// The first of `programs` that runs, and what it says of its version, where
/// need be after `package` was installed.
pub fn find_or_install(programs: &[&str], package: &str) -> Result<(PathBuf, String)> {
    let find = || {
        programs.iter().find_map(|program| {
            let version = output(Command::new(program).arg("--version").stdin(Stdio::null())).ok()?;
            // Further lines say who wrote it.
            Some((PathBuf::from(program), version.lines().next().unwrap_or_default().to_owned()))
        })
    };
    if let Some(found) = find() {
        return Ok(found);
    }
    println!("there is no {}; installing Debian's package {package}", programs[0]);
    install_packages(package).with_context(|| {
        format!("{} is needed. Install it, on Debian as root with `apt-get install {package}`", programs[0])
    })?;
    find().with_context(|| format!("{package} is installed, and still {} does not run", programs[0]))
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn a_driver_listens_at_its_port_and_ends_with_its_owner() {
        let driver = Driver::start().expect("chromedriver is there or can be installed");
        let address = driver.url().trim_start_matches("http://").to_owned();
        TcpStream::connect(&address).expect("it listens");
        drop(driver);
        assert!(TcpStream::connect(&address).is_err(), "it listens still");
    }
}
