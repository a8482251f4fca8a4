//! Labels: what the candles after a window make of it.
//!
//! Nothing but the window's last close and the candles of the horizon goes in,
//! and nothing of a label goes back into the picture, so a picture cannot show its label.

use candles::Candle;
use serde::Serialize;

use crate::{Reason, named::named};

/// How labels follow from the candles after a window, and from how many of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelling {
    /// How a label follows.
    pub rule: Rule,
    /// Candles, 1 or more.
    pub horizon: usize,
}

/// How a label follows from the candles after a window. Returns are simple ones: close / last close - 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Rule {
    /// By the return at the horizon: `down` below the threshold, `up` above it, `flat` between.
    /// With a threshold of 0 there is no `flat`, and no return is `down`.
    Direction {
        /// A return, 0 or more.
        threshold: f64,
    },
    /// The return at the horizon itself.
    Return {},
    /// By the return at the horizon: class n is from the n-th bound on, up to below the next.
    Classes {
        /// Returns, rising.
        bounds: Vec<f64>,
    },
    /// What a high or low reaches first, of a rise and a fall from the last close, or else the horizon (`time`).
    TripleBarrier {
        /// The rise, above 0.
        upper: f64,
        /// The fall, above 0 and at most 1.
        lower: f64,
    },
}

named! {
    /// The kinds of [`Rule`].
    LabelRule {
        Direction "direction" "Whether the close at the horizon is above or below the window's last close"
        Return "return" "The return from the window's last close to the close at the horizon"
        Classes "classes" "The class of that return"
        TripleBarrier "triple-barrier" "Which comes first: a rise, a fall, or the horizon"
    }
}

/// A rule and its settings, not checked yet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LabelOptions {
    /// None for no labels.
    pub rule: Option<LabelRule>,
    /// Candles after the window.
    pub horizon: u32,
    /// For `direction`, 0 by default.
    pub threshold: Option<f64>,
    /// For `classes`.
    pub bounds: Vec<f64>,
    /// For `triple-barrier`.
    pub upper: Option<f64>,
    /// For `triple-barrier`.
    pub lower: Option<f64>,
}

/// Why there can be no such labels. Each message begins with the name of the setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// This setting belongs to that rule, and another one is given.
    #[error("{0} belongs to the labels {name}", name = .1.name())]
    OtherRule(&'static str, LabelRule),
    /// A setting is lacking or out of its range.
    #[error("{0}")]
    Setting(&'static str),
}

const LOWER: &str = "lower is needed for the labels triple-barrier, above 0 and at most 100%, such as 2%";
const UPPER: &str = "upper is needed for the labels triple-barrier, above 0, such as 2%";

impl LabelOptions {
    /// Checks the settings of the rule; gives nothing where there are to be no labels.
    ///
    /// # Errors
    /// Says which setting is wrong, lacking or another rule's.
    pub fn check(&self) -> Result<Option<Labelling>, LabelError> {
        let Self { rule, horizon, threshold, ref bounds, upper, lower } = *self;
        for (is_given, setting, of) in [
            (threshold.is_some(), "threshold", LabelRule::Direction),
            (!bounds.is_empty(), "bounds", LabelRule::Classes),
            (upper.is_some(), "upper", LabelRule::TripleBarrier),
            (lower.is_some(), "lower", LabelRule::TripleBarrier),
        ] {
            if is_given && rule != Some(of) {
                return Err(LabelError::OtherRule(setting, of));
            }
        }
        let Some(rule) = rule else {
            return Ok(None);
        };
        let refuse = LabelError::Setting;
        if horizon == 0 {
            return Err(refuse("horizon is 1 or more"));
        }
        let barrier = |given: Option<f64>, most| given.filter(|barrier| *barrier > 0.0 && *barrier <= most);
        let rule = match rule {
            LabelRule::Return => Rule::Return {},
            LabelRule::Direction => match threshold.unwrap_or(0.0) {
                // The absolute value of -0 is 0.
                threshold if threshold >= 0.0 => Rule::Direction { threshold: threshold.abs() },
                _ => return Err(refuse("threshold is 0 or more")),
            },
            LabelRule::Classes if bounds.is_empty() || !bounds.is_sorted_by(|a, b| a < b) => {
                return Err(refuse("bounds are needed for the labels classes, rising, such as -2%,0,2%"));
            }
            LabelRule::Classes => Rule::Classes { bounds: bounds.clone() },
            LabelRule::TripleBarrier => Rule::TripleBarrier {
                upper: barrier(upper, f64::MAX).ok_or(refuse(UPPER))?,
                lower: barrier(lower, 1.0).ok_or(refuse(LOWER))?,
            },
        };
        Ok(Some(Labelling { rule, horizon: horizon as usize }))
    }
}

impl Rule {
    /// The rule's kind.
    #[must_use]
    pub fn kind(&self) -> LabelRule {
        match self {
            Self::Direction { .. } => LabelRule::Direction,
            Self::Return {} => LabelRule::Return,
            Self::Classes { .. } => LabelRule::Classes,
            Self::TripleBarrier { .. } => LabelRule::TripleBarrier,
        }
    }
}

/// Prices lie on grids, so returns that are exactly a threshold do occur, and rounding must not
/// tell them from it. No grid is so fine that two returns on it lie this close together.
const TIE: f64 = 1e-12;

/// A label of one picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Label {
    /// The class's number among [`Labelling::classes`].
    Class(usize),
    /// The return.
    Value(f64),
}

