//! The page in a real browser, and what its tests share.
//!
//! Each test has a browser of its own. Whatever it is about, in the end the
//! console must be free of errors, and nobody may have been asked but the page's
//! own server: what is not of this machine is sent to a proxy that only takes notes.

mod access;
mod candles;
mod client;
mod dataset;
mod driver;
mod forms;
mod input;
mod kept;
mod look;
mod native;
mod own;
mod proof;
mod screen;
mod served;
mod spec;
mod speed;

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpListener},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use client::Client;
use driver::{Driver, find};
use serde_json::{Value, json};
use tests::{
    browser::{CHROMIUM, CHROMIUM_FLAGS},
    serve,
};
use thirtyfour::{
    By, ChromeCapabilities, ChromiumLikeCapabilities, LoggingPrefsLogLevel, WebDriver, error::WebDriverResult,
};

/// After so long, what is waited for will not come. Nothing is measured by it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whom Chromium asks for its own sake, as far as no flag keeps it from that.
const THE_BROWSER_S_OWN: [&str; 3] = [".google.com", ".googleapis.com", ".gvt1.com"];

/// Whatever the page asked of other servers; those of the browser's maker count here, too.
const ASKED: &str = "performance.getEntriesByType('resource').map(one => one.name)
    .filter(name => !name.startsWith(location.origin + '/') && !/^(blob|data):/.test(name))";

/// An open page.
pub struct Page {
    pub driver: WebDriver,
    /// Where its server is, with a slash at the end.
    pub url: String,
    /// An empty folder.
    pub folder: tempfile::TempDir,
}

/// Runs a test on the page of `web/dist`.
pub fn on_page(test: impl AsyncFnOnce(&Page) -> WebDriverResult<()>) {
    let dist = tests::dist();
    assert!(dist.join("index.html").is_file(), "web/dist is missing: run `cargo xtask web` first");
    let listener = serve::listen(0).expect("a free port");
    let url = format!("http://{}/", listener.local_addr().expect("it listens"));
    thread::spawn(move || serve::run(&listener, &dist));
    on(url, test);
}

/// Runs a test on the page of a server.
pub fn on(url: String, test: impl AsyncFnOnce(&Page) -> WebDriverResult<()>) {
    // On a busy machine it may fail to start once.
    let started = Driver::start().or_else(|_| Driver::start());
    let chromedriver = started.expect("chromedriver starts");
    let (proxy, asked) = proxy();
    let mut wishes = ChromeCapabilities::new();
    let chromium = find(&CHROMIUM);
    wishes.set_binary(chromium.to_str().expect("a plain path")).expect("a path");
    let flags = CHROMIUM_FLAGS.map(str::to_owned);
    let more = ["--window-size=1440,900".to_owned(), format!("--proxy-server=http://127.0.0.1:{proxy}")];
    for flag in flags.iter().chain(&more) {
        wishes.add_arg(flag).expect("a flag");
    }
    wishes.set_browser_log_level(LoggingPrefsLogLevel::All).expect("a level");

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let driver =
        runtime.block_on(WebDriver::builder(chromedriver.url(), wishes).client(Client::new()).connect());
    let driver = driver.expect("a session");
    let folder = tempfile::tempdir().expect("a folder");
    let page = Page { driver: driver.clone(), url, folder };
    // Whatever happens, the browser is closed.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            test(&page).await?;
            page.eval(ASKED).await
        })
    }));
    let log = runtime.block_on(driver.browser_log());
    runtime.block_on(driver.quit()).expect("the session ends");
    let elsewhere =
        outcome.unwrap_or_else(|panic| resume_unwind(panic)).expect("the page does as it is told");
    assert_eq!(elsewhere, json!([]), "the page asked another server");
    let log = log.expect("a log");
    let errors: Vec<_> = log.iter().filter(|entry| entry.level == "SEVERE").collect();
    assert!(errors.is_empty(), "the console has errors: {errors:?}");
    let asked = asked.lock().expect("no panic");
    let own = |line: &String| THE_BROWSER_S_OWN.iter().any(|host| line.contains(host));
    let strange: Vec<_> = asked.iter().filter(|line| !own(line)).collect();
    assert!(strange.is_empty(), "somebody outside of this machine was asked: {strange:?}");
}

impl Page {
    /// Opens the page with `state` behind the `#`, anew, and waits until it is ready.
    pub async fn open(&self, state: &str) -> WebDriverResult<()> {
        // The same address with another state would not load the page anew.
        self.driver.goto("about:blank").await?;
        self.driver.goto(format!("{}#{state}", self.url)).await?;
        self.wait("'ready' in document.documentElement.dataset").await
    }

    /// Opens the page with the sample, and waits for its picture.
    pub async fn open_sample(&self, state: &str) -> WebDriverResult<()> {
        self.open(&format!("data=sample&{state}")).await?;
        self.settle().await
    }

