//! How a table is to be read: the names of its columns, which of them are times, and how times and numbers are written.

use crate::{
    Columns, DateOrder, EpochUnit, Error, Format, ReadOptions, Role, RowFault, Source, TimeDoubt, TimeFormat,
    columns::times_by_name,
    delimited::{DelimitedForm, unquoted},
    format::{
        FAR_AHEAD, Kind, Parser, check_zone, first_rows, normalised, numbers, of_day, time_format,
        written_time,
    },
    json::JsonForm,
    limits::MOST_FIELDS,
    number::is_nothing,
    record::Record,
    source::Records,
    table::is_empty,
    time::{TimeHints, is_surely_time, may_be_time, to_ms, written},
};

/// No time is a smaller number, so that numbers of rows are none.
const LEAST: f64 = 20_700.0;

/// Finds out how a table is to be read, from its first rows; the names of its columns are those of the format. Where rows
/// may lack a time, all of them may, and there need be no column of times.
pub(super) fn understand(source: &Source, options: &ReadOptions, may_lack: bool) -> Result<Format, Error> {
    let parser = match Kind::of(source)? {
        Kind::Table => Parser::Table,
        Kind::Sheet => Parser::Delimited(DelimitedForm::of_table_sheet(source)?),
        Kind::Json => Parser::Json(JsonForm::of_table(source, may_lack)?),
        Kind::Delimited => Parser::Delimited(DelimitedForm::of_table(source)?),
    };
    let mut records = parser.records(source)?;
    let names = checked(records.names().ok_or(Error::NoHeader)?)?;
    let rows: Vec<Record> = first_rows(&parser, &mut *records)?
        .iter()
        .map(|row| row.iter().map(to_ms).collect())
        .filter(|row| !is_empty(row))
        .collect();
    if rows.is_empty() {
        return Err(no_rows(&parser, source));
    }
    let numbers = numbers(&parser, &rows, options)?;
    let plain: Vec<Record> = rows.iter().map(|row| normalised(row, numbers)).collect();
    let columns = match &options.columns {
        Some(roles) => given(roles, names.len())?,
        None => match times(&names, &plain) {
            Err(Error::NoTimes(_)) if may_lack => {
                Columns { roles: names.iter().map(|_| Role::Other).collect() }
            }
            found => found?,
        },
    };
    if columns.place(Role::Time).is_some() {
        check_zone(&parser, Some(&names), &columns, &rows, options)?;
    }
    let of_day = columns.place(Role::TimeOfDay).and_then(|place| of_day(&rows, place));
    let latest = if options.now > 0 { options.now } else { FAR_AHEAD };
    let time = times_as_written(&parser, &mut *records, &rows, &columns, of_day, options)?;
    drop(records);
    let time_zone = options.time_zone.clone();
    let names = Some(names);
    Ok(Format { parser, names, columns, time, time_zone, numbers, symbol: None, of_day, latest })
}

/// How times are written, from those of the first rows, or of the first ones that have any.
fn times_as_written(
    parser: &Parser,
    records: &mut dyn Records,
    rows: &[Record],
    columns: &Columns,
    of_day: Option<usize>,
    options: &ReadOptions,
) -> Result<TimeFormat, Error> {
    let written = |row: &Record| match columns.place(Role::Time) {
        Some(_) => to_ms(&written_time(row, columns, of_day)).into_owned(),
        None => String::new(),
    };
    let some = |rows: &[Record]| -> Vec<String> {
        rows.iter().map(written).filter(|time| !is_nothing(time)).collect()
    };
    let mut first = some(rows);
    while first.is_empty() && columns.place(Role::Time).is_some() {
        let more = first_rows(parser, records)?;
        if more.is_empty() {
            break;
        }
        first = some(&more);
    }
    let first = likely(first);
    let are_numbers = !first.is_empty() && first.iter().all(|time| time.parse::<f64>().is_ok());
    // Another file that is read with the same options may write texts.
    if let Some(unit) = options.unit.filter(|_| are_numbers) {
        return Ok(TimeFormat::Epoch(unit));
    }
    let hints = TimeHints {
        // What is of one's own may lie ahead.
        now: FAR_AHEAD,
        interval: options.interval,
        order: options.date_order,
        is_free: true,
    };
    match time_format(first.clone(), records, &written, &hints) {
        // The rows tell which of them has it.
        Err(Error::Time(TimeDoubt::Unknown(_))) => {
            Ok(TimeFormat::Text(options.date_order.unwrap_or_else(|| usual_order(&first))))
        }
        found => found,
    }
}

