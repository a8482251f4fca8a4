//! The table of knobs: what there is to know of each stands in one place, by topic.
//!
//! A new knob is a field of [`SpecOptions`](super::SpecOptions) with its default, and an entry in its topic. Flags,
//! variables, the configuration file, `serve`'s queries, the page's form and the tag in file names follow.
//! A knob at its default has no part in a spec's hash (`hash.rs`), so no old hash moves.

mod labels;
mod lines;
mod panels;
mod picture;

use super::{Knob, Takes};

/// What most knobs have in common.
const KNOB: Knob = Knob {
    name: "",
    fields: &[],
    label: "",
    common: false,
    value_name: "HOW",
    about: "",
    takes: Takes::YesNo,
    auto: None,
    needs: None,
    text: |_| String::new(),
    set: |_, _| Ok(()),
    word: usual_word,
};

/// Topics, in the order of help texts and of the words in a tag.
const TOPICS: [&[Knob]; 4] = [picture::KNOBS, lines::KNOBS, labels::KNOBS, panels::KNOBS];

/// All knobs, in that order.
pub static KNOBS: &[Knob] = &joined();

const COUNT: usize = TOPICS[0].len() + TOPICS[1].len() + TOPICS[2].len() + TOPICS[3].len();

const fn joined() -> [Knob; COUNT] {
    let mut all = [KNOB; COUNT];
    let (mut topic, mut at, mut next) = (0, 0, 0);
    while topic < TOPICS.len() {
        if at == TOPICS[topic].len() {
            (topic, at) = (topic + 1, 0);
            continue;
        }
        all[next] = TOPICS[topic][at];
        (at, next) = (at + 1, next + 1);
    }
    all
}

/// The word for a text, of most knobs: it says enough without the knob's name if that text is one of some names.
fn usual_word(knob: &Knob, text: &str) -> String {
    let word = match knob.takes {
        Takes::YesNo => knob.name.to_owned(),
        Takes::Number { .. } => format!("{}{text}", knob.name),
        Takes::OneOf { .. } | Takes::Style | Takes::Text { .. } | Takes::List { .. } => text.to_owned(),
    };
    word.replace('-', "")
}

#[cfg(test)]
mod tests;
