//! [`Block`]: code between fences in a page, and what the page says that it prints.

/// Code in a page.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// `sh`, `python` and the like.
    pub language: String,
    /// Whether it is marked as not to be run.
    pub is_ignored: bool,
    /// The line of the page on which the fence stands, from 1 on.
    pub line: usize,
    /// What stands between the fences.
    pub code: String,
    /// What it prints, where a block `text` follows it: the line of that one's fence, and its text.
    pub prints: Option<(usize, String)>,
}

/// All blocks of a page. A block `text` that follows another one, with nothing but empty lines between, is what that one
/// prints.
pub fn of_page(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    // Whether nothing but empty lines has come since the last block.
    let mut is_next = false;
    let mut lines = page.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let indented = line.trim_start();
        let ticks = indented.bytes().take_while(|byte| *byte == b'`').count();
        if ticks < 3 {
            is_next &= indented.is_empty();
            continue;
        }
        let (fence, info) = indented.split_at(ticks);
        let indent = line.len() - indented.len();
        let mut code = String::new();
        for (_, line) in lines.by_ref() {
            if line.trim() == fence {
                break;
            }
            let margin = line.bytes().take(indent).take_while(|byte| *byte == b' ').count();
            code += &line[margin..];
            code.push('\n');
        }
        let mut words = info.split(',').map(str::trim);
        let language = words.next().unwrap_or_default().to_owned();
        match blocks.last_mut() {
            Some(last) if is_next && language == "text" && last.prints.is_none() => {
                last.prints = Some((index + 1, code));
            }
            _ => {
                let is_ignored = words.any(|word| word == "ignore");
                blocks.push(Block { language, is_ignored, line: index + 1, code, prints: None });
            }
        }
        is_next = true;
    }
    blocks
}

/// Whether an output is what a page says. `…` in a line of the page stands for anything, and alone in a line for any
/// lines.
pub fn is_as_said(said: &str, printed: &str) -> bool {
    let lines =
        |text: &str| text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    are_as_said(&lines(said), &lines(printed))
}

fn are_as_said(said: &[String], printed: &[String]) -> bool {
    match said {
        [] => printed.is_empty(),
        [any, rest @ ..] if any == "…" => {
            (0..=printed.len()).any(|from| are_as_said(rest, &printed[from..]))
        }
        [line, rest @ ..] => match printed {
            [first, others @ ..] => is_line_as_said(line, first) && are_as_said(rest, others),
            [] => false,
        },
    }
}

fn is_line_as_said(said: &str, printed: &str) -> bool {
    match said.split_once('…') {
        None => said == printed,
        Some((before, after)) => printed.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices()
                .map(|(at, _)| at)
                .chain([rest.len()])
                .any(|at| is_line_as_said(after, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_after_a_block_is_what_it_prints_and_only_there() {
        let page = "# A\n\n```sh\none\n```\n\n```text\n1\n```\n\n```text\nalone\n```\n\nWords.\n\n- item\n\n  ```python,ignore\n  two\n    three\n  ```\n";
        let blocks = of_page(page);
        let seen: Vec<_> = blocks
            .iter()
            .map(|it| (it.language.as_str(), it.is_ignored, it.line, it.code.as_str(), it.prints.clone()))
            .collect();
        assert_eq!(
            seen,
            [
                ("sh", false, 3, "one\n", Some((7, "1\n".to_owned()))),
                ("text", false, 11, "alone\n", None),
                ("python", true, 19, "two\n  three\n", None),
            ]
        );
    }

    #[test]
    fn what_changes_from_run_to_run_is_said_by_an_ellipsis_and_nothing_else_passes() {
        for (said, printed, expected) in [
            ("a\nb", "a\nb\n", true),
            ("a\nb", "a\nb\nc", false),
            ("a\nb", "a", false),
            ("in … s", "in 0.3 s", true),
            ("in … s", "in 0.3 m", false),
            ("… of … done", "1 of 2 done", true),
            ("a\n…\nz", "a\nz", true),
            ("a\n…\nz", "a\nb\nc\nz", true),
            ("a\n…\nz", "a\nb", false),
            ("…", "", true),
            ("", "a", false),
        ] {
            assert_eq!(is_as_said(said, printed), expected, "{said:?} {printed:?}");
        }
    }
}
