//! The bytes that cross the C ABI, both ways, in safe code.
//!
//! ```text
//! request   u32 length of the header, header (JSON), candles of 48 bytes each
//! candle    i64 open_time, f64 open, high, low, close, volume
//! header    {"symbol": S, "interval": S, "interval_ms": N, "warmup": N, "spec": {…}}, where the spec draws series of
//!           one's own or marks "own": {…}, which `own.rs` describes, and by choice "first": N, the number that errors
//!           are to give the first candle, 0 otherwise
//! response  u32 status (0 done, 1 refused), u32 length of the payload, payload
//! payload   what was asked for, or why there is none, in UTF-8
//! ```
//!
//! Integers and floats are little-endian, whatever the host is. A spec whose text is that of the request
//! before is not read again, and no digest of a file is made: a host that wants one hashes faster itself.

use std::borrow::Cow;

use render_core::{Candle, Interval, Window, frame, geometry, layout};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{Error, own::OwnRows};

const DONE: u32 = 0;
const REFUSED: u32 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header<'a> {
    #[serde(borrow)]
    symbol: Cow<'a, str>,
    #[serde(borrow)]
    interval: Cow<'a, str>,
    interval_ms: i64,
    warmup: u32,
    #[serde(borrow)]
    spec: &'a RawValue,
    own: Option<OwnRows>,
    #[serde(default)]
    first: u32,
}

/// What a request asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum What {
    /// The PNG file.
    Png,
    /// The pixels: RGB8 rows without padding.
    Pixels,
    /// The scene as text, one shape a line.
    Scene,
    /// Where everything stands, as JSON.
    Geometry,
}

/// Answers a request with a response; whatever the request holds, it never panics.
pub(crate) fn answer(what: What, request: &[u8]) -> Vec<u8> {
    match payload(what, request) {
        Ok(payload) => response(DONE, &payload),
        Err(error) => response(REFUSED, error.to_string().as_bytes()),
    }
}

fn payload(what: What, request: &[u8]) -> Result<Vec<u8>, Error> {
    let (header, candles) = split(request).ok_or(Error::Short(request.len()))?;
    // As a text, like all other JSON, so that the module holds one reader of it.
    let header = str::from_utf8(header).map_err(|error| Error::Header(error.to_string()))?;
    let header: Header<'_> =
        serde_json::from_str(header).map_err(|error| Error::Header(error.to_string()))?;
    let interval = Interval::new(&header.interval, header.interval_ms)?;
    let candles = read_candles(candles)?;
    let window = Window::new(&header.symbol, &interval, &candles, header.warmup as usize)
        .map_err(|error| counted_from(header.first as usize, error))?;
    let own = header.own.map(OwnRows::own).transpose()?;
    let window = own.as_ref().map_or(window, |own| window.with_own(own));
    let spec = crate::spec(header.spec.get())?;
    Ok(match what {
        What::Png => crate::render(&window, &spec).into_bytes(),
        What::Pixels => frame(&window, &spec).rgb,
        What::Scene => layout(&window, &spec).to_string().into_bytes(),
        // Text and numbers can always be serialised.
        What::Geometry => serde_json::to_string(&geometry(&window, &spec)).unwrap_or_default().into_bytes(),
    })
}

/// The same error, of a candle that has a greater number where the host has it from.
fn counted_from(first: usize, error: render_core::Error) -> render_core::Error {
    use render_core::Error::{Candle, Order};
    match error {
        Candle { index, fault } => Candle { index: index.saturating_add(first), fault },
        Order { index } => Order { index: index.saturating_add(first) },
        other => other,
    }
}

/// The header's bytes and the candles' bytes.
fn split(request: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = request.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    rest.split_at_checked(length)
}

fn read_candles(bytes: &[u8]) -> Result<Vec<Candle>, Error> {
    let (records, []) = bytes.as_chunks::<48>() else {
        return Err(Error::Records(bytes.len()));
    };
    Ok(records.iter().map(read_candle).collect())
}

fn read_candle(record: &[u8; 48]) -> Candle {
    // 48 is six times 8, so nothing is left over.
    let (fields, _) = record.as_chunks::<8>();
    let value = |field: usize| f64::from_le_bytes(fields[field]);
    Candle {
        open_time: i64::from_le_bytes(fields[0]),
        open: value(1),
        high: value(2),
        low: value(3),
        close: value(4),
        volume: value(5),
    }
}

fn response(status: u32, payload: &[u8]) -> Vec<u8> {
    // Any slice of a 32-bit module is shorter than 4 GiB.
    let length = payload.len() as u32;
    [&status.to_le_bytes()[..], &length.to_le_bytes()[..], payload].concat()
}

#[cfg(test)]
mod tests {
    use render_core::Spec;

    use super::*;

    const HEADER: &str = r#"{"symbol":"BTCUSDT","interval":"1m","interval_ms":60000,"warmup":1,"spec":{"width":32,"height":24,"window":3}}"#;

    fn candles() -> Vec<Candle> {
        (0..4)
            .map(|i| {
                let open = 10.0 + f64::from(i);
                Candle {
                    open_time: i64::from(i) * 60_000,
                    open,
                    high: open + 2.5,
                    low: open - 1.25,
                    close: open + 1.0,
                    volume: 3.0,
                }
            })
            .collect()
    }

