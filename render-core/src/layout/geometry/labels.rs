//! Texts and where their pixels are.

use raster::{
    Rect, Shape,
    text::{self, Lines},
};
use serde::Serialize;

use super::around;
use crate::{layout::Layout, own::PlacedMark};

/// A line of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelBox {
    /// What it says.
    pub text: String,
    /// What it is: `value` (beside a tick), `axis` (an axis's title), `time`, `title`, `legend`, `tag` (the last
    /// price's) or `mark`.
    pub role: &'static str,
    /// The panel that it belongs to, by its place among all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub panel: Option<usize>,
    /// Left-most column.
    pub x: i32,
    /// Topmost row.
    pub y: i32,
    /// Columns.
    pub w: i32,
    /// Rows.
    pub h: i32,
}

/// What texts from some shape of the scene on are, and of which panel.
#[derive(Debug, Clone, Copy)]
pub(in crate::layout) struct TextRole {
    first_shape: usize,
    role: &'static str,
    panel: Option<usize>,
}

/// The blanks that a text begins with, as those do that stand beside others, and the rest of it.
fn without_blanks(text: &str) -> (&str, &str) {
    text.split_at(text.len() - text.trim_start_matches(' ').len())
}

impl Layout {
    /// Says what the next texts of the scene are.
    pub(in crate::layout) fn begin_texts(&mut self, role: &'static str, panel: Option<usize>) {
        self.text_roles.push(TextRole { first_shape: self.scene.shapes.len(), role, panel });
    }

    /// All texts, and for each area of a mark which one is its own.
    pub(super) fn label_boxes(&self, marks: &[PlacedMark<'_>]) -> (Vec<LabelBox>, Vec<Option<usize>>) {
        let mut lines = Lines::default();
        let mut bounds = |shape: &Shape| match shape {
            Shape::Text { x, baseline, cap, text, .. } => {
                let (blanks, text) = without_blanks(&self.scene.text[text.clone()]);
                let number = lines.find(text, *cap);
                let Rect { x: left, y: top, w, h } = lines.get(number).bounds;
                Rect::new(x + text::width(blanks, *cap) + left, baseline + top, w, h)
            }
            Shape::Fill { rect, .. } => *rect,
            Shape::Dashes { .. } | Shape::Line { .. } => Rect::new(0, 0, 0, 0),
        };
        let mut labels: Vec<LabelBox> = Vec::new();
        let mut label_of = vec![None; self.mark_areas.len()];
        // Texts of marks come in the order of their areas. What the font lacks is a box among their shapes.
        let of_marks = self.mark_areas.iter().enumerate();
        let mut of_marks =
            of_marks.filter_map(|(area, drawn)| Some((area, drawn.label.as_ref()?, marks[drawn.index].text)));
        let mut next = of_marks.next();
        for (index, shape) in self.scene.shapes.iter().enumerate() {
            if next.is_some_and(|(_, label, _)| label.shapes.end <= index) {
                next = of_marks.next();
            }
            let at = self.text_roles.partition_point(|role| role.first_shape <= index);
            let Some(&TextRole { role, panel, .. }) = at.checked_sub(1).map(|at| &self.text_roles[at]) else {
                continue;
            };
            let (text, Rect { x, y, w, h }) = match (next, shape) {
                (Some((_, label, _)), _) if label.shapes.start < index && label.shapes.contains(&index) => {
                    continue;
                }
                (Some((area, label, text)), _) if label.shapes.start == index => {
                    let parts: Vec<Rect> =
                        self.scene.shapes[label.shapes.clone()].iter().map(&mut bounds).collect();
                    label_of[area] = Some(labels.len());
                    (text, around(&parts).unwrap_or(label.ground))
                }
                (_, Shape::Text { text, .. }) => {
                    (without_blanks(&self.scene.text[text.clone()]).1, bounds(shape))
                }
                _ => continue,
            };
            labels.push(LabelBox { text: text.to_owned(), role, panel, x, y, w, h });
        }
        (labels, label_of)
    }
}
