//! A YAML file as a tree in which every key and value knows its place.
//!
//! Scalars stay texts: what they mean is decided by the place they stand in, so `01067`, `no` and `2026-11-23` are never converted
//! by accident. Anchors, aliases, tags, duplicate keys and further documents are problems.

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use crate::rules::problem::{Code, Place, Problem};

/// Deepest nesting that is read; rules need less than half of it.
const DEPTH_MAX: usize = 48;
/// Largest rule file, in bytes.
pub const FILE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A key or value with its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub kind: Kind,
}

/// The three shapes of YAML.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A text; `plain` if it stands without quotes.
    Scalar {
        /// The text as written.
        text: String,
        /// Whether it stands without quotes.
        plain: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// A mapping, in written order.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Clone, Debug)]
pub struct Key {
    /// Where it stands.
    pub place: Place,
    /// The key.
    pub text: String,
}

impl Node {
    /// The text of a scalar.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// Whether it is an empty or `null` scalar without quotes.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null"))
    }

    /// The items of a list; nothing for anything else.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::List(items) => items,
            Kind::Scalar { .. } | Kind::Map(_) => &[],
        }
    }

    /// The entries of a mapping; nothing for anything else.
    #[must_use]
    pub fn entries(&self) -> &[(Key, Self)] {
        match &self.kind {
            Kind::Map(entries) => entries,
            Kind::Scalar { .. } | Kind::List(_) => &[],
        }
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries()
            .iter()
            .find(|(known, _)| known.text == key)
            .map(|(_, value)| value)
    }

    /// What to call this shape in a message.
    #[must_use]
    pub fn shape(&self) -> &'static str {
        match &self.kind {
            Kind::Scalar { .. } => "a single value",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }
}

/// Whether a file has nothing but empty lines and comments.
pub(super) fn is_blank(text: &str) -> bool {
    text.lines().all(|line| {
        let line = line.trim_start_matches('\u{FEFF}').trim_start();
        line.is_empty() || line.starts_with('#') || matches!(line.trim_end(), "---" | "...")
    })
}

/// Reads one file. `file` is its number in the list of sources.
///
/// A file that is not YAML gives one problem and no tree; duplicate keys, anchors and the like give a problem each and a tree.
pub fn read(file: usize, text: &str, problems: &mut Vec<Problem>) -> Option<Node> {
    let mut builder = Builder {
        file,
        problems: Vec::new(),
        stack: Vec::new(),
        root: None,
    };
    if text.len() > FILE_BYTES_MAX {
        problems.push(Problem::new(
            Code::Syntax,
            Place::start(file),
            format!("the file is larger than {FILE_BYTES_MAX} bytes"),
            "split it: every file of a folder is read",
        ));
        return None;
    }
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let marker = error.marker();
                let place = Place {
                    file,
                    line: marker.line().max(1),
                    column: marker.col() + 1,
                    width: 1,
                };
                problems.append(&mut builder.problems);
                let help = what_to_look_at(text, place, error.info());
                problems.push(Problem::new(
                    Code::Syntax,
                    place,
                    format!("this is not readable YAML: {}", error.info()),
                    help,
                ));
                return None;
            }
        };
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    builder.problem(
                        &span,
                        "a rule file holds one document",
                        "put the second document into a file of its own",
                    );
                    break;
                }
            }
            Event::Alias(_) => {
                builder.problem(
                    &span,
                    "aliases (`*name`) are not read",
                    "write the value out, or make it a definition",
                );
                builder.push(
                    span,
                    Kind::Scalar {
                        text: String::new(),
                        plain: true,
                    },
                );
            }
            Event::Scalar(text, style, anchor, tag) => {
                builder.plain_only(&span, anchor, tag.as_deref());
                let plain = style == ScalarStyle::Plain;
                builder.push(
                    span,
                    Kind::Scalar {
                        text: text.into_owned(),
                        plain,
                    },
                );
            }
            Event::SequenceStart(anchor, tag) => {
                builder.plain_only(&span, anchor, tag.as_deref());
                if !builder.open(&span, Kind::List(Vec::new())) {
                    break;
                }
            }
            Event::MappingStart(anchor, tag) => {
                builder.plain_only(&span, anchor, tag.as_deref());
                if !builder.open(&span, Kind::Map(Vec::new())) {
                    break;
                }
            }
            Event::SequenceEnd | Event::MappingEnd => builder.close(),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
    }
    problems.append(&mut builder.problems);
    builder.root
}