    fn records(candles: &[Candle]) -> Vec<u8> {
        candles
            .iter()
            .flat_map(|c| {
                let values = [c.open, c.high, c.low, c.close, c.volume].map(f64::to_le_bytes);
                [&c.open_time.to_le_bytes()[..], values.as_flattened()].concat()
            })
            .collect()
    }

    fn request(header: &str, candles: &[u8]) -> Vec<u8> {
        let length = (header.len() as u32).to_le_bytes();
        [&length[..], header.as_bytes(), candles].concat()
    }

    /// The message of a refusal, taken out of its response.
    fn refusal(request: &[u8]) -> String {
        let response = answer(What::Png, request);
        let length = response.len() - 8;
        assert_eq!(response[..4], [1, 0, 0, 0]);
        assert_eq!(response[4..8], (length as u32).to_le_bytes());
        String::from_utf8(response[8..].to_vec()).expect("UTF-8")
    }

    #[test]
    fn candles_survive_the_crossing_bit_for_bit() {
        let mut candles = candles();
        candles[0].open_time = i64::MIN;
        candles[1].volume = f64::from_bits(0x7ff8_0000_dead_beef);
        candles[2].low = -0.0;
        let read = read_candles(&records(&candles)).expect("whole records");
        assert_eq!(records(&read), records(&candles));
    }

    #[test]
    fn a_good_request_is_answered_with_the_core_s_own_file() {
        let candles = candles();
        let interval = Interval::new("1m", 60_000).expect("valid");
        let window = Window::new("BTCUSDT", &interval, &candles, 1).expect("valid");
        let spec = Spec::from_json(r#"{"width":32,"height":24,"window":3}"#).expect("valid");
        let png = render_core::render(&window, &spec);
        let response = answer(What::Png, &request(HEADER, &records(&candles)));
        assert_eq!(response[..4], [0; 4]);
        assert_eq!(response[4..8], (png.as_bytes().len() as u32).to_le_bytes());
        assert_eq!(&response[8..], png.as_bytes());
        let pixels = answer(What::Pixels, &request(HEADER, &records(&candles)));
        assert_eq!(&pixels[8..], frame(&window, &spec).rgb);
        let scene = answer(What::Scene, &request(HEADER, &records(&candles)));
        assert_eq!(&scene[8..], layout(&window, &spec).to_string().as_bytes());
    }

    #[test]
    fn a_spec_that_changes_is_read_anew() {
        let records = records(&candles());
        let asked = |width: &str| answer(What::Png, &request(&HEADER.replace("32", width), &records));
        let [narrow, wide] = ["32", "40"].map(asked);
        assert_ne!(narrow, wide);
        assert_eq!(asked("0")[0], 1, "refused");
        assert_eq!(
            [asked("32"), asked("32"), asked("40"), asked("32")],
            [&narrow, &narrow, &wide, &narrow].map(Clone::clone)
        );
    }

    #[test]
    fn a_request_cut_short_anywhere_is_refused() {
        let whole = request(HEADER, &records(&candles()));
        for length in 0..whole.len() {
            // Whole candles fewer make a valid but shorter window; three are the fewest.
            let cut = &whole[..length];
            let records = length.saturating_sub(4 + HEADER.len());
            if length >= 4 + HEADER.len() && records == 3 * 48 {
                continue;
            }
            assert!(!refusal(cut).is_empty(), "{length} bytes");
        }
    }

    #[test]
    fn a_header_longer_than_its_request_is_refused() {
        let mut bytes = request(HEADER, &[]);
        bytes[..4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(
            refusal(&bytes),
            format!("the request of {} bytes ends before its header does", bytes.len())
        );
    }

    #[test]
    fn headers_that_are_not_the_object_are_refused_with_the_place() {
        for header in ["", "{", "[]", "null", "{\"symbol\":1}", "\u{0}"] {
            assert!(refusal(&request(header, &[])).starts_with("request header: "), "{header}");
        }
        let unknown = HEADER.replace("warmup", "warm_up");
        assert!(refusal(&request(&unknown, &[])).contains("unknown field `warm_up`"));
        let negative = HEADER.replace("\"warmup\":1", "\"warmup\":-1");
        assert!(refusal(&request(&negative, &[])).contains("invalid value"));
        let bytes = [&[2, 0, 0, 0][..], &[0xff, 0xfe][..]].concat();
        assert!(refusal(&bytes).starts_with("request header: "));
    }

    #[test]
    fn candles_that_are_not_whole_records_are_refused() {
        assert_eq!(refusal(&request(HEADER, &[0; 47])), "47 bytes of candles are not records of 48");
    }

    #[test]
    fn the_core_s_refusals_come_out_in_the_core_s_words() {
        let mut bad = candles();
        bad[2].high = f64::NAN;
        assert_eq!(refusal(&request(HEADER, &records(&bad))), "candle 2: high is not a finite number");
        let spec = HEADER.replace("\"width\":32", "\"colour\":32");
        let error = Spec::from_json(r#"{"colour":32,"height":24,"window":3}"#);
        assert_eq!(
            refusal(&request(&spec, &records(&candles()))),
            error.expect_err("unknown field").to_string()
        );
    }
}
