//! What the server answers besides the page.

use std::{collections::BTreeMap, io, sync::Arc};

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use cache::not_given;
use market::Record;
use render_core::{Candle, Spec, parse_utc};
use serde::Serialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::data::{self, Refusal};
use crate::{config::Base, error::Error, print};

/// Candles of 48 bytes in one piece of an answer.
const PIECE: usize = 1024;
/// Pieces that wait for a slow reader.
const WAITING: usize = 4;
/// A picture that is asked for by its input can never become another one.
const FOREVER: &str = "private, max-age=31536000, immutable";
/// Kept as well, but asked for again: its candles may have changed.
const ASK_AGAIN: &str = "private, max-age=31536000, no-cache";

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(status, why) = self;
        (status, [(header::CACHE_CONTROL, "no-store")], format!("{why}\n")).into_response()
    }
}

/// Does what waits for disks and renders on a thread that may wait.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(Refusal::broken(error)))
}

/// An answer that says what is so now.
async fn json<T: Serialize + Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<Response, Refusal> {
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(blocking(work).await?)).into_response())
}

/// The list of series.
pub async fn series(State(base): State<Arc<Base>>) -> Result<Response, Refusal> {
    json(move || Ok(data::series(&base)?)).await
}

/// The ends of a series that are served, in ms.
pub async fn ends(
    State(base): State<Arc<Base>>,
    Path((symbol, interval)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    json(move || data::ends(&base, &symbol, &interval)).await
}

/// What the index says, in the form of `status --format json`.
pub async fn status(State(base): State<Arc<Base>>) -> Result<Response, Refusal> {
    json(move || Ok(print::status::lines(&data::status(&base)?))).await
}

/// A series' candles: six little-endian `f64` each, values that are no numbers as NaN.
pub async fn candles(
    State(base): State<Arc<Base>>,
    Path((symbol, interval)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let candles = blocking(move || data::candles(&base, &symbol, &interval)).await?;
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || send(candles, &sender));
    let kind = [(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, "no-store")];
    Ok((kind, Body::from_stream(ReceiverStream::new(receiver))).into_response())
}

fn send(mut candles: impl Iterator<Item = io::Result<Record>>, sender: &mpsc::Sender<io::Result<Bytes>>) {
    loop {
        let mut piece = Vec::with_capacity(48 * PIECE);
        for record in candles.by_ref().take(PIECE) {
            match record {
                Ok(record) => {
                    let Candle { open_time, open, high, low, close, volume } = record.candle;
                    let broken = record.fault().is_some();
                    let values = [open, high, low, close, volume];
                    piece.extend_from_slice(&(open_time as f64).to_le_bytes());
                    // A fault in one value spoils the candle, and so it is NaN as a whole.
                    for value in values.map(|value| if broken { f64::NAN } else { value }) {
                        piece.extend_from_slice(&value.to_le_bytes());
                    }
                }
                Err(error) => {
                    // Nobody may be left to tell.
                    let _ = sender.blocking_send(Err(error));
                    return;
                }
            }
        }
        // A reader who has gone wants no more.
        if piece.is_empty() || sender.blocking_send(Ok(piece.into())).is_err() {
            return;
        }
    }
}

/// A picture, rendered now. `file` is the end with `.png` after it; the query has a
/// spec's flags, and `input`, which makes sure of the candles.
pub async fn png(
    State(base): State<Arc<Base>>,
    Path((symbol, interval, file)): Path<(String, String, String)>,
    Query(mut query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let end = file.strip_suffix(".png").and_then(parse_utc).ok_or_else(|| {
        Error::Usage(format!("{file:?} is not a time with .png after it, such as 2023-01-07T05:00:00Z.png"))
    })?;
    let asked = query.remove("input");
    let (png, input) = blocking(move || {
        let spec = Spec::from_texts(&query).map_err(Error::from)?;
        if let Some(part) = not_given(&spec, None).first() {
            let why = format!("{part} cannot be drawn here: this server reads no files of a user's own; `image-cache draw` and `render` do");
            return Err(Error::Usage(why).into());
        }
        data::picture(&base, &symbol, &interval, end, &spec)
    })
    .await?;
    if asked.as_ref().is_some_and(|asked| *asked != input.to_string()) {
        return Err(Refusal::absent(format!("today's candles have the input {input}")));
    }
    let tag = format!("\"{}\"", png.digest());
    let keep = if asked.is_some() { FOREVER } else { ASK_AGAIN };
    let mut response = if is_known(&headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "image/png")], png.into_bytes()).into_response()
    };
    let about = response.headers_mut();
    about.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    for (name, value) in [("etag", tag), ("x-input-sha256", input.to_string())] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            about.insert(name, value);
        }
    }
    Ok(response)
}

/// Whether the asker has an answer of this tag, or any at all, as `*` says.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let lists = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|list| list.to_str().ok());
    // A tag of ours has no comma in it, so whoever splits those of others finds none of ours.
    lists.flat_map(|list| list.split(',')).map(str::trim).any(|known| {
        let strong = known.strip_prefix("W/").unwrap_or(known);
        known == "*" || strong == tag
    })
}