/// Why no row was found that has as many cells as there are names.
fn no_rows(parser: &Parser, source: &Source) -> Error {
    let first = || {
        let Parser::Delimited(form) = parser else { return Ok(None) };
        let (mut records, mut record) = (parser.records(source)?, Record::new());
        while let Some(line) = records.read(&mut record)? {
            if !is_empty(&record) && !form.is_header(&record) && !DelimitedForm::is_comment(&record) {
                return Ok(Some(RowFault::Columns(record.len(), form.width()).at(line)));
            }
        }
        Ok(None)
    };
    first().unwrap_or_else(Some).unwrap_or(Error::NoRows)
}

/// The names of columns, none of them twice; columns without a name are of no use to anyone.
fn checked(names: &[String]) -> Result<Vec<String>, Error> {
    if names.len() > MOST_FIELDS {
        return Err(Error::TooManyColumns(names.len()));
    }
    let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
    let mut known: Vec<String> = Vec::new();
    for name in &names {
        if name.contains(char::is_control) {
            return Err(Error::ControlInName(name.clone()));
        }
        let lower = name.to_lowercase();
        if let Some(before) = known.iter().position(|other| *other == lower && !name.is_empty()) {
            return Err(Error::SameNames(names[before].clone(), name.clone()));
        }
        known.push(lower);
    }
    Ok(names)
}

/// The columns of times: by their names, where these hold some, or else the first that does.
fn times(names: &[String], rows: &[Record]) -> Result<Columns, Error> {
    let mostly = |place: usize, is: &dyn Fn(&str) -> bool| {
        let fields = || rows.iter().map(|row| unquoted(row.field(place))).filter(|field| !is_nothing(field));
        fields().filter(|field| is(field)).count() * 2 > fields().count()
    };
    let may_be = |field: &str| {
        may_be_time(field) && field.parse::<f64>().ok().is_none_or(|number| number.abs() >= LEAST)
    };
    let named = times_by_name(names, rows).map_err(|fault| fault.at(1))?;
    let is_meant = |columns: &&Columns| columns.place(Role::Time).is_some_and(|at| mostly(at, &may_be));
    if let Some(columns) = named.as_ref().filter(is_meant) {
        return Ok(columns.clone());
    }
    let place = (0..names.len()).find(|place| mostly(*place, &is_surely_time));
    let only = |place: usize| {
        let role = |at: usize| if at == place { Role::Time } else { Role::Other };
        Columns { roles: (0..names.len()).map(role).collect() }
    };
    // What has the name of times and holds none is a fault of its rows.
    place.map(only).or(named).ok_or_else(|| Error::NoTimes(names.to_vec()))
}

/// Columns of times as the options give them; others are of no use here.
fn given(roles: &[Role], width: usize) -> Result<Columns, Error> {
    let columns = Columns { roles: roles.to_vec() };
    match columns.place(Role::Time) {
        None => Err(Error::NotGiven(Role::Time.name())),
        Some(_) if columns.least() > width => Err(Error::TooManyGiven(roles.len(), width)),
        Some(_) => Ok(columns),
    }
}

/// Those of some times that are written as most of them: others are faults of their rows.
fn likely(times: Vec<String>) -> Vec<String> {
    let is_number = |time: &String| may_be_time(time) && time.parse::<f64>().is_ok();
    let is_date = |time: &String| !is_number(time) && may_be_time(time);
    let count = |is: &dyn Fn(&String) -> bool| times.iter().filter(|time| is(time)).count();
    let (numbers, dates) = (count(&is_number), count(&is_date));
    if numbers + dates == 0 {
        return times;
    }
    let is_likely = |time: &String| if numbers > dates { is_number(time) } else { is_date(time) };
    let times: Vec<String> = times.into_iter().filter(is_likely).collect();
    // A digit too many is a fault of its row as well.
    let fits = |unit: EpochUnit, time: &String| {
        time.parse::<f64>().is_ok_and(|number| unit.ms(number as i64) <= FAR_AHEAD)
    };
    let is_usual = |unit: &EpochUnit| times.iter().filter(|time| fits(*unit, time)).count() * 2 > times.len();
    match EpochUnit::ALL.into_iter().find(is_usual).filter(|_| numbers > dates) {
        Some(unit) => times.into_iter().filter(|time| fits(unit, time)).collect(),
        None => times,
    }
}

/// The order that most dates are written in.
fn usual_order(times: &[String]) -> DateOrder {
    let orders = [DateOrder::MonthDayYear, DateOrder::DayMonthYear, DateOrder::YearMonthDay];
    let fits = |order: &DateOrder| times.iter().filter(|time| written(time, *order).is_ok()).count();
    orders.into_iter().max_by_key(fits).unwrap_or(DateOrder::YearMonthDay)
}
