//! Texts and where their pixels are.

use raster::{Rect, Shape, text::Lines};
use serde::Serialize;

use crate::layout::Layout;

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

impl Layout {
    /// Says what the next texts of the scene are.
    pub(in crate::layout) fn begin_texts(&mut self, role: &'static str, panel: Option<usize>) {
        self.text_roles.push(TextRole { first_shape: self.scene.shapes.len(), role, panel });
    }

    pub(super) fn label_boxes(&self) -> Vec<LabelBox> {
        let mut lines = Lines::default();
        let shapes = self.scene.shapes.iter().enumerate();
        let boxes = shapes.filter_map(|(index, shape)| {
            let Shape::Text { x, baseline, cap, text, .. } = shape else { return None };
            let text = &self.scene.text[text.clone()];
            let at = self.text_roles.partition_point(|role| role.first_shape <= index);
            let TextRole { role, panel, .. } = self.text_roles[at.checked_sub(1)?];
            let number = lines.find(text, *cap);
            let Rect { x: left, y: top, w, h } = lines.get(number).bounds;
            Some(LabelBox { text: text.to_owned(), role, panel, x: x + left, y: baseline + top, w, h })
        });
        boxes.collect()
    }
}
