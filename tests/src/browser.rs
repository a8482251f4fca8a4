//! How Chromium is started, by the page's tests and by `cargo xtask determinism`.

/// The names of its program.
pub const CHROMIUM: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// The name of the program that lets tests steer it.
pub const CHROMEDRIVER: [&str; 1] = ["chromedriver"];

/// Its flags. Only root may install packages, and Chromium's sandbox refuses to
/// run for root. The other flags keep the browser itself off the network.
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
