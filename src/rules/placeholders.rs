//! Placeholders such as `{contact}` in texts for people: what nothing fills in would be shown to them as it stands.

use crate::rules::problem::{Code, Place, Problem, SourceFile, suggest};
use crate::rules::shape::Shape;
use crate::rules::yaml::{Kind, Node};

/// What is filled in, in braces as it is written.
type Filled = &'static [&'static str];

const HEADLINE: Filled = &["{pathway}", "{contact}", "{date}"];
const STALE_NOTICE: Filled = &["{date}"];
const EXPLAINING_LABEL: Filled = &["{fact}", "{value}"];
const NOTHING: Filled = &[];

/// Reports every placeholder in the texts of one rule file that nothing fills in.
pub(super) fn check_rules(
    root: &Node,
    shape: &Shape,
    files: &[SourceFile],
    problems: &mut Vec<Problem>,
) {
    let mut found = Vec::new();
    texts_of(root, shape, NOTHING, &mut found);
    for (node, filled) in found {
        check(node, filled, files, problems);
    }
}

/// Reports every placeholder in a language file that nothing fills in; `fixed` are the notices that name no day. Of a notice that no rule
/// file holds nothing is said here: its file may be the one that cannot be read.
pub(super) fn check_locale(
    root: &Node,
    fixed: &[&str],
    files: &[SourceFile],
    problems: &mut Vec<Problem>,
) {
    let mut found = Vec::new();
    for (section, value) in root.entries() {
        if value.text().is_some() {
            found.push((value, NOTHING));
        }
        for (id, value) in value.entries() {
            let entry = id.text.split('@').next().unwrap_or_default();
            let filled = match section.text.as_str() {
                "headlines" => HEADLINE,
                "labels" => of_label(&id.text),
                "notices" if !fixed.contains(&entry) => STALE_NOTICE,
                _ => NOTHING,
            };
            leaves(value, filled, &mut found);
        }
    }
    for (node, filled) in found {
        check(node, filled, files, problems);
    }
}

/// Whether an entry of `notices` shows the day of a source.
pub(super) fn is_stale_notice(node: &Node) -> bool {
    node.get("staleSources").and_then(Node::text) == Some("true")
}

fn of_label(name: &str) -> Filled {
    if name.starts_with("explain-") {
        EXPLAINING_LABEL
    } else {
        NOTHING
    }
}

fn texts_of<'a>(
    node: &'a Node,
    shape: &Shape,
    filled: Filled,
    found: &mut Vec<(&'a Node, Filled)>,
) {
    match shape {
        Shape::Text => found.push((node, filled)),
        Shape::Texts => found.extend(
            node.entries()
                .iter()
                .map(|(key, value)| (value, of_label(&key.text))),
        ),
        Shape::Of(inner) | Shape::Nullable(inner) => texts_of(node, inner, filled, found),
        Shape::List(inner) => node
            .items()
            .iter()
            .for_each(|item| texts_of(item, inner, filled, found)),
        Shape::Map(fields) => {
            for (key, value) in node.entries() {
                let Some(field) = fields.iter().find(|field| field.key == key.text) else {
                    continue;
                };
                let filled = match key.text.as_str() {
                    "headlines" => HEADLINE,
                    "text" if is_stale_notice(node) => STALE_NOTICE,
                    _ => filled,
                };
                texts_of(value, &field.shape, filled, found);
            }
        }
        Shape::Plain
        | Shape::Id
        | Shape::Date
        | Shape::Bool
        | Shape::Int
        | Shape::Condition
        | Shape::Word(_)
        | Shape::Ids
        | Shape::Any => {}
    }
}

fn leaves<'a>(node: &'a Node, filled: Filled, found: &mut Vec<(&'a Node, Filled)>) {
    match &node.kind {
        Kind::Scalar { .. } => found.push((node, filled)),
        Kind::List(_) => {}
        Kind::Map(entries) => entries
            .iter()
            .for_each(|(_, value)| leaves(value, filled, found)),
    }
}

fn check(node: &Node, filled: Filled, files: &[SourceFile], problems: &mut Vec<Problem>) {
    let text = node.text().unwrap_or_default();
    for (at, _) in text.match_indices('{') {
        let rest = text.get(at..).unwrap_or_default();
        let inside = rest.char_indices().skip(1);
        let mut ends = inside.filter(|(_, letter)| matches!(letter, '{' | '}' | '\n'));
        let closed = ends.next().filter(|(_, letter)| *letter == '}');
        let Some(written) = closed.and_then(|(end, _)| rest.get(..=end)) else {
            problems.push(Problem::new(
                Code::UnknownPlaceholder,
                place(node, "{", files),
                "a `{` in this text is not closed, so it is shown to people as it stands",
                known(filled),
            ));
            continue;
        };
        if !filled.contains(&written) {
            problems.push(Problem::new(
                Code::UnknownPlaceholder,
                place(node, written, files),
                format!("nothing fills in `{written}` here, so it is shown to people as it stands"),
                if filled.is_empty() {
                    known(filled)
                } else {
                    suggest(written, filled.iter().copied())
                },
            ));
        }
    }
}

fn known(filled: Filled) -> String {
    if filled.is_empty() {
        return "no text is filled in at this place; write the words themselves, without `{ }`"
            .to_owned();
    }
    let named: Vec<String> = filled.iter().map(|name| format!("`{name}`")).collect();
    format!("known are {}", named.join(", "))
}

/// Where in a text, which may have several lines, a placeholder stands; the beginning of the text if it is written otherwise there.
fn place(node: &Node, written: &str, files: &[SourceFile]) -> Place {
    let lines = files
        .get(node.place.file)
        .into_iter()
        .flat_map(|file| file.text.lines().zip(1..))
        .skip(node.place.line - 1);
    for (text, line) in lines {
        let first = if line == node.place.line {
            node.place.column - 1
        } else {
            0
        };
        let begin = text
            .char_indices()
            .nth(first)
            .map_or(text.len(), |(at, _)| at);
        let behind = text.get(begin..).unwrap_or_default();
        if let Some(at) = behind.find(written) {
            let before = behind.get(..at).unwrap_or_default().chars().count();
            return Place {
                line,
                column: first + before + 1,
                width: written.chars().count(),
                ..node.place
            };
        }
    }
    node.place
}
