//! Enums whose values have names.

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

            /// The value of that name, if there is one.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }

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
    use crate::{Form, LabelRule};

    #[test]
    fn a_value_is_known_by_its_name() {
        assert!(Form::ALL.iter().all(|form| Form::named(form.name()) == Some(*form)));
        assert!(LabelRule::ALL.iter().all(|rule| LabelRule::named(rule.name()) == Some(*rule)));
        assert_eq!(Form::named("folder"), None);
    }
}
