//! What may stand where in a rule file: one table per kind of file, from which reading is checked and the JSON Schemas are made.

use crate::rules::built_in::BuiltIn;
use crate::rules::problem::{Code, Problem, suggest};
use crate::rules::yaml::{Kind, Node};

/// What a value may be.
#[derive(Debug)]
pub enum Shape {
    /// A text for people; the key names it in locale files.
    Text,
    /// A text that is not translated: a name, an address, a pinpoint.
    Plain,
    /// An id: letters, digits and hyphens.
    Id,
    /// A calendar day, `YYYY-MM-DD`.
    Date,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A condition; its meaning is checked when it is compiled.
    Condition,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list.
    List(&'static Shape),
    /// A mapping with these keys.
    Map(&'static [Field]),
    /// A mapping from ids or words to texts.
    Texts,
    /// A list of ids.
    Ids,
    /// Anything; checked elsewhere.
    Any,
    /// `null` or the inner shape.
    Nullable(&'static Shape),
    /// The shape named elsewhere.
    Of(&'static Shape),
}

/// A key of a mapping.
#[derive(Debug)]
pub struct Field {
    /// The key.
    pub key: &'static str,
    /// What stands behind it.
    pub shape: Shape,
    /// Whether it must stand there.
    pub required: bool,
    /// What it is for; becomes the description in the JSON Schema.
    pub doc: &'static str,
}

const fn must(key: &'static str, shape: Shape, doc: &'static str) -> Field {
    Field {
        key,
        shape,
        required: true,
        doc,
    }
}

const fn may(key: &'static str, shape: Shape, doc: &'static str) -> Field {
    Field {
        key,
        shape,
        required: false,
        doc,
    }
}

const ID: Field = must(
    "id",
    Shape::Id,
    "Name of the entry; never changes its meaning.",
);
const FROM: Field = may(
    "validFrom",
    Shape::Date,
    "First day on which this version is valid.",
);
const UNTIL: Field = may(
    "validUntil",
    Shape::Date,
    "Last day on which this version is valid.",
);
const TITLE: Field = must("title", Shape::Text, "Title, German.");
const TEXT: Field = must("text", Shape::Text, "Text, German.");
const WHEN: Field = must("when", Shape::Condition, "Condition.");
const REQUIRES: Field = may("requires", Shape::Condition, "Must hold beside the rules.");
const UNLESS: Field = may(
    "unless",
    Shape::Condition,
    "Absent once this is certain; while it is open, the rest decides.",
);
const RULES: Field = must(
    "rules",
    Shape::List(&RULE),
    "Present when one of these is certain.",
);
const BASIS: Field = may(
    "basis",
    Shape::Word(BASES),
    "What kind of authority the entry rests on (`rules/README.md`, Citations and basis).",
);
const CITATIONS: Field = may("citations", Shape::List(&CITATION), "Where it stands.");

/// Authorities in descending weight; only the first may exclude anybody.
pub const BASES: &[&str] = &[
    "statute",
    "materials",
    "comm",
    "fw2h",
    "ba-info",
    "caselaw",
    "derived",
    "unverified",
];
/// What can be said about a fact.
pub const FACT_KINDS: &[&str] = &["bool", "one", "many", "int", "date", "plz"];
/// What a false requirement means.
pub const REQUIREMENT_KINDS: &[&str] = &["must", "waiting", "limit", "assessment"];
/// Bodies that can decide; the order is the order of [`crate::rules::model::Body`].
pub const BODIES: &[&str] = &[
    "agentur-fuer-arbeit",
    "jobcenter",
    "rehabilitation-carrier",
    "unclear",
];

static RULE: Shape = Shape::Map(&[ID, WHEN, TEXT, FROM, UNTIL]);
static CITATION: Shape = Shape::Map(&[
    must("source", Shape::Id, "Id of a source."),
    may(
        "at",
        Shape::Plain,
        "Pinpoint, such as `§ 74 Abs. 1 Satz 1`.",
    ),
    may(
        "url",
        Shape::Plain,
        "Address, if it is not the source's own.",
    ),
    may("note", Shape::Plain, "Remark on the citation, German."),
]);
static HEADLINE: Shape = Shape::Map(&[
    ID,
    may(
        "when",
        Shape::Condition,
        "Counts only when this is certain.",
    ),
    may(
        "outcome",
        Shape::List(&Shape::Word(OUTCOMES)),
        "Outcomes of the whole answer it is for.",
    ),
    TEXT,
    FROM,
    UNTIL,
]);
/// Outcomes a rule may name; `missing-facts` only where the whole answer is meant.
pub const OUTCOMES: &[&str] = &[
    "conditions-met",
    "agency-assessment",
    "missing-facts",
    "not-yet",
    "expired",
    "conditions-not-met",
    "not-in-force",
];
static OPTION: Shape = Shape::Map(&[ID, TEXT]);
static RANGE: Shape = Shape::Map(&[
    must("min", Shape::Int, "Smallest value."),
    must("max", Shape::Int, "Largest value."),
]);
static ABSENT_MEANS: Shape = Shape::Map(&[
    must("value", Shape::Plain, "What an absent fact is taken for."),
    must("text", Shape::Text, "The assumption as a sentence, German."),
    may(
        "scope",
        Shape::Word(&["everything", "order"]),
        "Where the assumption counts.",
    ),
]);
static FACT: Shape = Shape::Map(&[
    must("id", Shape::Id, "Name in requests, camelCase."),
    must("kind", Shape::Word(FACT_KINDS), "Kind of value."),
    must("label", Shape::Text, "Short name, German."),
    must("question", Shape::Text, "Question, German."),
    must("why", Shape::Text, "Why it is asked, German."),
    may("help", Shape::Text, "Help, German."),
    may(
        "ask",
        Shape::Int,
        "Rank in the questionnaire; lower is asked earlier.",
    ),
    may("sensitive", Shape::Bool, "Art. 9 DSGVO or comparable."),
    may(
        "changeable",
        Shape::Bool,
        "Whether a person can change it at all.",
    ),
    may(
        "options",
        Shape::List(&OPTION),
        "Options of a `one` or `many` fact.",
    ),
    may("range", Shape::Of(&RANGE), "Range of an `int` fact."),
    may(
        "impliedBy",
        Shape::Condition,
        "Absent and this is certain: the fact has `impliedValue`.",
    ),
    may(
        "impliedValue",
        Shape::Plain,
        "Value that `impliedBy` gives; `true` for a `bool` fact.",
    ),
    may(
        "consistentWith",
        Shape::Ids,
        "Other options that do not contradict `impliedBy`.",
    ),
    may(
        "absentMeans",
        Shape::Of(&ABSENT_MEANS),
        "What absence means.",
    ),
]);
static REQUIREMENT: Shape = Shape::Map(&[
    ID,
    must("kind", Shape::Word(REQUIREMENT_KINDS), "What false means."),
    WHEN,
    may(
        "appliesWhen",
        Shape::Condition,
        "Certainly false: the requirement does not apply.",
    ),
    must(
        "basis",
        Shape::Word(BASES),
        "What kind of authority it rests on.",
    ),
    must("citations", Shape::List(&CITATION), "Where it stands."),
    must("met", Shape::Text, "Text when met, German."),
    must("notMet", Shape::Text, "Text when not met, German."),
    must("unknown", Shape::Text, "Text when open, German."),
    FROM,
    UNTIL,
]);
static CHANNEL: Shape = Shape::Map(&[
    ID,
    must(
        "kind",
        Shape::Word(&["phone", "web", "email", "visit", "chat"]),
        "Kind of channel.",
    ),
    may(
        "value",
        Shape::Nullable(&Shape::Plain),
        "E.164 number or address.",
    ),
    may("label", Shape::Text, "As printed."),
    may(
        "cost",
        Shape::Word(&["free", "paid", "unknown"]),
        "What it costs.",
    ),
    may(
        "hours",
        Shape::Nullable(&Shape::Text),
        "Opening hours, German.",
    ),
    may("languages", Shape::Ids, "Languages spoken, if known."),
    may("verifiedOn", Shape::Date, "Day of the last look."),
    may("verified", Shape::Bool, "`false`: no source confirms it."),
    may("note", Shape::Text, "Remark, German."),
]);
static POSTAL_CODE_OF: Shape = Shape::Map(&[
    may(
        "when",
        Shape::Condition,
        "Counts when this holds; the last entry has none.",
    ),
    must("use", Shape::Id, "Postal-code fact."),
]);
static OFFICES: Shape = Shape::Map(&[
    must(
        "kind",
        Shape::Word(&["employment-agency", "jobcenter"]),
        "Kind of office.",
    ),
    must(
        "byPostalCodeOf",
        Shape::List(&POSTAL_CODE_OF),
        "Whose postal code finds the office; the first that fits.",
    ),
]);
static CONTACT_ROUTE: Shape = Shape::Map(&[
    ID,
    TITLE,
    must("purpose", Shape::Text, "What it is for, German."),
    may("channels", Shape::List(&CHANNEL), "How to reach it."),
    may("bring", Shape::Ids, "Documents to bring."),
    may(
        "offices",
        Shape::Of(&OFFICES),
        "Offices shown with the route.",
    ),
    may("events", Shape::Bool, "Whether coming events are shown."),
    BASIS,
    CITATIONS,
    REQUIRES,
    UNLESS,
    RULES,
    may(
        "whilePossible",
        Shape::Condition,
        "Present too as long as this is possible.",
    ),
    FROM,
    UNTIL,
]);
static BAND: Shape = Shape::Map(&[
    ID,
    WHEN,
    must(
        "routes",
        Shape::Ids,
        "Contact routes in the order in which to take them.",
    ),
    TEXT,
    FROM,
    UNTIL,
]);
static DEFINITION: Shape = Shape::Map(&[ID, WHEN, FROM, UNTIL]);
static MODULE: Shape = Shape::Map(&[
    ID,
    TITLE,
    TEXT,
    must(
        "beneficiary",
        Shape::List(&Shape::Word(&["trainee", "trainer", "company"])),
        "Who benefits.",
    ),
    must(
        "carriedBy",
        Shape::Ids,
        "Pathways that carry it; empty outside AsA.",
    ),
    BASIS,
    CITATIONS,
    REQUIRES,
    RULES,
    FROM,
    UNTIL,
]);
static OFFER: Shape = Shape::Map(&[
    ID,
    TITLE,
    TEXT,
    must(
        "claim",
        Shape::Word(&["claim", "discretion", "programme", "advice"]),
        "Whether there is a legal claim.",
    ),
    must("contact", Shape::Ids, "Contact routes that lead to it."),
    BASIS,
    CITATIONS,
    REQUIRES,
    UNLESS,
    RULES,
    FROM,
    UNTIL,
]);
static NOTICE: Shape = Shape::Map(&[
    ID,
    must(
        "severity",
        Shape::Word(&["info", "warning", "urgent"]),
        "How loud.",
    ),
    may("when", Shape::Condition, "Condition."),
    UNLESS,
    may(
        "staleSources",
        Shape::Bool,
        "Present when `asOf` lies after the state of a source used.",
    ),
    TEXT,
    BASIS,
    CITATIONS,
    FROM,
    UNTIL,
]);
static BODY: Shape = Shape::Map(&[
    must("id", Shape::Word(BODIES), "Body."),
    TITLE,
    TEXT,
    CITATIONS,
]);
static DECIDED_BY: Shape = Shape::Map(&[
    ID,
    WHEN,
    must("body", Shape::Word(BODIES), "Body that decides."),
    may(
        "candidates",
        Shape::List(&Shape::Word(BODIES)),
        "Bodies between which the law leaves it open; for `unclear`.",
    ),
    TEXT,
    BASIS,
    CITATIONS,
    FROM,
    UNTIL,
]);
static SOURCE: Shape = Shape::Map(&[
    ID,
    may("short", Shape::Plain, "Short name."),
    must("title", Shape::Plain, "Title."),
    must(
        "kind",
        Shape::Word(&[
            "statute",
            "materials",
            "commentary",
            "agency",
            "chamber",
            "press",
            "court",
            "study",
            "programme",
            "data",
        ]),
        "Kind of source.",
    ),
    may("url", Shape::Plain, "Address."),
    may(
        "sectionUrl",
        Shape::Plain,
        "Address of one paragraph, with `{section}`.",
    ),
    may("textAsOf", Shape::Date, "State of the text."),
    may("checkedOn", Shape::Date, "Day of the last look."),
    may(
        "status",
        Shape::Word(&["seen", "unverified"]),
        "Whether it was seen.",
    ),
    may("note", Shape::Plain, "Remark, German."),
    may("licence", Shape::Plain, "Licence notice."),
]);
static PROVISION: Shape = Shape::Map(&[
    must("source", Shape::Id, "Id of a source."),
    must("at", Shape::Plain, "Paragraph and Absatz."),
    must("text", Shape::Plain, "Official wording."),
]);
static EVIDENCE: Shape = Shape::Map(&[
    ID,
    must("claim", Shape::Text, "The claim, German."),
    may("fact", Shape::Text, "What was found, German."),
    may("year", Shape::Int, "Year it speaks of."),
    must(
        "reliability",
        Shape::Word(&["confirmed", "doubtful", "unchecked", "position"]),
        "How far to trust it.",
    ),
    may("note", Shape::Text, "Remark, German."),
    CITATIONS,
]);
static EVENT: Shape = Shape::Map(&[
    ID,
    TITLE,
    may("text", Shape::Text, "Text, German."),
    must("date", Shape::Date, "Day."),
    may("from", Shape::Plain, "Begin, `HH:MM`, Europe/Berlin."),
    may("to", Shape::Plain, "End, `HH:MM`, Europe/Berlin."),
    must(
        "format",
        Shape::Word(&["online", "on-site"]),
        "Where it takes place.",
    ),
    must(
        "audience",
        Shape::List(&Shape::Word(&[
            "trainee",
            "trainer",
            "company",
            "works-council",
        ])),
        "For whom.",
    ),
    may("url", Shape::Plain, "Address."),
    CITATIONS,
]);
static IMPOSSIBLE: Shape = Shape::Map(&[ID, WHEN, TEXT]);
static INVARIANT: Shape = Shape::Map(&[
    ID,
    must(
        "text",
        Shape::Plain,
        "What must hold, as a lawyer would say it, German.",
    ),
    CITATIONS,
    may("always", Shape::Condition, "Holds for everybody."),
    may("never", Shape::Condition, "Holds for nobody."),
    may("given", Shape::Condition, "Whenever this holds …"),
    may("then", Shape::Condition, "… this holds too."),
    may(
        "exactlyOne",
        Shape::List(&Shape::Condition),
        "Exactly one of these holds for everybody.",
    ),
    may(
        "atLeastOne",
        Shape::List(&Shape::Condition),
        "At least one of these holds for everybody.",
    ),
    may(
        "atMostOne",
        Shape::List(&Shape::Condition),
        "No two of these hold for anybody: they would contradict each other.",
    ),
    may(
        "neverDependsOn",
        Shape::Of(&NEVER_DEPENDS),
        "Some outcomes never depend on some facts.",
    ),
    may("possible", Shape::Condition, "Holds for somebody."),
    FROM,
    UNTIL,
]);
static EXCEPTION: Shape = Shape::Map(&[
    ID,
    must(
        "builtIn",
        Shape::Word(BuiltIn::CODES),
        "The built-in invariant.",
    ),
    must(
        "of",
        Shape::Plain,
        "What is excused, as `asaflex prove` names it.",
    ),
    must("text", Shape::Plain, "Why it is right, German."),
    CITATIONS,
]);
static NEVER_DEPENDS: Shape = Shape::Map(&[
    must(
        "outcomes",
        Shape::Ids,
        "Pathways, or `decided-by`, `first-contact`.",
    ),
    must("facts", Shape::Ids, "Facts they must not depend on."),
]);
static ORDER: Shape = Shape::Map(&[
    may("pathways", Shape::Ids, "Order of the pathways."),
    may("modules", Shape::Ids, "Order of the modules."),
    may(
        "contactRoutes",
        Shape::Ids,
        "Order of the catalogue of contact routes.",
    ),
    may("offers", Shape::Ids, "Order of the offers."),
]);
static RULESET: Shape = Shape::Map(&[
    ID,
    must("version", Shape::Plain, "Version of the rule set."),
    TITLE,
    may("order", Shape::Of(&ORDER), "Order of things in an answer."),
    must("labels", Shape::Texts, "Small texts, German."),
    must(
        "headlines",
        Shape::List(&HEADLINE),
        "The first that fits is the headline.",
    ),
]);
static PATHWAY: Shape = Shape::Map(&[
    ID,
    TITLE,
    TEXT,
    FROM,
    UNTIL,
    CITATIONS,
    must("requirements", Shape::List(&REQUIREMENT), "Requirements."),
]);
static FACTS: Shape = Shape::Map(&[
    must(
        "facts",
        Shape::List(&FACT),
        "The vocabulary, in the order of the variables.",
    ),
    may(
        "impossible",
        Shape::List(&IMPOSSIBLE),
        "Combinations that cannot exist; filters example persons only.",
    ),
]);
static DEFINITIONS: Shape = Shape::Map(&[must(
    "definitions",
    Shape::List(&DEFINITION),
    "Named conditions.",
)]);
static DECIDED_BY_FILE: Shape = Shape::Map(&[
    must("bodies", Shape::List(&BODY), "Bodies that can decide."),
    must(
        "decidedBy",
        Shape::List(&DECIDED_BY),
        "The first rule that holds decides; the last one always holds.",
    ),
]);
static MODULES: Shape = Shape::Map(&[must("modules", Shape::List(&MODULE), "Support modules.")]);
static OFFERS: Shape = Shape::Map(&[must("offers", Shape::List(&OFFER), "Adjacent offers.")]);
static CONTACT_ROUTES: Shape = Shape::Map(&[
    may(
        "contactRoutes",
        Shape::List(&CONTACT_ROUTE),
        "Contact routes.",
    ),
    may("documents", Shape::List(&OPTION), "What to bring."),
    may("bands", Shape::List(&BAND), "Order of the routes."),
]);
static NOTICES: Shape = Shape::Map(&[must("notices", Shape::List(&NOTICE), "Notices.")]);
static SOURCES: Shape = Shape::Map(&[must("sources", Shape::List(&SOURCE), "Sources.")]);
static STATUTES: Shape = Shape::Map(&[must(
    "provisions",
    Shape::List(&PROVISION),
    "Wording of provisions.",
)]);
static EVIDENCE_FILE: Shape =
    Shape::Map(&[must("evidence", Shape::List(&EVIDENCE), "Cited claims.")]);
static EVENTS: Shape = Shape::Map(&[must("events", Shape::List(&EVENT), "Information events.")]);
static INVARIANTS: Shape = Shape::Map(&[
    must(
        "invariants",
        Shape::List(&INVARIANT),
        "What must hold for everybody.",
    ),
    may(
        "exceptions",
        Shape::List(&EXCEPTION),
        "What a built-in invariant would refuse, and why it is right.",
    ),
]);
static LOCALE: Shape = Shape::Map(&[
    must("locale", Shape::Plain, "BCP 47 tag."),
    must("name", Shape::Plain, "Name of the language in itself."),
    may("title", Shape::Text, "Title of the rule set."),
    may("labels", Shape::Any, "See `ruleset.yaml`."),
    may("headlines", Shape::Any, "See `ruleset.yaml`."),
    may("facts", Shape::Any, "See `facts.yaml`."),
    may("impossible", Shape::Any, "See `facts.yaml`."),
    may("pathways", Shape::Any, "See `pathways/`."),
    may("decidedBy", Shape::Any, "See `decided-by.yaml`."),
    may("modules", Shape::Any, "See `modules/`."),
    may("offers", Shape::Any, "See `offers/`."),
    may("contactRoutes", Shape::Any, "See `contact-routes/`."),
    may(
        "documents",
        Shape::Any,
        "See `contact-routes/documents.yaml`.",
    ),
    may("bands", Shape::Any, "See `contact-routes/bands.yaml`."),
    may("notices", Shape::Any, "See `notices.yaml`."),
    may("evidence", Shape::Any, "See `evidence.yaml`."),
    may("events", Shape::Any, "See `events.yaml`."),
    may(
        "remarks",
        Shape::Any,
        "The `note` of sources and citations: German as it stands there, and its translation.",
    ),
]);
static CASE: Shape = Shape::Map(&[
    must("id", Shape::Id, "Name of the case."),
    must("title", Shape::Plain, "The situation as a sentence."),
    may("source", Shape::Plain, "Where it comes from."),
    may(
        "grade",
        Shape::Word(&["published", "press", "court", "derived"]),
        "How well it is attested.",
    ),
    may("asOf", Shape::Date, "Evaluation date."),
    may("facts", Shape::Any, "What is stated."),
    may("postalCode", Shape::Plain, "For an office case."),
    must("expect", Shape::Any, "What the answer must hold."),
]);
static CASES: Shape = Shape::List(&CASE);

/// The kinds of rule file: name of the file or folder, and its shape.
pub static FILES: &[(&str, &Shape)] = &[
    ("ruleset", &RULESET),
    ("facts", &FACTS),
    ("definitions", &DEFINITIONS),
    ("pathways", &PATHWAY),
    ("decided-by", &DECIDED_BY_FILE),
    ("modules", &MODULES),
    ("offers", &OFFERS),
    ("contact-routes", &CONTACT_ROUTES),
    ("notices", &NOTICES),
    ("sources", &SOURCES),
    ("statutes", &STATUTES),
    ("evidence", &EVIDENCE_FILE),
    ("events", &EVENTS),
    ("invariants", &INVARIANTS),
    ("locales", &LOCALE),
    ("cases", &CASES),
];

/// The kind of a rule file by its name relative to the folder: `modules/trainee.yaml` is `modules`.
#[must_use]
pub fn kind_of(name: &str) -> Option<(&'static str, &'static Shape)> {
    let first = name.split('/').next().unwrap_or(name);
    let stem = first.strip_suffix(".yaml").unwrap_or(first);
    FILES.iter().find(|(kind, _)| *kind == stem).copied()
}

/// Compares a tree with the shape it must have and gathers every difference.
pub fn check(node: &Node, shape: &Shape, problems: &mut Vec<Problem>) {
    let mut wrong = |wanted: &str| {
        problems.push(Problem::new(
            Code::WrongShape,
            node.place,
            format!("{} stands where {wanted} must stand", node.shape()),
            format!("write {wanted}"),
        ));
    };
    match shape {
        Shape::Any | Shape::Condition => {}
        Shape::Of(inner) => check(node, inner, problems),
        Shape::Nullable(inner) => {
            if !node.is_null() {
                check(node, inner, problems);
            }
        }
        Shape::Text | Shape::Plain => match node.text() {
            None => wrong("a text"),
            Some(text) if text.trim().is_empty() => problems.push(Problem::new(
                Code::WrongShape,
                node.place,
                "the text is empty",
                "write the text, or remove the key",
            )),
            Some(_) => {}
        },
        Shape::Id => match node.text() {
            None => wrong("an id"),
            Some(text) if !is_id(text) => problems.push(Problem::new(
                Code::WrongShape,
                node.place,
                format!("`{text}` is not an id"),
                "use letters, digits and hyphens only",
            )),
            Some(_) => {}
        },
        Shape::Date => match node.text() {
            None => wrong("a date"),
            Some(text) if crate::dates::parse(text).is_none() => problems.push(Problem::new(
                Code::WrongShape,
                node.place,
                format!("`{text}` is not a calendar day"),
                "write year, month and day: 2026-11-23",
            )),
            Some(_) => {}
        },
        Shape::Bool => {
            if !matches!(node.text(), Some("true" | "false")) {
                wrong("`true` or `false`");
            }
        }
        Shape::Int => {
            if node
                .text()
                .and_then(|text| text.parse::<i64>().ok())
                .is_none()
            {
                wrong("a whole number");
            }
        }
        Shape::Word(words) => match node.text() {
            None => wrong("one word"),
            Some(text) if !words.contains(&text) => problems.push(Problem::new(
                Code::WrongShape,
                node.place,
                format!("`{text}` is not one of the words that can stand here"),
                suggest(text, words.iter().copied()),
            )),
            Some(_) => {}
        },
        Shape::List(inner) => match &node.kind {
            Kind::List(items) => items.iter().for_each(|item| check(item, inner, problems)),
            Kind::Scalar { .. } | Kind::Map(_) => wrong("a list"),
        },
        Shape::Ids => match &node.kind {
            Kind::List(items) => items
                .iter()
                .for_each(|item| check(item, &Shape::Id, problems)),
            Kind::Scalar { .. } | Kind::Map(_) => wrong("a list of ids"),
        },
        Shape::Texts => match &node.kind {
            Kind::Map(entries) => entries
                .iter()
                .for_each(|(_, value)| check(value, &Shape::Text, problems)),
            Kind::Scalar { .. } | Kind::List(_) => wrong("a mapping from names to texts"),
        },
        Shape::Map(fields) => match &node.kind {
            Kind::Map(entries) => check_map(node, entries, fields, problems),
            Kind::Scalar { .. } | Kind::List(_) => wrong("a mapping"),
        },
    }
}

fn check_map(
    node: &Node,
    entries: &[(crate::rules::yaml::Key, Node)],
    fields: &'static [Field],
    problems: &mut Vec<Problem>,
) {
    for (at, (key, value)) in entries.iter().enumerate() {
        match fields.iter().find(|field| field.key == key.text) {
            Some(field) => check(value, &field.shape, problems),
            None => problems.push(Problem::new(
                Code::UnknownKey,
                key.place,
                format!("the key `{}` is not known here", key.text),
                comma(entries, at)
                    .unwrap_or_else(|| suggest(&key.text, fields.iter().map(|field| field.key))),
            )),
        }
    }
    for field in fields.iter().filter(|field| field.required) {
        // A misspelt key is told once, where it stands.
        if node.get(field.key).is_none() && misspelt(node, field.key, fields).is_none() {
            problems.push(Problem::new(
                Code::MissingKey,
                node.place,
                missing_key(field.key),
                format!(
                    "add `{}: {}` ({})",
                    field.key,
                    example(&field.shape),
                    field.doc.trim_end_matches('.')
                ),
            ));
        }
    }
}

/// A key without a value that follows a text in one line is most likely the rest of that text.
fn comma(entries: &[(crate::rules::yaml::Key, Node)], at: usize) -> Option<String> {
    let (key, value) = entries.get(at)?;
    let (before, text) = entries.get(at.checked_sub(1)?)?;
    let text = text.text()?;
    let rest = value.is_null() && before.place.line == key.place.line;
    rest.then(|| {
        format!(
            "a text with a comma inside `{{ }}` stands in quotation marks: `{}: \"{text}, {}\"`",
            before.text, key.text
        )
    })
}

/// What is said of a key that is missing.
pub(super) fn missing_key(key: &str) -> String {
    format!("the key `{key}` is missing")
}

/// The key that stands in a mapping instead of this one, by a slip of the pen.
fn misspelt<'a>(node: &'a Node, key: &str, fields: &[Field]) -> Option<&'a str> {
    let meant = format!("did you mean `{key}`?");
    let mut written = node.entries().iter().map(|(key, _)| key.text.as_str());
    written.find(|written| {
        let known = fields.iter().map(|field| field.key);
        fields.iter().all(|field| field.key != *written) && suggest(written, known) == meant
    })
}

/// What may stand there, as it is written.
fn example(shape: &Shape) -> String {
    match shape {
        Shape::Text | Shape::Plain => "\"…\"".to_owned(),
        Shape::Id => "kurzer-name".to_owned(),
        Shape::Date => "2026-11-23".to_owned(),
        Shape::Bool => "true".to_owned(),
        Shape::Int => "1".to_owned(),
        Shape::Condition => "{ always: true }".to_owned(),
        Shape::Word(words) => words.join(" | "),
        Shape::List(inner) => format!("[ {} ]", example(inner)),
        Shape::Ids => "[ kurzer-name ]".to_owned(),
        Shape::Texts => "{ name: \"…\" }".to_owned(),
        Shape::Any => "…".to_owned(),
        Shape::Nullable(inner) | Shape::Of(inner) => example(inner),
        Shape::Map(fields) => {
            let required: Vec<String> = fields
                .iter()
                .filter(|field| field.required)
                .map(|field| match (field.key, &field.shape) {
                    ("source", Shape::Id) => "source: sgb-iii".to_owned(),
                    ("at", _) => "at: \"§ 75 Abs. 1\"".to_owned(),
                    (key, shape) => format!("{key}: {}", example(shape)),
                })
                .collect();
            format!("{{ {} }}", required.join(", "))
        }
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
