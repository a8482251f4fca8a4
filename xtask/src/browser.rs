//! Real browsers, headless: found, else installed as Debian's packages, and started.

use std::{
    path::{Path, PathBuf},
    process::{Child, Stdio},
};

use anyhow::{Context, Result};
use tests::browser::{CHROMIUM, CHROMIUM_FLAGS};

use crate::{process::command, setup::find_or_install};

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
            Self::Chromium => (&CHROMIUM, "chromium"),
            Self::Firefox => (&["firefox-esr", "firefox"], "firefox-esr"),
        }
    }

    /// Finds or installs it.
    pub fn find(self) -> Result<Browser> {
        let (programs, package) = self.names();
        let (program, version) = find_or_install(programs, package, "the page's module runs in it")?;
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
