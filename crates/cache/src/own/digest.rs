//! A digest of values and marks, for the hash of a plan.

use render_core::{Digest, DigestWriter, Own, OwnSeries, Spec};

use crate::plan::text;

/// Over all that a spec draws and that is dated before a time. What comes later decides no pixel.
pub fn of(own: &Own, spec: &Spec, until: i64) -> Digest {
    let (options, mut writer) = (spec.options(), DigestWriter::default());
    for drawing in &options.series {
        let values = own.series(&drawing.name).map(OwnSeries::values).unwrap_or_default();
        let values = &values[..values.partition_point(|value| value.time < until)];
        writer.update(&(values.len() as u64).to_le_bytes());
        for value in values {
            writer.update(&value.time.to_le_bytes());
            writer.update(&[u8::from(value.value.is_some())]);
            let bits = value.value.map(|(low, high)| [low, high].map(|it| it.to_bits().to_le_bytes()));
            bits.iter().flatten().for_each(|bits| writer.update(bits));
        }
    }
    let known = |time: &Option<i64>| time.is_none_or(|time| time < until);
    for mark in own.marks().iter().filter(|mark| options.marks && known(&mark.time)) {
        let end = mark.time2.filter(|time| *time < until);
        let price2 = mark.price2.filter(|_| known(&mark.time2));
        text(&mut writer, mark.kind.name());
        text(&mut writer, &mark.text);
        text(&mut writer, &mark.color.map(|color| color.to_string()).unwrap_or_default());
        for number in [mark.time, end] {
            writer.update(&[u8::from(number.is_some())]);
            writer.update(&number.unwrap_or_default().to_le_bytes());
        }
        for price in [mark.price, price2] {
            writer.update(&[u8::from(price.is_some())]);
            writer.update(&price.unwrap_or_default().to_bits().to_le_bytes());
        }
        writer.update(&[mark.side as u8]);
    }
    writer.finish()
}
