//! The styles that there are: those built in, and the tables of the configuration file.

use std::collections::BTreeMap;

use render_core::{Error as CoreError, STYLES, Style, StyleOverrides, near};

use super::file::{File, Named};
use crate::error::Error;

/// A style of the user's own.
#[derive(Debug)]
pub struct Own {
    pub style: Style,
    /// The name of the built-in style that it builds on.
    pub base: String,
}

/// The user's own styles, checked and sorted by name; the built-in ones are there anyway.
#[derive(Debug, Default)]
pub struct Styles {
    pub own: Vec<Own>,
}

impl Styles {
    /// The styles of the file, every one of them checked, whether it is used or not.
    pub fn of(file: &File) -> Result<Self, Error> {
        let mut own = BTreeMap::new();
        let beside_no_name = match &file.styles.style {
            Some(Named::Tables(tables)) => Some(tables),
            _ => None,
        };
        for (key, tables) in [("style", beside_no_name), ("styles", Some(&file.styles.styles))] {
            for (name, overrides) in tables.into_iter().flatten() {
                let style = own_style(name, overrides)
                    .map_err(|wrong| file.refuse(&[key, name, &wrong.key], wrong.why))?;
                if own.insert(name, style).is_some() {
                    let why = format!("there are two styles {name:?}; give one of them another name");
                    return Err(file.refuse(&[key, name], why));
                }
            }
        }
        Ok(Self { own: own.into_values().collect() })
    }

    /// The style of that name, or an error with the names that resemble it.
    pub fn find(&self, name: &str) -> Result<Style, CoreError> {
        if let Some(own) = self.own.iter().find(|own| own.style.name == name) {
            return Ok(own.style.clone());
        }
        let names = STYLES.iter().copied().chain(self.own.iter().map(|own| own.style.name.as_str()));
        Style::named(name)
            .map_err(|_| CoreError::UnknownStyle { name: name.to_owned(), near: near(name, names) })
    }
}

/// What is wrong with a style, and with which of its keys; empty for the style itself.
struct Wrong {
    key: String,
    why: String,
}

fn own_style(name: &str, overrides: &StyleOverrides) -> Result<Own, Wrong> {
    if STYLES.contains(&name) {
        let why =
            format!("{name:?} is a built-in style; give yours another name and say base = {name:?} in it");
        return Err(Wrong { key: String::new(), why });
    }
    let base = overrides.base.clone().unwrap_or_else(|| Style::default().name);
    match overrides.style(name) {
        Ok(style) => Ok(Own { style, base }),
        Err(error @ CoreError::UnknownStyle { .. }) => {
            Err(Wrong { key: "base".to_owned(), why: format!("base: {error}") })
        }
        Err(CoreError::StyleValue { what, .. }) => {
            // It begins with the name of the field, which the file writes with hyphens.
            let why = what.replace('_', "-");
            Err(Wrong { key: why.split(' ').next().unwrap_or_default().to_owned(), why })
        }
        Err(error) => Err(Wrong { key: String::new(), why: error.to_string() }),
    }
}
