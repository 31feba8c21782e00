//! All texts in all languages. German stands beside the rules; every other language is one file, or several.

use std::collections::{BTreeSet, HashMap};

use crate::rules::problem::{Code, Place, Problem, suggest};
use crate::rules::yaml::{Kind, Node};

/// Number of a text.
pub type TextId = u32;

/// First letter of the key of a text that is not translated.
pub const AS_PRINTED: char = '=';

/// What the keys of remarks begin with.
pub(super) const REMARKS: &str = "remarks";

/// End of the key of a version whose first day cannot be read.
pub(super) const NO_DAY: &str = "@?";

/// A language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locale {
    /// BCP 47 tag.
    pub tag: String,
    /// Its name in itself.
    pub name: String,
}

/// Texts by number and language; a missing one is German.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    locales: Vec<Locale>,
    keys: Vec<String>,
    values: Vec<Vec<String>>,
    numbers: HashMap<String, TextId>,
    missing: Vec<Vec<String>>,
}

impl Texts {
    /// No texts yet, German only.
    #[must_use]
    pub fn new() -> Self {
        Self {
            locales: vec![Locale {
                tag: "de".to_owned(),
                name: "Deutsch".to_owned(),
            }],
            values: vec![Vec::new()],
            missing: vec![Vec::new()],
            ..Self::default()
        }
    }

    /// Enters a German text under its key; the same key is entered once.
    pub fn add(&mut self, key: &str, german: &str) -> TextId {
        if let Some(known) = self.numbers.get(key) {
            return *known;
        }
        let number = TextId::try_from(self.keys.len()).unwrap_or(TextId::MAX);
        self.keys.push(key.to_owned());
        self.numbers.insert(key.to_owned(), number);
        if let Some(texts) = self.values.first_mut() {
            texts.push(german.to_owned());
        }
        number
    }

    /// Enters the German `note` of a source or a citation. It has no name of its own and often stands in many places, so its key is the German
    /// text itself.
    pub fn add_remark(&mut self, node: &Node) -> Option<TextId> {
        let german = node.get("note").and_then(Node::text)?.trim();
        if german.is_empty() {
            return None;
        }
        Some(self.add(&format!("{REMARKS}.{german}"), german))
    }

    /// Enters the remarks on every citation in a file, also of an entry that is left out for another problem.
    pub fn add_remarks(&mut self, node: &Node) {
        for (key, value) in node.entries() {
            if key.text == "citations" {
                for citation in value.items() {
                    self.add_remark(citation);
                }
            } else {
                self.add_remarks(value);
            }
        }
        for item in node.items() {
            self.add_remarks(item);
        }
    }

    /// Reads the files of one language, after every German text was entered.
    pub fn add_locale(&mut self, roots: &[&Node], problems: &mut Vec<Problem>) {
        let Some(root) = roots.first() else { return };
        let word = |root: &Node, key: &str| {
            root.get(key)
                .and_then(Node::text)
                .unwrap_or_default()
                .to_owned()
        };
        let (tag, name) = (word(root, "locale"), word(root, "name"));
        let mut found: HashMap<TextId, String> = HashMap::new();
        for part in roots {
            if word(part, "name") != name {
                let place = part.get("name").map_or(part.place, |node| node.place);
                problems.push(Problem::new(
                    Code::WrongShape,
                    place,
                    format!("the language `{tag}` has another name in another file: `{name}`"),
                    "write the same name in all files of a language",
                ));
            }
            for (key, value) in part.entries() {
                if !matches!(key.text.as_str(), "locale" | "name") {
                    self.collect(&key.text, key.place, value, &mut found, problems);
                }
            }
        }
        let german = self.values.first().cloned().unwrap_or_default();
        let mut missing = Vec::new();
        let mut texts = Vec::with_capacity(german.len());
        for (number, (key, german)) in self.keys.iter().zip(german).enumerate() {
            let number = TextId::try_from(number).unwrap_or(TextId::MAX);
            if let Some(text) = found.remove(&number) {
                texts.push(text)
            } else {
                // A number or an address as printed is the same in every language.
                // Under which key the texts of a version must stand, only its day tells.
                if !key.starts_with(AS_PRINTED) && !key.contains(NO_DAY) {
                    missing.push(key.clone());
                }
                texts.push(german);
            }
        }
        if !missing.is_empty() {
            let mut named: Vec<String> = missing
                .iter()
                .take(12)
                .map(|key| format!("`{key}`"))
                .collect();
            if missing.len() > named.len() {
                named.push(format!("{} more", missing.len() - named.len()));
            }
            problems.push(Problem::new(
                Code::MissingText,
                root.place,
                format!(
                    "{} texts are missing in `{}`: {}",
                    missing.len(),
                    tag,
                    named.join(", ")
                ),
                "add them to this file; until then German is shown",
            ));
        }
        self.locales.push(Locale { tag, name });
        self.values.push(texts);
        self.missing.push(missing);
    }