impl Label {
    /// The class's number, where it is one.
    #[must_use]
    pub fn class(self) -> Option<usize> {
        if let Self::Class(class) = self { Some(class) } else { None }
    }
}

impl Labelling {
    /// The names of the classes, by number, and in the order of the alphabet as well:
    /// loaders that number the folders they find come to the same numbers. None for values.
    #[must_use]
    pub fn classes(&self) -> Vec<String> {
        let names: &[&str] = match &self.rule {
            Rule::Direction { threshold: 0.0 } => &["down", "up"],
            Rule::Direction { .. } => &["down", "flat", "up"],
            Rule::Return {} => &[],
            Rule::Classes { bounds } => {
                let digits = bounds.len().to_string().len();
                return (0..=bounds.len()).map(|number| format!("c{number:0digits$}")).collect();
            }
            Rule::TripleBarrier { .. } => &["lower", "time", "upper"],
        };
        names.iter().map(|&name| name.to_owned()).collect()
    }

    /// The label of a window whose last close is `close`, by the candles after it, as many as there are.
    /// Whoever asks has seen that those of the horizon are valid.
    ///
    /// # Errors
    /// The reason why there is no label.
    pub fn label(&self, close: f64, after: &[Candle]) -> Result<Label, Reason> {
        let horizon = after.get(..self.horizon).ok_or(Reason::Incomplete)?;
        let last = horizon.last().map_or(f64::NAN, |last| last.close);
        let result = last / close - 1.0;
        if close <= 0.0 || !result.is_finite() {
            return Err(Reason::Invalid);
        }
        Ok(match &self.rule {
            Rule::Return {} => Label::Value(result),
            Rule::Direction { threshold: 0.0 } => Label::Class(usize::from(last > close)),
            Rule::Direction { threshold } => {
                Label::Class(usize::from(result >= -threshold - TIE) + usize::from(result > threshold + TIE))
            }
            Rule::Classes { bounds } => Label::Class(bounds.partition_point(|bound| *bound <= result + TIE)),
            Rule::TripleBarrier { upper, lower } => {
                let (low, high) = (close * (1.0 - lower), close * (1.0 + upper));
                Label::Class(first_barrier(horizon, low + TIE * close, high - TIE * close)?)
            }
        })
    }
}

