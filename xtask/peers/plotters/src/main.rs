//! The same candles by plotters, as a painter that keeps to the contract in
//! tests/benches/painter/main.rs: plotters-peer CANDLES

use std::{env, error::Error, fs, io::stdin, time::{Duration, Instant}};

use plotters::prelude::*;

const SIZE: usize = 1280;
const WINDOW: usize = 150;

const FIGURE: RGBColor = RGBColor(0x0a, 0x0a, 0x0a);
const BLUE: RGBColor = RGBColor(0, 0x80, 0xff);
const VOLUME: RGBColor = RGBColor(0x71, 0x89, 0xaa);
const GRID: RGBColor = RGBColor(0x9e, 0x9e, 0x9e);

/// Open, high, low, close and volume.
type Candle = [f64; 5];

fn main() -> Result<(), Box<dyn Error>> {
    let candles = read(&env::args().nth(1).ok_or("CANDLES is missing")?)?;
    let starts = candles.len() - WINDOW + 1;
    // Kept from picture to picture; each begins by filling it.
    let mut frame = vec![0; SIZE * SIZE * 3];
    for line in stdin().lines() {
        let line = line?;
        let words: Vec<_> = line.splitn(4, ' ').collect();
        let (first, count): (usize, usize) = (words[1].parse()?, words[2].parse()?);
        let window = |n: usize| &candles[(first + n) % starts..][..WINDOW];
        let awake = Instant::now();
        while awake.elapsed() < Duration::from_millis(3) {
            draw(window(0), &mut frame)?;
            encode(&frame)?;
        }
        let start = Instant::now();
        let mut bytes = 0;
        for n in 0..count {
            draw(window(n), &mut frame)?;
            bytes += encode(&frame)?.len();
        }
        let ms = start.elapsed().as_secs_f64() * 1000.0;
        println!("{} {}", ms / count as f64, bytes as f64 / count as f64);
    }
    Ok(())
}

fn read(path: &str) -> Result<Vec<Candle>, Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    let rows = text.lines().skip(1).map(|line| {
        let values: Result<Vec<f64>, _> = line.split(',').skip(1).map(str::parse).collect();
        Candle::try_from(values?).map_err(|_| "a row has six columns".into())
    });
    rows.collect()
}

fn draw(candles: &[Candle], frame: &mut [u8]) -> Result<(), Box<dyn Error>> {
    let size = (SIZE as u32, SIZE as u32);
    let root = BitMapBackend::with_buffer(frame, size).into_drawing_area();
    root.fill(&FIGURE)?;
    let (price, volume) = root.margin(10, 40, 10, 90).split_vertically(870);
    let low = candles.iter().map(|c| c[2]).fold(f64::MAX, f64::min);
    let high = candles.iter().map(|c| c[1]).fold(f64::MIN, f64::max);
    let most = candles.iter().map(|c| c[4]).fold(f64::MIN_POSITIVE, f64::max);
    let pad = (high - low) / 20.0;
    let time = -0.5..candles.len() as f64 - 0.5;

    price.fill(&BLACK)?;
    let mut chart = ChartBuilder::on(&price).build_cartesian_2d(time.clone(), low - pad..high + pad)?;
    mesh(&mut chart, 8)?;
    chart.draw_series(candles.iter().enumerate().map(|(n, &[open, high, low, close, _])| {
        let up = ShapeStyle { color: WHITE.into(), filled: false, stroke_width: 1 };
        CandleStick::new(n as f64, open, high, low, close, up, BLUE.filled(), 5)
    }))?;

    volume.fill(&BLACK)?;
    let mut chart = ChartBuilder::on(&volume).build_cartesian_2d(time, 0.0..most * 1.05)?;
    mesh(&mut chart, 4)?;
    chart.draw_series(candles.iter().enumerate().map(|(n, candle)| {
        let x = n as f64;
        Rectangle::new([(x - 0.35, 0.0), (x + 0.35, candle[4])], VOLUME.filled())
    }))?;
    root.present()?;
    Ok(())
}

type Chart<'a, 'b> = ChartContext<
    'a,
    BitMapBackend<'b>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;

/// Grid lines and no labels.
fn mesh(chart: &mut Chart<'_, '_>, lines: usize) -> Result<(), Box<dyn Error>> {
    let mut mesh = chart.configure_mesh();
    mesh.disable_axes().x_labels(7).y_labels(lines).x_max_light_lines(1).y_max_light_lines(1);
    mesh.bold_line_style(GRID).light_line_style(TRANSPARENT).draw()?;
    Ok(())
}

/// The fastest that the crate png offers for three bytes a pixel.
fn encode(frame: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, SIZE as u32, SIZE as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(png::Filter::Up);
    encoder.write_header()?.write_image_data(frame)?;
    Ok(bytes)
}
