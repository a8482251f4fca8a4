//! The styles that there are: those built in, and the tables of the configuration file.

use std::collections::BTreeMap;

use render_core::{Error as CoreError, STYLES, Style, StyleOverrides, near};

use super::file::File;
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
        for (key, name, overrides) in file.styles() {
            let style = own_style(name, overrides);
            let style = style.map_err(|(within, why)| file.refuse(&[key, name, &within], why))?;
            if own.insert(name, style).is_some() {
                let why = format!("there are two styles {name:?}; give one of them another name");
                return Err(file.refuse(&[key, name], why));
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

/// A style, or which of its keys is wrong, empty for the style itself, and why.
fn own_style(name: &str, overrides: &StyleOverrides) -> Result<Own, (String, String)> {
    if STYLES.contains(&name) {
        let why =
            format!("{name:?} is a built-in style; give yours another name and say base = {name:?} in it");
        return Err((String::new(), why));
    }
    let base = overrides.base.clone().unwrap_or_else(|| Style::default().name);
    let style = overrides.style(name).map_err(|error| match error {
        CoreError::UnknownStyle { .. } => ("base".to_owned(), format!("base: {error}")),
        CoreError::StyleValue { what, .. } => {
            // It begins with the name of the field, which the file writes with hyphens.
            let why = what.replace('_', "-");
            (why.split(' ').next().unwrap_or_default().to_owned(), why)
        }
        _ => (String::new(), error.to_string()),
    })?;
    Ok(Own { style, base })
}
