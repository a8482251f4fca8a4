//! Pictures as terminals take them.

use base64::{Engine, engine::general_purpose::STANDARD};
use icy_sixel::{EncodeOptions, SixelError, sixel_encode};
use render_core::Frame;

/// Bytes that kitty takes at once.
const CHUNK: usize = 4096;

/// The width that a PNG's header tells.
pub fn png_width(png: &[u8]) -> u32 {
    png.get(16..20).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_be_bytes)
}

/// <https://sw.kovidgoyal.net/kitty/graphics-protocol/>, as it takes PNG.
pub fn kitty(png: &[u8], cells: Option<u16>) -> String {
    let data = STANDARD.encode(png);
    let chunks = data.as_bytes().chunks(CHUNK);
    let last = chunks.len().saturating_sub(1);
    let mut text = String::new();
    for (number, chunk) in chunks.enumerate() {
        let more = u8::from(number < last);
        let columns = cells.map(|cells| format!(",c={cells}")).unwrap_or_default();
        // It answers nothing (q=2), which would be taken for what the user types.
        let keys = if number == 0 { format!("a=T,f=100,q=2{columns},m={more}") } else { format!("m={more}") };
        text += &format!("\x1b_G{keys};{}\x1b\\", String::from_utf8_lossy(chunk));
    }
    text + "\n"
}

/// <https://iterm2.com/documentation-images.html>, as it takes PNG.
pub fn iterm(png: &[u8], cells: Option<u16>) -> String {
    let width = cells.map(|cells| format!(";width={cells}")).unwrap_or_default();
    format!("\x1b]1337;File=inline=1;size={}{width}:{}\x07\n", png.len(), STANDARD.encode(png))
}

/// Sixel, which has no way to squeeze a picture, so that it is made smaller where it is wider than `most` pixels.
pub fn sixel(frame: &Frame, most: u16) -> Result<String, SixelError> {
    let by = if most == 0 { 1 } else { frame.width.div_ceil(most.into()).max(1) } as usize;
    let (rgba, width, height) = smaller(frame, by);
    // Lines stay clean where colours are not spread over their neighbours.
    let options = EncodeOptions { diffusion: 0.0, ..EncodeOptions::default() };
    Ok(sixel_encode(&rgba, width, height, &options)? + "\n")
}

/// Pixels with opacity, each the mean of `by` times `by`; what is left over at the right and below is cut off.
fn smaller(frame: &Frame, by: usize) -> (Vec<u8>, usize, usize) {
    let all = frame.width as usize;
    let (width, height) = (all / by, frame.height as usize / by);
    let mut rgba = Vec::with_capacity(4 * width * height);
    for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
        for channel in 0..3 {
            let at = |down: usize, right: usize| 3 * ((y * by + down) * all + x * by + right) + channel;
            let own = (0..by).flat_map(|down| (0..by).map(move |right| (down, right)));
            let sum: usize = own.map(|(down, right)| usize::from(frame.rgb[at(down, right)])).sum();
            rgba.push(u8::try_from(sum / (by * by)).unwrap_or(u8::MAX));
        }
        rgba.push(u8::MAX);
    }
    (rgba, width, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_picture_goes_to_kitty_in_chunks() {
        let png = vec![7; 2 * CHUNK];
        let text = kitty(&png, Some(80));
        let chunks: Vec<&str> = text.trim_end().split_terminator("\x1b\\").collect();
        assert_eq!(chunks.len(), 3);
        assert!(chunks[0].starts_with("\x1b_Ga=T,f=100,q=2,c=80,m=1;"));
        assert!(chunks[1].starts_with("\x1b_Gm=1;") && chunks[2].starts_with("\x1b_Gm=0;"));
        let data: String =
            chunks.iter().filter_map(|chunk| chunk.split_once(';')).map(|(_, data)| data).collect();
        assert_eq!(STANDARD.decode(data).expect("base64"), png);
    }

    #[test]
    fn sixels_are_no_wider_than_the_terminal() {
        let frame = Frame { width: 5, height: 4, rgb: (0..60).map(|at| at / 15 * 20).collect() };
        let (rgba, width, height) = smaller(&frame, 2);
        assert_eq!((width, height), (2, 2));
        assert_eq!(
            rgba,
            [[10, 10, 10, 255], [10, 10, 10, 255], [50, 50, 50, 255], [50, 50, 50, 255]].concat()
        );
        assert_eq!(smaller(&frame, 1).0.len(), 80);
        let text = sixel(&frame, 3).expect("encoded");
        assert!(text.starts_with("\x1bP") && text.ends_with("\x1b\\\n"), "{text:?}");
    }
}
