//! References of JSON from its JSON Schemas: a table of every kind of object.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Kit, example::escaped};
use crate::process::root;

/// Tables of a schema of the repository, which is put beside the pages as `schema/NAME`.
pub fn reference(kit: &Kit, file: &str) -> Result<String> {
    let path = root().join(file);
    let text = fs::read_to_string(&path).with_context(|| file.to_owned())?;
    let schema: Value = serde_json::from_str(&text).with_context(|| file.to_owned())?;
    let name = Path::new(file).file_name().context("a file")?.to_string_lossy();
    let beside = kit.pages().join("schema");
    fs::create_dir_all(&beside)?;
    fs::write(beside.join(&*name), &text)?;

    let mut page = format!("The schema itself: [`{name}`](schema/{name}).\n\n");
    page += &object(schema["title"].as_str().context("a title")?, &schema)?;
    for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
        page += &object(name, definition)?;
    }
    Ok(page)
}

fn object(name: &str, of: &Value) -> Result<String> {
    let description = of["description"].as_str().with_context(|| format!("{name} has no description"))?;
    let mut text = format!("## {name}\n\n{}\n\n", escaped(description));
    let Some(fields) = of["properties"].as_object() else {
        return Ok(text + &format!("It is {}.\n\n", kind(of)));
    };
    let required: Vec<_> =
        of["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    text += "| field | is | what it says |\n| --- | --- | --- |\n";
    // In the order of the file, which the list of those that must be there has kept.
    let place = |field: &str| required.iter().position(|other| *other == field).unwrap_or(usize::MAX);
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_by_key(|(field, _)| place(field));
    for (field, of) in fields {
        let said = of["description"].as_str().unwrap_or_default();
        let optional = if required.contains(&field.as_str()) { "" } else { " *May be absent.*" };
        let cell = |text: &str| escaped(text).replace('|', "\\|");
        text += &format!("| `{field}` | {} | {}{optional} |\n", kind(of).replace('|', "\\|"), cell(said));
    }
    Ok(text + "\n")
}

/// What a value is, in words.
fn kind(of: &Value) -> String {
    if let Some(name) = of["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap_or_default();
        return format!("[{name}](#{name})");
    }
    if let Some(values) = of["enum"].as_array() {
        return values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
    }
    if !of["const"].is_null() {
        return format!("`{}`", of["const"]);
    }
    for any in ["anyOf", "oneOf"] {
        if let Some(kinds) = of[any].as_array() {
            return kinds.iter().map(kind).collect::<Vec<_>>().join(" or ");
        }
    }
    match &of["type"] {
        Value::String(name) if name == "array" => format!("array of {}", kind(&of["items"])),
        Value::String(name) => name.clone(),
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => "any".to_owned(),
    }
}