/// What to do about a file that is not YAML, by what the parser says and by what stands in the line.
fn what_to_look_at(text: &str, place: Place, found: &str) -> String {
    let line = place.line;
    let lines: Vec<&str> = text.lines().collect();
    let this = lines.get(line - 1).copied().unwrap_or_default();
    // The parser may only notice in the line before.
    let tabbed = [line, line + 1].into_iter().find(|number| {
        let text = lines.get(number - 1).copied().unwrap_or_default();
        let blank = text.split(|letter: char| !letter.is_whitespace()).next();
        blank.is_some_and(|blank| blank.contains('\t'))
    });
    if let Some(tabbed) = tabbed {
        return format!("line {tabbed} begins with a tab; indent with blanks");
    }
    let before: String = this.chars().take(place.column - 1).collect();
    // The parser only notices where something stands that no `{ }` can hold.
    let in_brackets = [
        "invalid indentation",
        "valid inside a block",
        "node content",
    ];
    if in_brackets.iter().any(|known| found.contains(known))
        && let Some((bracket, line)) = unclosed(&lines, place)
    {
        let closing = if bracket == '{' { '}' } else { ']' };
        return format!("the `{bracket}` in line {line} is not closed; close it with `{closing}`");
    }
    let help = if found.contains("valid YAML whitespace") && this.contains('\t') {
        "a tab stands behind the colon; write a blank"
    } else if found.contains("unprintable") {
        "a character stands here that no editor shows, such as NUL; delete it, or save the file as UTF-8 anew"
    } else if found.contains("anchor") {
        "a text that begins with `*` or `&` stands in quotation marks: `text: \"* mit Vertrag\"`"
    } else if found.contains("misplaced bracket") {
        "this bracket closes nothing; remove it, or open it before"
    } else if found.contains("escape") {
        "inside \"…\" a backslash begins a special character; write two of them, or put '…' around the whole text"
    } else if found.contains("expected key") && before.trim_end().ends_with(['}', ']']) {
        "a text that begins with `{` or `[` stands in quotation marks"
    } else if found.contains("',' or '}'") {
        "close every `{` with its `}`; inside `{ }` a text with a comma or colon stands in quotation marks: `{ text: \"Wer, wann: hier\" }`"
    } else if found.contains("',' or ']'") {
        "close every `[` with its `]` and every `{` with its `}`, and separate the parts by commas"
    } else if found.contains("trailing content") {
        "a text in quotation marks ends at the next `\"`; write „…“ inside it, or put '…' around the whole text"
    } else if found.contains("quoted scalar") {
        "the quotation mark that begins here is not closed before the next entry; close it"
    } else if found.contains("mapping values") && before.contains(": ") {
        "a text with a colon stands in quotation marks: `text: \"Das gilt: immer\"`"
    } else if found.contains("expect ':'") {
        "behind a key stand a colon and a blank, as in `text: Das gilt`; look at this line and the one above. A text of several lines begins with `>-` and is indented deeper than its key"
    } else if found.contains("unexpected character") {
        "a text that begins with a special character stands in quotation marks"
    } else {
        "all keys of one entry begin in the same column, and what belongs to a key is indented deeper than the key: compare this line with the ones above"
    };
    help.to_owned()
}

/// The last bracket before a place that nothing closes before it, and its line.
fn unclosed(lines: &[&str], place: Place) -> Option<(char, usize)> {
    let mut open = Vec::new();
    for (text, line) in lines.iter().zip(1..=place.line) {
        let letters = if line == place.line {
            place.column - 1
        } else {
            usize::MAX
        };
        // What stands behind a number sign is a comment, and its brackets are none.
        let text = text.split(" #").next().unwrap_or_default();
        for letter in text.chars().take(letters) {
            match letter {
                '{' | '[' => open.push((letter, line)),
                '}' | ']' => {
                    open.pop();
                }
                _ => {}
            }
        }
    }
    open.pop()
}

struct Builder {
    file: usize,
    problems: Vec<Problem>,
    stack: Vec<Open>,
    root: Option<Node>,
}

/// A list or mapping whose end has not been read.
struct Open {
    place: Place,
    kind: Kind,
    key: Option<Key>,
}

impl Builder {
    fn place(&self, span: &Span) -> Place {
        let one_line = span.start.line() == span.end.line();
        let width = if one_line {
            span.end.col().saturating_sub(span.start.col()).max(1)
        } else {
            1
        };
        Place {
            file: self.file,
            line: span.start.line().max(1),
            column: span.start.col() + 1,
            width,
        }
    }

    fn problem(&mut self, span: &Span, message: &str, help: &str) {
        let place = self.place(span);
        self.problems
            .push(Problem::new(Code::Syntax, place, message, help));
    }

    fn plain_only(&mut self, span: &Span, anchor: usize, tag: Option<&Tag>) {
        if anchor > 0 {
            self.problem(
                span,
                "anchors (`&name`) are not read",
                "write the value out, or make it a definition",
            );
        }
        if tag.is_some() {
            self.problem(span, "tags (`!name`) are not read", "remove the tag");
        }
    }

    fn open(&mut self, span: &Span, kind: Kind) -> bool {
        if self.stack.len() >= DEPTH_MAX {
            self.problem(
                span,
                "this is nested too deeply",
                "name a part of the condition in definitions.yaml",
            );
            self.stack.clear();
            self.root = None;
            return false;
        }
        let place = self.place(span);
        self.stack.push(Open {
            place,
            kind,
            key: None,
        });
        true
    }

    fn close(&mut self) {
        if let Some(open) = self.stack.pop() {
            self.add(Node {
                place: open.place,
                kind: open.kind,
            });
        }
    }

    fn push(&mut self, span: Span, kind: Kind) {
        let place = self.place(&span);
        self.add(Node { place, kind });
    }

    fn add(&mut self, node: Node) {
        let Some(open) = self.stack.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut open.kind {
            Kind::List(items) => items.push(node),
            Kind::Map(entries) => match open.key.take() {
                Some(key) => entries.push((key, node)),
                None => match node.kind {
                    Kind::Scalar { text, .. } => {
                        if entries.iter().any(|(known, _)| known.text == text) {
                            self.problems.push(Problem::new(
                                Code::DuplicateKey,
                                node.place,
                                format!("the key `{text}` stands here a second time"),
                                "remove one of the two; only one could count",
                            ));
                        }
                        open.key = Some(Key {
                            place: node.place,
                            text,
                        });
                    }
                    Kind::List(_) | Kind::Map(_) => {
                        self.problems.push(Problem::new(
                            Code::Syntax,
                            node.place,
                            "a key must be a single value",
                            "write `key: value`",
                        ));
                        open.key = Some(Key {
                            place: node.place,
                            text: String::new(),
                        });
                    }
                },
            },
            Kind::Scalar { .. } => {}
        }
    }
}
