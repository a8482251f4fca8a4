//! `serve`: the page, with the candles and the pictures of a market database.
//!
//! Read-only, for this machine alone. The page renders in the browser; the same
//! pictures rendered here let it show both hashes side by side.

mod answers;
mod data;
mod guard;
mod page;

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use axum::{Router, middleware, routing::get};
use tokio::net::TcpListener;

use crate::{command::Ending, config::Base, console::Console, error::Error, interrupt::Interrupt};

/// How often it is looked whether the user wants to stop.
const LOOK: Duration = Duration::from_millis(100);

/// Serves until the user interrupts.
pub fn run(port: u16, base: Base) -> Result<Ending, Error> {
    let interrupt = Interrupt::install(None)?;
    let mut console = Console::new(base.output);
    // What is wrong with the source is better told now than by an empty page.
    data::series(&base)?;
    let system = |error| Error::system("cannot serve", error);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(system)?.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
            Error::system("cannot listen", format!("port {port}: {error}; choose another with --port"))
        })?;
        let address = listener.local_addr().map_err(system)?;
        console.print(&format!("http://{address}/ (Ctrl-C ends it)"));
        console.finish()?;
        let interrupted = async move {
            while !interrupt.is_set() {
                tokio::time::sleep(LOOK).await;
            }
        };
        let server = axum::serve(listener, router(Arc::new(base))).with_graceful_shutdown(interrupted);
        server.await.map_err(system)
    })?;
    Ok(Ending::Done)
}

fn router(base: Arc<Base>) -> Router {
    Router::new()
        .route("/", get(page::index))
        .route("/{*path}", get(page::file))
        .route("/api/series", get(answers::series))
        .route("/api/status", get(answers::status))
        .route("/api/candles/{symbol}/{interval}", get(answers::candles))
        .route("/api/ends/{symbol}/{interval}", get(answers::ends))
        .route("/png/{symbol}/{interval}/{file}", get(answers::png))
        .layer(middleware::from_fn(guard::guard))
        .with_state(base)
}
