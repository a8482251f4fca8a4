//! The page's own module in real browsers, which fetch the cases from here and post their answer.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use tests::serve;

use super::{Host, Kit};
use crate::browser::{Browser, Engine};

/// No browser is that slow.
const LIMIT: Duration = Duration::from_secs(600);

pub fn chromium(kit: &Kit) -> Result<Host> {
    host(kit, Engine::Chromium)
}

pub fn firefox(kit: &Kit) -> Result<Host> {
    host(kit, Engine::Firefox)
}

fn host(kit: &Kit, engine: Engine) -> Result<Host> {
    let browser = engine.find()?;
    let folder = kit.wasm.page()?.to_owned();
    let profile = kit.folder.join(format!("profile-{engine:?}"));
    let version = browser.version.split(" built on").next().unwrap_or_default();
    let what = format!("{version}, headless, the page's module");
    Ok(Host { what, ask: Box::new(move |question| ask(&browser, &folder, &profile, question)) })
}

/// Serves the page, opens it in a browser that knows nothing yet, and waits for what it posts.
pub fn ask(browser: &Browser, folder: &Path, profile: &Path, question: &str) -> Result<String> {
    if profile.exists() {
        fs::remove_dir_all(profile).with_context(|| format!("cannot empty {}", profile.display()))?;
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let url = format!("http://{}/#{}", listener.local_addr()?, question.replace(' ', "%20"));
    let (sender, answers) = channel();
    let served = folder.to_owned();
    // It ends with the process; until then it only waits for connections that nobody makes.
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (sender, folder) = (sender.clone(), served.clone());
            thread::spawn(move || {
                let post = |target: &str, body: Vec<u8>| {
                    // Whoever asked may have given up.
                    let _ = sender.send((target.to_owned(), String::from_utf8_lossy(&body).into_owned()));
                };
                // A browser that goes away breaks its connections.
                let _ = stream.and_then(|stream| serve::answer(&stream, &folder, Some(&post)));
            });
        }
    });
    let mut running = browser.open(&url, profile)?;
    let begin = Instant::now();
    loop {
        match answers.recv_timeout(Duration::from_secs(1)) {
            Ok((target, answer)) if target == "/answer" => return Ok(answer),
            Ok((_, error)) => bail!("in the browser: {error}"),
            Err(RecvTimeoutError::Disconnected) => bail!("the server has ended"),
            Err(RecvTimeoutError::Timeout) if !running.is_running() => bail!("the browser has ended"),
            Err(RecvTimeoutError::Timeout) if begin.elapsed() > LIMIT => bail!("no answer in {LIMIT:?}"),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}