    fn collect(
        &self,
        path: &str,
        place: Place,
        node: &Node,
        found: &mut HashMap<TextId, String>,
        problems: &mut Vec<Problem>,
    ) {
        match &node.kind {
            Kind::Map(entries) => {
                let (told, texts) = (problems.len(), found.len());
                for (key, value) in entries {
                    self.collect(
                        &format!("{path}.{}", key.text),
                        key.place,
                        value,
                        found,
                        problems,
                    );
                }
                // What is unknown as a whole is one problem, not one for each of its texts.
                if problems.len() > told + 1 && found.len() == texts && self.missed(path).is_some()
                {
                    problems.truncate(told);
                    problems.push(self.unknown(path, place));
                }
            }
            Kind::Scalar { text, .. } => {
                if let Some(number) = self.numbers.get(path) {
                    let other = found.insert(*number, text.trim_end().to_owned());
                    if other.is_some() {
                        problems.push(Problem::new(
                            Code::DuplicateKey,
                            place,
                            format!(
                                "the text `{path}` stands in another file of this language, too"
                            ),
                            "remove one of the two; only one could count",
                        ));
                    }
                } else {
                    problems.push(self.unknown(path, place));
                }
            }
            Kind::List(_) => problems.push(Problem::new(
                Code::WrongShape,
                node.place,
                "a list stands where a text must stand",
                "write a text",
            )),
        }
    }

    /// A text, or several whose keys begin so, for something that does not exist.
    fn unknown(&self, path: &str, place: Place) -> Problem {
        if let Some(german) = path
            .strip_prefix(REMARKS)
            .and_then(|rest| rest.strip_prefix('.'))
        {
            return Problem::new(
                Code::UnknownText,
                place,
                format!("no source and no citation has the remark `{german}`"),
                "write its German `note` here, letter by letter, or remove this text",
            )
            .missing(REMARKS, german);
        }
        let depth = path.split('.').count();
        let known: BTreeSet<&str> = self
            .keys
            .iter()
            .map(|key| beginning(key, depth))
            .filter(|key| near(key, path))
            .collect();
        let message = format!("there is no text `{path}`");
        let problem = Problem::new(Code::UnknownText, place, message, suggest(path, known));
        match self.missed(path) {
            Some((kind, name)) => problem.missing(kind, name),
            None => problem,
        }
    }

    /// What a key without a text names first that no rule file was found to hold: the kind of file, and the id.
    fn missed<'a>(&self, path: &'a str) -> Option<(&'static str, &'a str)> {
        let mut parts = path.split('.');
        let kind = match parts.next()? {
            "labels" | "headlines" => "ruleset",
            "facts" | "impossible" => "facts",
            "pathways" => "pathways",
            "decidedBy" => "decided-by",
            "modules" => "modules",
            "offers" => "offers",
            "contactRoutes" | "documents" | "bands" => "contact-routes",
            "notices" => "notices",
            "evidence" => "evidence",
            "events" => "events",
            _ => return None,
        };
        let mut end = path.find('.')?;
        for part in parts {
            end += 1 + part.len();
            let prefix = path.get(..end)?;
            let known = self.keys.iter().any(|key| {
                let rest = key.strip_prefix(prefix);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            });
            // These stand in every key of their kind and name nothing.
            let names_nothing = matches!(
                part,
                "rules" | "requirements" | "channels" | "options" | "bodies"
            );
            if !known && !names_nothing {
                // A text of one version has the day on which it begins behind its id.
                let name = part.split('@').next().unwrap_or(part);
                return Some((kind, name));
            }
        }
        None
    }

    /// The languages, German first.
    #[must_use]
    pub fn locales(&self) -> &[Locale] {
        &self.locales
    }

    /// The text with this number in this language.
    #[must_use]
    pub fn get(&self, locale: usize, text: TextId) -> &str {
        self.values
            .get(locale)
            .or_else(|| self.values.first())
            .and_then(|texts| texts.get(text as usize))
            .map_or("", String::as_str)
    }

    /// Keys of the texts that a language lacks.
    #[must_use]
    pub fn missing(&self, locale: usize) -> &[String] {
        self.missing.get(locale).map_or(&[], Vec::as_slice)
    }

    /// Every key with its text in one language.
    pub fn all(&self, locale: usize) -> impl Iterator<Item = (&str, &str)> {
        let texts = self.values.get(locale).map_or(&[][..], Vec::as_slice);
        self.keys
            .iter()
            .map(String::as_str)
            .zip(texts.iter().map(String::as_str))
    }
}

/// The first parts of a key.
fn beginning(key: &str, parts: usize) -> &str {
    let end = key.match_indices('.').nth(parts.saturating_sub(1));
    end.and_then(|(end, _)| key.get(..end)).unwrap_or(key)
}

/// Keys worth comparing: an edit distance over all of some thousand keys would take seconds.
fn near(key: &str, path: &str) -> bool {
    key.len().abs_diff(path.len()) <= 4 && key.split('.').next() == path.split('.').next()
}
