//! Names that resemble a mistyped one.

/// Those of `known` that resemble `name`, best first, at most three.
#[must_use]
pub fn similar_names<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let wanted = name.to_ascii_lowercase();
    let mut scored: Vec<(usize, &str)> = known
        .into_iter()
        .map(|candidate| {
            let lower = candidate.to_ascii_lowercase();
            let distance = if lower == wanted {
                0
            } else if lower.contains(&wanted) || wanted.contains(&lower) {
                1
            } else {
                strsim::damerau_levenshtein(&wanted, &lower)
            };
            (distance, candidate)
        })
        .filter(|&(distance, candidate)| distance <= 1 + candidate.len().min(name.len()) / 3)
        .collect();
    scored.sort_unstable();
    scored.into_iter().take(3).map(|(_, candidate)| candidate.to_owned()).collect()
}

/// `; did you mean "a" or "b"?`, or nothing if there is none.
pub(crate) fn hint(similar: &[String]) -> String {
    if similar.is_empty() {
        return String::new();
    }
    let quoted: Vec<String> = similar.iter().map(|name| format!("{name:?}")).collect();
    format!("; did you mean {}?", quoted.join(" or "))
}
