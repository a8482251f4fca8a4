//! The raw C ABI, for hosts without JavaScript. The formats of request and
//! response are written down in `request.rs`.
//!
//! Who owns what:
//!
//! 1. The host asks for room with [`alloc`] and writes its request there.
//! 2. [`render`], [`pixels`], [`scene`] or [`geometry`] reads the request, which stays the host's, and
//!    returns a response, which becomes the host's. The request can be used again.
//! 3. The host gives each of the two back with [`free`], once, with
//!    its whole length: the one it asked for, or 8 plus the response's second number.
//!
//! A host that passes other pointers or lengths than these breaks the contract,
//! as it would with C's `free`. The content of a request breaks nothing: a
//! malformed one is answered with status 1.

#![allow(unsafe_code, reason = "only here: a host's addresses are turned into slices")]

use std::{ptr, slice};

use crate::request::{self, What};

/// Room for `len` bytes, all zero, or null where memory is short.
#[cfg_attr(target_arch = "wasm32", unsafe(export_name = "alloc"))]
pub extern "C" fn alloc(len: usize) -> *mut u8 {
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(len).is_err() {
        return ptr::null_mut();
    }
    bytes.resize(len, 0);
    into_raw(bytes)
}

/// Renders the request of `len` bytes at `request` and returns the response, a PNG file.
///
/// # Safety
/// `request` is null, or `len` bytes from it on may be read and nobody writes
/// to them before this returns.
#[cfg_attr(target_arch = "wasm32", unsafe(export_name = "render"))]
pub unsafe extern "C" fn render(request: *const u8, len: usize) -> *mut u8 {
    // SAFETY: The caller vouches for the same.
    unsafe { answer(What::Png, request, len) }
}

/// As [`render`], but returns the picture's pixels: RGB8 rows, from the top down.
///
/// # Safety
/// As for [`render`].
#[cfg_attr(target_arch = "wasm32", unsafe(export_name = "pixels"))]
pub unsafe extern "C" fn pixels(request: *const u8, len: usize) -> *mut u8 {
    // SAFETY: The caller vouches for the same.
    unsafe { answer(What::Pixels, request, len) }
}

/// As [`render`], but returns the picture's scene as text, to see which stage
/// moved where two hosts should ever differ.
///
/// # Safety
/// As for [`render`].
#[cfg_attr(target_arch = "wasm32", unsafe(export_name = "scene"))]
pub unsafe extern "C" fn scene(request: *const u8, len: usize) -> *mut u8 {
    // SAFETY: The caller vouches for the same.
    unsafe { answer(What::Scene, request, len) }
}

/// As [`render`], but returns where everything stands in the picture, as JSON.
///
/// # Safety
/// As for [`render`].
#[cfg_attr(target_arch = "wasm32", unsafe(export_name = "geometry"))]
pub unsafe extern "C" fn geometry(request: *const u8, len: usize) -> *mut u8 {
    // SAFETY: The caller vouches for the same.
    unsafe { answer(What::Geometry, request, len) }
}

/// # Safety
/// As for [`render`].
unsafe fn answer(what: What, request: *const u8, len: usize) -> *mut u8 {
    let request = if request.is_null() {
        &[]
    } else {
        // SAFETY: The pointer is not null, and the caller vouches for `len` bytes behind it.
        unsafe { slice::from_raw_parts(request, len) }
    };
    into_raw(request::answer(what, request))
}

/// Takes back `len` bytes at `bytes`. Null is taken, too, and is nothing.
///
/// # Safety
/// `bytes` is null, or came from [`alloc`], [`render`], [`pixels`], [`scene`] or [`geometry`]
/// with this very length and was not taken back before.
#[cfg_attr(target_arch = "wasm32", unsafe(export_name = "free"))]
pub unsafe extern "C" fn free(bytes: *mut u8, len: usize) {
    if !bytes.is_null() {
        // SAFETY: All functions above let go of a box of exactly `len` bytes,
        // and the caller vouches that this is one of these, for the first time.
        drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(bytes, len)) });
    }
}

/// Lets go of a box that holds exactly these bytes, so that the length alone frees it.
fn into_raw(bytes: Vec<u8>) -> *mut u8 {
    Box::into_raw(bytes.into_boxed_slice()).cast()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Door = unsafe extern "C" fn(*const u8, usize) -> *mut u8;

    /// Goes the whole way that a host goes and returns the response.
    fn round_trip(door: Door, request: &[u8]) -> Vec<u8> {
        let room = alloc(request.len());
        // SAFETY: The room is as long as the request; the response says its own length.
        unsafe {
            room.copy_from_nonoverlapping(request.as_ptr(), request.len());
            let response = door(room, request.len());
            free(room, request.len());
            let length = slice::from_raw_parts(response.add(4), 4);
            let length = 8 + u32::from_le_bytes(length.try_into().expect("4 bytes")) as usize;
            let copy = slice::from_raw_parts(response, length).to_vec();
            free(response, length);
            copy
        }
    }

    /// A request of two candles at price 0, an hour apart.
    fn good() -> Vec<u8> {
        let header = br#"{"symbol":"X","interval":"1h","interval_ms":3600000,"warmup":0,"spec":{"width":32,"height":24,"window":2}}"#;
        let length = (header.len() as u32).to_le_bytes();
        let mut request = [&length[..], header, &[0; 2 * 48]].concat();
        let second = request.len() - 48;
        request[second..second + 8].copy_from_slice(&3_600_000_i64.to_le_bytes());
        assert_eq!(request::answer(What::Png, &request)[..4], [0; 4], "it is good");
        request
    }

    #[test]
    fn a_host_gets_what_the_safe_code_answers() {
        let doors: [(Door, What); 4] =
            [(render, What::Png), (pixels, What::Pixels), (scene, What::Scene), (geometry, What::Geometry)];
        for (door, what) in doors {
            for request in [&b""[..], b"abc", b"\x02\0\0\0{}", &good()] {
                assert_eq!(round_trip(door, request), request::answer(what, request));
            }
        }
    }

    #[test]
    fn null_is_an_empty_request_and_may_be_freed() {
        // SAFETY: Null is allowed, and the response is freed with its length.
        unsafe {
            let response = render(ptr::null(), 100);
            let expected = request::answer(What::Png, &[]);
            assert_eq!(slice::from_raw_parts(response, expected.len()), expected);
            free(response, expected.len());
            free(ptr::null_mut(), 100);
        }
    }

    #[test]
    fn room_that_memory_cannot_give_is_null() {
        assert!(alloc(usize::MAX).is_null());
    }
}
