//! [`run_in_order`], with threads that are slow, fail or panic.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::AtomicUsize},
};

use super::*;
use crate::check::Today;
use crate::key::Group;

const JOBS: usize = 3;
const MANY: usize = 2000;

fn unit(number: usize) -> Unit {
    let (symbol, interval, tag) = (String::new(), String::new(), String::new());
    let group = Arc::new(Group { symbol, interval, width: 8, height: 8, window: 2, tag });
    Unit::new(number, group, Err(Today::NotAsked))
}

/// Where a run goes wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Nowhere,
    Feeder,
    Worker,
    Sink,
}

/// Sends many units, of which number 100 fails or panics at a place; returns what came out.
fn go(place: Place, panics: bool) -> (Result<(), Error>, Vec<usize>) {
    let fail = move |at: Place, number: usize| match at == place && number == 100 {
        true if panics => panic!("as the test wants it"),
        true => Err(Error::Cancelled),
        false => Ok(()),
    };
    let (cancel, sent, taken) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let feed = |units: &Units<'_>| {
        for number in 0..MANY {
            fail(Place::Feeder, number)?;
            if units(unit(number)).is_err() {
                break;
            }
            let under_way = sent.fetch_add(1, Ordering::SeqCst) + 1 - taken.load(Ordering::SeqCst);
            assert!(place != Place::Nowhere || under_way <= UNITS_PER_WORKER * JOBS, "{under_way}");
        }
        Ok(())
    };
    let worker = || {
        |unit: &Unit| {
            fail(Place::Worker, unit.number)?;
            // Units overtake each other.
            thread::sleep(Duration::from_micros((unit.number % 7) as u64 * 10));
            Ok(unit.number)
        }
    };
    let mut all = Vec::new();
    let done = run_in_order(JOBS, &Stop::new(&cancel), &mut (), feed, worker, |number, _| {
        fail(Place::Sink, number)?;
        taken.fetch_add(1, Ordering::SeqCst);
        all.push(number);
        Ok(())
    });
    (done, all)
}

#[test]
fn units_come_out_in_their_order_and_few_are_under_way() {
    let (done, all) = go(Place::Nowhere, false);
    assert!(done.is_ok() && all == (0..MANY).collect::<Vec<_>>());
}

#[test]
fn an_error_anywhere_ends_the_run() {
    for place in [Place::Feeder, Place::Worker, Place::Sink] {
        let (done, all) = go(place, false);
        assert!(matches!(done, Err(Error::Cancelled)) && all.len() <= 100);
    }
}

#[test]
fn a_panic_anywhere_ends_the_run() {
    for place in [Place::Feeder, Place::Worker, Place::Sink] {
        assert!(catch_unwind(AssertUnwindSafe(|| go(place, true))).is_err());
    }
}