    /// Waits for the picture that the page shows in the end, and its digests.
    pub async fn settle(&self) -> WebDriverResult<()> {
        self.wait("document.getElementById('pixel-sha256').textContent.length === 64").await
    }

    /// The value of a JavaScript expression.
    pub async fn eval(&self, expression: &str) -> WebDriverResult<Value> {
        let value = self.driver.execute(format!("return ({expression})"), Vec::new()).await?;
        Ok(value.json().clone())
    }

    /// The text of the element of that id.
    pub async fn text(&self, id: &str) -> WebDriverResult<String> {
        let text = self.eval(&format!("document.getElementById({id:?}).textContent.trim()")).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// The value of the field of that id.
    pub async fn value(&self, id: &str) -> WebDriverResult<String> {
        let value = self.eval(&format!("document.getElementById({id:?}).value")).await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until an expression is true.
    pub async fn wait(&self, expression: &str) -> WebDriverResult<()> {
        let start = Instant::now();
        while self.eval(expression).await? != json!(true) {
            if start.elapsed() > PATIENCE {
                let messages = self.eval("document.getElementById('messages')?.textContent").await?;
                panic!("never came true: {expression}; the page says {messages}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    pub async fn click(&self, id: &str) -> WebDriverResult<()> {
        self.driver.find(By::Id(id)).await?.click().await
    }

    /// Sets a field as a person does, who then leaves it.
    pub async fn set(&self, id: &str, value: &str) -> WebDriverResult<()> {
        self.eval(&format!(
            "(field => {{ field.value = {value:?}; field.dispatchEvent(new Event('change')); }})(document.getElementById({id:?}))"
        ))
        .await
        .map(drop)
    }

    /// Presses a key on the page.
    pub async fn press(&self, key: &str) -> WebDriverResult<()> {
        self.eval(&format!(
            "document.body.dispatchEvent(new KeyboardEvent('keydown', {{key: {key:?}, bubbles: true}}))"
        ))
        .await
        .map(drop)
    }

    /// Chooses candles in the dialog.
    pub async fn choose_candles(&self, files: &[&Path]) -> WebDriverResult<()> {
        self.forget_digest().await?;
        self.choose(files).await
    }

    /// Chooses files in the dialog.
    pub async fn choose(&self, files: &[&Path]) -> WebDriverResult<()> {
        let paths: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
        self.driver.find(By::Id("files")).await?.send_keys(paths.join("\n")).await
    }

    /// Lets [`settle`](Self::settle) wait for the next picture, not for the one that is there.
    pub async fn forget_digest(&self) -> WebDriverResult<()> {
        self.eval("document.getElementById('pixel-sha256').textContent = ''").await.map(drop)
    }

    /// Hands a text over by a drop on the page (`drop`) or from the clipboard (`paste`).
    pub async fn hand_over(&self, how: &str, name: &str, text: &str) -> WebDriverResult<()> {
        let add = match how {
            "drop" => "data.items.add(new File([text], name))",
            _ => "data.setData('text/plain', text)",
        };
        let script = format!(
            "const [how, name, text] = arguments; const data = new DataTransfer(); {add};
             const make = how === 'drop' ? (kind) => new DragEvent(kind, {{dataTransfer: data, bubbles: true, cancelable: true}})
               : (kind) => new ClipboardEvent(kind, {{clipboardData: data, bubbles: true, cancelable: true}});
             document.body.dispatchEvent(make(how));"
        );
        let arguments = vec![json!(how), json!(name), json!(text)];
        self.driver.execute(script, arguments).await.map(drop)
    }

    /// Writes a file to the page's folder.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let file = self.folder.path().join(name);
        fs::write(&file, bytes).expect("the folder can be written");
        file
    }

    /// Keeps a picture of what the browser shows, in `target/page/`.
    pub async fn screenshot(&self, name: &str) -> WebDriverResult<()> {
        let folder = target_dir().join("page");
        fs::create_dir_all(&folder).expect("a folder");
        self.driver.screenshot(&folder.join(format!("{name}.png"))).await
    }

    /// A command of the browser's own protocol.
    pub async fn browser(&self, command: &str, arguments: Value) -> WebDriverResult<()> {
        self.driver.cdp().send_raw(command, arguments).await.map(drop)
    }
}

/// Where cargo builds.
fn target_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a folder below cargo's").to_owned()
}

/// A proxy that lets nothing pass and remembers who was asked for.
fn proxy() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("it listens").port();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&asked);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut line = String::new();
            if BufReader::new(&stream).read_line(&mut line).is_ok() && !line.is_empty() {
                notes.lock().expect("no panic").push(line.trim().to_owned());
            }
            // The browser may have gone already, and then nobody waits for an answer.
            let _ = stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
        }
    });
    (port, asked)
}