/// The class of the barrier that is reached first: 0 for the lower one, 2 for the upper one, 1 for neither.
fn first_barrier(horizon: &[Candle], low: f64, high: f64) -> Result<usize, Reason> {
    for candle in horizon {
        match (candle.low <= low, candle.high >= high) {
            (false, false) => {}
            (true, false) => return Ok(0),
            (false, true) => return Ok(2),
            // Where a candle opens beyond a barrier, that one is reached before all else.
            (true, true) if candle.open <= low => return Ok(0),
            (true, true) if candle.open >= high => return Ok(2),
            (true, true) => return Err(Reason::Ambiguous),
        }
    }
    Ok(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candles(values: &[[f64; 4]]) -> Vec<Candle> {
        let candle = |&[open, high, low, close]: &[f64; 4]| Candle {
            open_time: 0,
            open,
            high,
            low,
            close,
            volume: 0.0,
        };
        values.iter().map(candle).collect()
    }

    fn closes(closes: &[f64]) -> Vec<Candle> {
        candles(&closes.iter().map(|&close| [close; 4]).collect::<Vec<_>>())
    }

    #[test]
    fn a_direction_is_that_of_the_close_at_the_horizon_alone() {
        let label = |threshold, horizon, after: &[f64]| {
            Labelling { rule: Rule::Direction { threshold }, horizon }.label(100.0, &closes(after))
        };
        assert_eq!(label(0.0, 2, &[50.0, 101.0, 1.0]), Ok(Label::Class(1)));
        assert_eq!(label(0.0, 1, &[100.0]), Ok(Label::Class(0)), "no return is down");
        assert_eq!(label(0.01, 1, &[100.5]), Ok(Label::Class(1)));
        assert_eq!(label(0.01, 1, &[98.0]), Ok(Label::Class(0)));
        assert_eq!(label(0.01, 1, &[102.0]), Ok(Label::Class(2)));
        assert_eq!(label(0.01, 3, &[102.0, 1.0]), Err(Reason::Incomplete));
    }

    #[test]
    fn a_return_that_is_exactly_a_threshold_is_not_beyond_it_and_has_reached_it() {
        let direction = Labelling { rule: Rule::Direction { threshold: 0.02 }, horizon: 1 };
        for (close, after) in [(100.0, 102.0), (100.0, 98.0), (50.0, 49.0), (1.1, 1.122), (0.3, 0.306)] {
            assert_eq!(direction.label(close, &closes(&[after])), Ok(Label::Class(1)), "{close} to {after}");
        }
        assert_eq!(direction.label(50_000.0, &closes(&[51_000.01])), Ok(Label::Class(2)));
        let barriers = Labelling { rule: Rule::TripleBarrier { upper: 0.1, lower: 0.1 }, horizon: 1 };
        for (close, after, class) in [(1.1, 1.21, 2), (1.1, 0.99, 0), (0.7, 0.77, 2), (0.7, 0.63, 0)] {
            assert_eq!(
                barriers.label(close, &closes(&[after])),
                Ok(Label::Class(class)),
                "{close} to {after}"
            );
        }
        assert_eq!(barriers.label(1.1, &closes(&[1.2099])), Ok(Label::Class(1)));
        let classes = Labelling { rule: Rule::Classes { bounds: vec![0.1] }, horizon: 1 };
        assert_eq!(classes.label(1.1, &closes(&[1.21])), Ok(Label::Class(1)));
    }

    #[test]
    fn classes_begin_at_their_bound() {
        let labelling = Labelling { rule: Rule::Classes { bounds: vec![-0.5, 0.0, 0.5] }, horizon: 1 };
        let class = |close| labelling.label(100.0, &closes(&[close]));
        for (close, expected) in [(1.0, 0), (49.9, 0), (50.0, 1), (99.0, 1), (100.0, 2), (150.0, 3), (9e9, 3)]
        {
            assert_eq!(class(close), Ok(Label::Class(expected)), "{close}");
        }
        assert_eq!(labelling.classes(), ["c0", "c1", "c2", "c3"]);
    }

    #[test]
    fn numbers_of_classes_are_those_of_their_sorted_names() {
        let many = (0..12).map(f64::from).collect();
        for rule in [
            Rule::Direction { threshold: 0.0 },
            Rule::Direction { threshold: 0.1 },
            Rule::Classes { bounds: many },
            Rule::TripleBarrier { upper: 0.1, lower: 0.1 },
        ] {
            assert!(Labelling { rule, horizon: 1 }.classes().is_sorted());
        }
    }

    #[test]
    fn the_first_barrier_that_is_reached_decides() {
        let label = |after: &[[f64; 4]]| {
            let rule = Rule::TripleBarrier { upper: 0.5, lower: 0.25 };
            Labelling { rule, horizon: after.len() }.label(100.0, &candles(after))
        };
        let calm = [100.0, 110.0, 90.0, 100.0];
        assert_eq!(label(&[calm, calm]), Ok(Label::Class(1)));
        assert_eq!(
            label(&[calm, [100.0, 100.0, 75.0, 90.0], [100.0, 200.0, 90.0, 100.0]]),
            Ok(Label::Class(0))
        );
        assert_eq!(label(&[[100.0, 150.0, 90.0, 100.0], [1.0, 1.0, 1.0, 1.0]]), Ok(Label::Class(2)));
        assert_eq!(label(&[[100.0, 150.0, 75.0, 100.0]]), Err(Reason::Ambiguous));
        assert_eq!(label(&[[70.0, 150.0, 70.0, 100.0]]), Ok(Label::Class(0)));
        assert_eq!(label(&[[160.0, 160.0, 70.0, 100.0]]), Ok(Label::Class(2)));
    }

    #[test]
    fn settings_are_checked_with_their_rule() {
        let options = |rule| LabelOptions { rule, horizon: 3, ..LabelOptions::default() };
        let (direction, classes) = (Some(LabelRule::Direction), Some(LabelRule::Classes));
        let barriers = options(Some(LabelRule::TripleBarrier));
        for (options, error) in [
            (LabelOptions { horizon: 0, ..options(direction) }, LabelError::Setting("horizon is 1 or more")),
            (
                LabelOptions { threshold: Some(-0.1), ..options(direction) },
                LabelError::Setting("threshold is 0 or more"),
            ),
            (
                options(classes),
                LabelError::Setting("bounds are needed for the labels classes, rising, such as -2%,0,2%"),
            ),
            (
                LabelOptions { bounds: vec![0.2, 0.1], ..options(classes) },
                LabelError::Setting("bounds are needed for the labels classes, rising, such as -2%,0,2%"),
            ),
            (LabelOptions { lower: Some(0.1), ..barriers.clone() }, LabelError::Setting(UPPER)),
            (LabelOptions { upper: Some(0.1), lower: Some(1.1), ..barriers }, LabelError::Setting(LOWER)),
            (
                LabelOptions { threshold: Some(0.1), ..options(None) },
                LabelError::OtherRule("threshold", LabelRule::Direction),
            ),
        ] {
            assert_eq!(options.check(), Err(error), "{options:?}");
        }
        assert_eq!(options(None).check(), Ok(None));
        let rule = Rule::Direction { threshold: 0.0 };
        assert_eq!(options(direction).check(), Ok(Some(Labelling { rule, horizon: 3 })));
    }

    #[test]
    fn what_has_no_sense_has_no_label() {
        let labelling = Labelling { rule: Rule::Return {}, horizon: 1 };
        assert_eq!(labelling.label(0.0, &closes(&[1.0])), Err(Reason::Invalid));
        assert_eq!(labelling.label(-1.0, &closes(&[1.0])), Err(Reason::Invalid));
        assert_eq!(labelling.label(1.0, &closes(&[f64::NAN])), Err(Reason::Invalid));
        assert_eq!(labelling.label(f64::MIN_POSITIVE, &closes(&[f64::MAX])), Err(Reason::Invalid));
        assert_eq!(labelling.label(100.0, &closes(&[150.0])), Ok(Label::Value(0.5)));
    }
}
