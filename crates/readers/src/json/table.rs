//! Tables of one's own as JSON: objects, columns, and what pandas writes of a table, each with a column of times.

use std::collections::BTreeMap;

use super::{
    Candidate, JsonForm, Rows, arrays, shape,
    shape::{Column, Place, Shape},
    walk::Step,
    words,
};
use crate::{
    Error, Role, Source,
    columns::is_name_of,
    time::{is_surely_time, to_ms},
};

/// Arrays have as many values, of which the first ones are looked at.
const WIDTHS: std::ops::RangeInclusive<usize> = 1..=256;

/// A table that may be meant, and how many rows it has.
struct Found {
    candidate: Candidate,
    count: u64,
}

impl JsonForm {
    /// Looks for the one table that has a column of times, or else, where that may be lacking, for the one without.
    pub fn of_table(source: &Source, may_lack: bool) -> Result<Self, Error> {
        let shape = shape(source)?;
        let mut found = tables(&shape, false)?;
        if found.is_empty() && may_lack {
            found = tables(&shape, true)?;
        }
        if found.len() > 1 {
            return Err(Error::SeveralTables(found.iter().map(|one| words(&one.candidate.path)).collect()));
        }
        let Some(Found { candidate: Candidate { rows, names, path }, .. }) = found.pop() else {
            return Err(nothing(&shape));
        };
        Ok(Self {
            rows,
            names,
            is_by_symbol: false,
            is_lines: shape.values > 1,
            place: words(&path),
            symbol: None,
            zone: shape.zone,
        })
    }
}

/// The tables that may be meant.
fn tables(shape: &Shape, may_lack: bool) -> Result<Vec<Found>, Error> {
    let mut found = objects(shape, may_lack)?;
    found.extend(by_label(shape)?);
    found.extend(by_rows(shape));
    found.extend(columns(shape, &found, may_lack)?);
    Ok(outermost(found))
}

/// Why no table was found.
fn nothing(shape: &Shape) -> Error {
    let names = shape.places.values().filter(|(_, place)| place.is_object).map(|(_, place)| &place.names);
    let names = names.max_by_key(|names| names.len()).filter(|names| !names.is_empty());
    let columns = || shape.columns.iter().map(|column| last(&column.path)).collect::<Vec<_>>();
    match names {
        Some(names) => Error::NoTimes(names.clone()),
        None if !shape.columns.is_empty() => Error::NoTimes(columns()),
        None if arrays(shape, WIDTHS).next().is_some() => {
            Error::Unfit("its JSON holds arrays without names; write an object for each row")
        }
        None => Error::Unfit("it is JSON, but holds no table: no objects and no arrays with names"),
    }
}

/// Tables that stand neither in rows of others nor beside them, as a single object may.
fn outermost(mut found: Vec<Found>) -> Vec<Found> {
    if found.iter().any(|one| one.count > 1) {
        found.retain(|one| one.count > 1);
    }
    let paths: Vec<Vec<Step>> =
        found.iter().filter(|one| one.count > 1).map(|one| one.candidate.path.clone()).collect();
    found.retain(|Found { candidate: Candidate { path, .. }, .. }| {
        !paths.iter().any(|outer| path.len() > outer.len() && path.starts_with(outer))
    });
    found
}

impl Found {
    /// Whether arrays with names in this place are part of the table: of its rows, or the names of its columns.
    fn owns(&self, place: &[Step]) -> bool {
        let path = self.candidate.path.as_slice();
        let is_beside = matches!(path, [beside @ .., Step::Key(_), Step::Element] if beside == place);
        is_beside || (self.count > 1 && place.starts_with(path))
    }
}

fn last(path: &[Step]) -> String {
    match path.last() {
        Some(Step::Key(key)) => key.clone(),
        _ => String::new(),
    }
}

/// Whether most of some texts are times; what is empty does not count.
fn are_times<'a>(texts: impl Iterator<Item = &'a str>) -> bool {
    let (mut times, mut all) = (0, 0);
    for text in texts.filter(|text| !text.is_empty()) {
        (times, all) = (times + usize::from(is_surely_time(&to_ms(text))), all + 1);
    }
    times * 2 > all
}

fn names_time<'a>(mut names: impl Iterator<Item = &'a String>) -> bool {
    names.any(|name| is_name_of(Role::Time, name))
}

