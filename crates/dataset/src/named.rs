//! Enums whose values have names.

/// A name that stands for no value of its type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no {0:?}")]
pub struct UnknownName(pub String);

/// Makes an enum of values with a name and a sentence of help each, which is the value's doc as well.
macro_rules! named {
    ($(#[$meta:meta])* $type:ident { $($(#[$note:meta])* $value:ident $name:literal $help:literal)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $type {
            $(#[doc = $help] $(#[$note])* $value,)*
        }

        impl $type {
            /// All values.
            pub const ALL: &'static [Self] = &[$(Self::$value),*];

            /// The value's name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$value => $name),* }
            }

            /// What it means, in one sentence.
            #[must_use]
            pub fn help(self) -> &'static str {
                match self { $(Self::$value => $help),* }
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::named::UnknownName;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.iter().copied().find(|value| value.name() == name);
                found.ok_or_else(|| $crate::named::UnknownName(name.to_owned()))
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }
    };
}

pub(crate) use named;

#[cfg(test)]
mod tests {
    use crate::{Form, LabelRule, UnknownName};

    #[test]
    fn a_value_is_known_by_its_name() {
        assert!(Form::ALL.iter().all(|form| form.name().parse() == Ok(*form)));
        assert!(LabelRule::ALL.iter().all(|rule| rule.name().parse() == Ok(*rule)));
        assert_eq!("folder".parse::<Form>(), Err(UnknownName("folder".to_owned())));
    }
}
