//! [`Sample`]: a picture and all that its data set says of it.

use serde::{Serialize, Serializer};

/// A picture, and all that its data set says of it.
pub struct Sample {
    pub end: i64,
    /// The split's number.
    pub split: usize,
    /// The class's number, where its label is a class.
    pub class: Option<usize>,
    /// Whether it or its label spans missing candles.
    pub is_across_gap: bool,
    /// Where it is in the cache.
    pub path: String,
    pub png: Vec<u8>,
    /// All that is said of it, the label by its name.
    pub columns: Columns,
}

/// The columns of a sample, in order.
pub type Columns = Vec<(&'static str, Cell)>;

/// A value of a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    Text(String),
    Integer(i64),
    Float(f64),
    #[cfg(feature = "parquet")]
    Bytes(Vec<u8>),
}

/// As an object of JSON with its columns.
impl Serialize for Sample {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.columns.iter().map(|(name, value)| (name, value)))
    }
}

impl Sample {
    /// The name of its file.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// A name as shards have it, where readers cut names at the first point. No name of ours has a `~`.
pub fn key(name: &str) -> String {
    name.strip_suffix(".png").unwrap_or(name).replace('.', "~")
}