/// Objects one of whose fields is a time, unless that may be lacking, or whose keys are their times.
fn objects(shape: &Shape, may_lack: bool) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    for (path, place) in shape.places.values().filter(|(_, place)| place.is_object) {
        if is_by_label(path, place) {
            continue;
        }
        let fields = |name: &String| {
            let field = |row: &Vec<(String, String)>| row.iter().find(|(own, _)| own == name).cloned();
            place.rows.iter().filter_map(field).map(|(_, value)| value).collect::<Vec<_>>()
        };
        let has_times = |name: &String| are_times(fields(name).iter().map(String::as_str));
        let has_key = path.last() == Some(&Step::Field) && are_times(place.keys.iter().map(String::as_str));
        if !may_lack && !has_key && !names_time(place.names.iter()) && !place.names.iter().any(has_times) {
            continue;
        }
        if place.is_wide {
            return Err(Error::Unfit(
                "its JSON has objects of more than 64 values; write an array for each column",
            ));
        }
        let mut names = place.names.clone();
        if has_key {
            names.insert(0, String::new());
        }
        let rows = Rows::Values { path: path.clone(), has_key, index: None };
        let candidate = Candidate { rows, names: Some(names), path: path.clone() };
        found.push(Found { candidate, count: place.count });
    }
    Ok(found)
}

/// Whether the keys of objects are the names of columns, and their fields are named by their times or, beside a column of
/// these, by the row's number.
fn is_by_label(path: &[Step], place: &Place) -> bool {
    let (Some(first), Some(Step::Field), true) = (place.rows.first(), path.last(), place.is_object) else {
        return false;
    };
    let is_named = names_time(place.keys.iter()) && !names_time(place.names.iter());
    is_named || are_times(first.iter().map(|(label, _)| label.as_str()))
}

/// Objects whose keys are the names of columns.
fn by_label(shape: &Shape) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    for (path, place) in shape.places.values().filter(|(path, place)| is_by_label(path, place)) {
        let parent = &path[..path.len() - 1];
        if place.count > place.keys.len() as u64 {
            return Err(Error::Unfit(
                "its JSON has more than 16 columns by label; write an array for each column",
            ));
        }
        let column = |key: &String| [parent, &[Step::Key(key.clone()), Step::Field]].concat();
        let rows = Rows::Columns { paths: place.keys.iter().map(column).collect(), has_key: true };
        let names = [vec![String::new()], place.keys.clone()].concat();
        let candidate = Candidate { rows, names: Some(names), path: path.clone() };
        // As many as are kept say whether there are several.
        found.push(Found { candidate, count: place.rows.first().map_or(0, |row| row.len() as u64) });
    }
    Ok(found)
}

/// Arrays of arrays whose names stand beside them.
fn by_rows(shape: &Shape) -> impl Iterator<Item = Found> {
    arrays(shape, WIDTHS).filter(|candidate| candidate.names.is_some()).map(|candidate| {
        let count = shape.places.values().find(|(path, _)| *path == candidate.path);
        Found { count: count.map_or(0, |(_, place)| place.count), candidate }
    })
}

/// Arrays with names in one object, one of them of times unless that may be lacking; not those of other tables.
fn columns(shape: &Shape, others: &[Found], may_lack: bool) -> Result<Vec<Found>, Error> {
    let mut groups: BTreeMap<String, Vec<&Column>> = BTreeMap::new();
    for column in &shape.columns {
        let within = &column.path[..column.path.len() - 1];
        if !others.iter().any(|other| other.owns(within)) {
            groups.entry(format!("{within:?}")).or_default().push(column);
        }
    }
    let mut found = Vec::new();
    for group in groups.values() {
        let names: Vec<String> = group.iter().map(|column| last(&column.path)).collect();
        let has_times = |column: &&Column| are_times(column.first.iter().map(String::as_str));
        if !may_lack && !names_time(names.iter()) && !group.iter().any(has_times) {
            continue;
        }
        let count = group[0].count;
        if group.iter().any(|column| column.count != count || column.times != 1) {
            return Err(Error::Unfit("the columns of its JSON are not of one length"));
        }
        let path = |column: &&Column| [column.path.as_slice(), &[Step::Element]].concat();
        let rows = Rows::Columns { paths: group.iter().map(path).collect(), has_key: false };
        let candidate =
            Candidate { rows, names: Some(names), path: group[0].path[..group[0].path.len() - 1].to_vec() };
        found.push(Found { candidate, count });
    }
    Ok(found)
}
