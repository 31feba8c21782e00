//! Problems that only follow from others: a file that cannot be read hides its entries, and everything that names one of them would be
//! told as a problem of its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::problem::{Code, Problem, SourceFile};
use crate::rules::shape;
use crate::rules::texts::REMARKS;
use crate::rules::yaml;

/// Keys of a condition whose value names something that stands elsewhere; every other value may be the name of an entry.
const REFERENCES: &[&str] = &[
    "definition",
    "module",
    "offer",
    "contactRoute",
    "notice",
    "of",
    "source",
    "use",
];

/// What a damaged file holds, as far as its text tells.
struct Damaged<'a> {
    file: usize,
    /// Nothing for a file of which not even the kind is known.
    kind: Option<&'static str>,
    /// Nothing for a file without a word, which may have held every name.
    names: Option<BTreeSet<&'a str>>,
    /// Its text in one line, in which a remark can be found however it is folded.
    line: String,
}

impl Damaged<'_> {
    fn may_hold(&self, kind: &str, name: &str) -> bool {
        if kind == REMARKS {
            // Translations and cases have no remarks of their own.
            let may_cite = !matches!(self.kind, Some("locales" | "cases"));
            return may_cite && (self.names.is_none() || self.line.contains(&one_line(name)));
        }
        let right_kind = self.kind.is_none_or(|own| own == kind);
        right_kind && self.names.as_ref().is_none_or(|names| names.contains(name))
    }
}

/// Leaves out problems about names that only a damaged file holds, and says so beside the first problem of that file. A name that the
/// text of the damaged file does not have is a problem still.
pub(super) fn leave_out_followers(files: &[SourceFile], problems: &mut Vec<Problem>) {
    let damaged = damaged(files, problems);
    if damaged.is_empty() {
        return;
    }
    let mut left_out: BTreeMap<usize, usize> = BTreeMap::new();
    problems.retain(|problem| {
        let Some((kind, name)) = &problem.misses else {
            return true;
        };
        let holder = damaged.iter().find(|damaged| damaged.may_hold(kind, name));
        if let Some(holder) = holder {
            *left_out.entry(holder.file).or_default() += 1;
        }
        holder.is_none()
    });
    for (file, count) in left_out {
        let first = problems
            .iter_mut()
            .find(|problem| problem.place.file == file && damages(problem.code));
        if let Some(first) = first {
            let (noun, verb) = if count == 1 {
                ("problem", "is")
            } else {
                ("problems", "are")
            };
            let told = format!(
                "; {count} {noun} about what this file holds {verb} left out until it is readable"
            );
            first.help.push_str(&told);
        }
    }
}

/// Whether a problem can hide entries of its file.
fn damages(code: Code) -> bool {
    matches!(
        code,
        Code::Syntax | Code::UnknownKey | Code::MissingKey | Code::WrongShape | Code::MissingFile
    )
}

fn damaged<'a>(files: &'a [SourceFile], problems: &[Problem]) -> Vec<Damaged<'a>> {
    let numbers: BTreeSet<usize> = problems
        .iter()
        .filter(|problem| damages(problem.code))
        .map(|problem| problem.place.file)
        .collect();
    let damaged = numbers.into_iter().filter_map(|number| {
        let file = files.get(number)?;
        let stem = file.name.strip_suffix(".yml");
        let name = stem.map_or_else(|| file.name.clone(), |stem| format!("{stem}.yaml"));
        Some(Damaged {
            file: number,
            kind: shape::kind_of(&name).map(|(kind, _)| kind),
            names: (!yaml::is_blank(&file.text)).then(|| names(&file.text)),
            line: one_line(&file.text),
        })
    });
    damaged.collect()
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace("\\\"", "\"")
}

/// Everything in a text that may be the name of an entry: `id: name`, and the keys of small texts.
fn names(text: &str) -> BTreeSet<&str> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let mut names = BTreeSet::new();
    for line in text.lines() {
        // What to bring has its text only where some route names it.
        if let Some((_, list)) = line.split_once("bring: [") {
            let list = list.split(']').next().unwrap_or_default();
            names.extend(list.split(", "));
        }
        for (at, _) in line.match_indices(':') {
            let (before, behind) = line.split_at(at);
            let before = before.trim_end_matches(['"', '\'']);
            let begin = before.rfind(|letter| !is_name(letter));
            let key = before.get(begin.map_or(0, |begin| begin + 1)..);
            let key = key.unwrap_or_default();
            let value = behind.trim_start_matches([':', ' ', '"', '\'']);
            let end = value.find(|letter| !is_name(letter));
            let value = value.get(..end.unwrap_or(value.len())).unwrap_or_default();
            // A key with a single word behind it, such as `yes: Ja` among the labels.
            let written = line.trim_start().trim_start_matches(['"', '\'']);
            if written.starts_with(key) && !key.is_empty() {
                names.insert(key);
            }
            if !REFERENCES.contains(&key) && !value.is_empty() {
                names.insert(value);
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_every_way_of_writing_an_entry() {
        let text = "labels:\n  yes: Ja\n  \"no\": Nein\noffers:\n  - id: bab\n  - { id: bvb, when: { offer: abg } }\n  - { id: \"1a\" }\n";
        let found = names(text);
        for name in ["yes", "no", "bab", "bvb", "1a"] {
            assert!(found.contains(name), "{name} in {found:?}");
        }
        assert!(
            !found.contains("abg"),
            "a reference names what stands elsewhere"
        );
    }
}
