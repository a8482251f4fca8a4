//! The styles that there are: those built in, and the tables of the configuration file.

use std::collections::BTreeMap;

use render_core::{Error as CoreError, STYLES, Style, StyleOverrides, similar_names};

use super::file::File;
use crate::error::Error;

/// All styles: the built-in ones, and the user's own, checked and sorted by name. Each of these is with the name of the
/// built-in style that it builds on.
#[derive(Debug)]
pub struct Styles(pub Vec<(Style, Option<String>)>);

impl Styles {
    /// The styles that there are beside this file, every one of its own checked, whether it is used or not.
    pub fn of(file: &File) -> Result<Self, Error> {
        let built_in = STYLES.iter().map(|name| Ok((Style::named(name)?, None)));
        let mut all = built_in.collect::<Result<Vec<_>, Error>>()?;
        let mut own = BTreeMap::new();
        for (key, name, overrides) in file.styles() {
            let style = own_style(name, overrides);
            let style = style.map_err(|(within, why)| file.refuse(&[key, name, &within], why))?;
            if own.insert(name, style).is_some() {
                let why = format!("there are two styles {name:?}; give one of them another name");
                return Err(file.refuse(&[key, name], why));
            }
        }
        all.extend(own.into_values());
        Ok(Self(all))
    }

    /// The style of that name, or an error with the names that resemble it.
    pub fn find(&self, name: &str) -> Result<Style, CoreError> {
        let all = || self.0.iter().map(|(style, _)| style);
        all().find(|style| style.name == name).cloned().ok_or_else(|| {
            let similar = similar_names(name, all().map(|style| style.name.as_str()));
            CoreError::UnknownStyle { name: name.to_owned(), similar }
        })
    }
}

/// A style, or which of its keys is wrong, empty for the style itself, and why.
fn own_style(name: &str, overrides: &StyleOverrides) -> Result<(Style, Option<String>), (String, String)> {
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
    Ok((style, Some(base)))
}
