//! Source files → [`Ruleset`], or every problem of the folder in one run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::dates;
use crate::diagram::FactSet;
use crate::facts::{AbsentMeans, Fact, FactCatalog, FactKind};
use crate::offices::OfficeTable;
use crate::rules::built_in::BuiltIn;
use crate::rules::cases;
use crate::rules::damaged;
use crate::rules::model::{
    Event, Evidence, Exception, FactTexts, Provision, Ruleset, Segment, Source,
};
use crate::rules::placeholders;
use crate::rules::problem::{Code, Place, Problem, Severity, SourceFile, suggest};
use crate::rules::segment::{self, Context, Entries, Entry, citation, citations};
use crate::rules::shape;
use crate::rules::texts::Texts;
use crate::rules::yaml::{self, Kind, Node};

/// Kinds of file that every rule set has.
const REQUIRED: &[&str] = &[
    "ruleset",
    "facts",
    "pathways",
    "decided-by",
    "contact-routes",
    "sources",
];
/// Most entries of one kind; the numbers of diagrams and terminals are 16 bits wide.
const ENTRIES_MAX: usize = 20_000;
/// Most rules on who decides: which of them are possible is a set of 64 bits.
const DECISIONS_MAX: usize = 63;

/// Compiles a rule set.
///
/// # Errors
/// All problems, warnings included, when at least one is an error.
pub fn compile(files: &[SourceFile]) -> Result<Ruleset, Vec<Problem>> {
    let mut problems = Vec::new();
    let trees = read(files, &mut problems);
    let entries = gather(&trees, &mut problems);
    let catalog = catalog(&entries.facts, &mut problems);
    let mut texts = Texts::new();
    let sources = sources(&trees, &mut texts);
    for tree in trees.by_kind.values().flatten() {
        texts.add_remarks(tree);
    }
    check_requirements(&entries, &sources, &mut problems);
    check_channels(&entries, &mut problems);
    let title = texts.add("title", trees.text("ruleset", "title"));
    let labels = labels(&trees, &mut texts);
    let fact_texts = fact_texts(&entries.facts, &catalog, &mut texts);
    for entry in &entries.impossible {
        texts.add(
            &format!("impossible.{}", entry.key),
            entry
                .node
                .get("text")
                .and_then(Node::text)
                .unwrap_or_default(),
        );
    }
    let periods = periods(&trees);
    if !trees.broken.contains(&"decided-by") {
        check_decisions(&entries.decisions, &periods, &mut problems);
    }
    let segments = {
        let mut context = Context {
            entries: &entries,
            catalog: &catalog,
            sources: &sources,
            texts: &mut texts,
            problems: &mut problems,
        };
        periods
            .into_iter()
            .map(|(from, until)| segment::compile(&mut context, from, until))
            .collect::<Vec<_>>()
    };
    let evidence = evidence(&trees, &sources, &mut texts, &mut problems);
    let events = events(&trees, &sources, &mut texts, &mut problems);
    let provisions = provisions(&trees, &sources, &mut texts, &mut problems);
    let exceptions = exceptions(&trees, &sources, &mut texts, &mut problems);
    for (_, roots) in languages(&trees, &mut problems) {
        texts.add_locale(&roots, &mut problems);
    }
    check_placeholders(&trees, files, &mut problems);
    let offices = offices(files, &mut problems);
    let mut found = Vec::new();
    for node in trees.of("cases").flat_map(Node::items) {
        found.extend(cases::read(node, &catalog, &mut problems));
    }
    check_case_ids(&trees, &mut problems);
    let names = case_names(&entries, &catalog);
    for node in trees.of("cases").flat_map(Node::items) {
        cases::check_names(node, &names, &mut problems);
    }
    // What is not used only because a rule could not be read is no news.
    if !problems
        .iter()
        .any(|problem| problem.severity() == Severity::Error)
    {
        check_whole(&segments, &entries, &catalog, &mut problems);
    }
    problems.sort_by_key(|left| (left.place, left.code));
    problems.dedup();
    damaged::leave_out_followers(files, &mut problems);
    if problems
        .iter()
        .any(|problem| problem.severity() == Severity::Error)
    {
        return Err(problems);
    }
    Ok(Ruleset {
        id: trees.text("ruleset", "id").to_owned(),
        version: trees.text("ruleset", "version").to_owned(),
        digest: digest(files),
        title,
        catalog,
        fact_texts,
        texts,
        labels,
        segments,
        sources,
        provisions,
        evidence,
        events,
        offices,
        cases: found,
        exceptions,
        warnings: problems,
        files: files.iter().map(|file| file.name.clone()).collect(),
    })
}

/// The language files by their tag, in the order of the file names; what names no other language than German is a problem.
fn languages<'a>(trees: &'a Trees, problems: &mut Vec<Problem>) -> Vec<(&'a str, Vec<&'a Node>)> {
    let mut languages: Vec<(&str, Vec<&Node>)> = Vec::new();
    for root in trees.of("locales") {
        let tag = root.get("locale").and_then(Node::text).unwrap_or_default();
        let mut refuse = |message: String, help: &str| {
            let place = root.get("locale").map_or(root.place, |node| node.place);
            problems.push(Problem::new(Code::WrongShape, place, message, help));
        };
        // Nobody would ever be shown it: German is taken from the rules themselves.
        if tag.eq_ignore_ascii_case("de") {
            refuse(
                "German is no language of its own here: its texts stand in the rule files"
                    .to_owned(),
                "change the texts there, or choose another tag, such as `de-simple`",
            );
        } else if !tag.is_empty() && !is_language_tag(tag) {
            refuse(
                format!("`{tag}` is no language tag"),
                "write the short name by which browsers ask for the language, such as `fr`, `uk` or `de-simple`",
            );
        }
        match languages
            .iter_mut()
            .find(|(known, _)| known.eq_ignore_ascii_case(tag))
        {
            Some((_, roots)) => roots.push(root),
            None => languages.push((tag, vec![root])),
        }
    }
    languages
}

/// Whether a text has the form of a BCP 47 tag: a language of two or three letters and parts of up to eight letters or digits.
fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    matches!(language.len(), 2 | 3)
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// What nothing fills in would reach people as it stands, in every language.
fn check_placeholders<'a>(trees: &'a Trees, files: &[SourceFile], problems: &mut Vec<Problem>) {
    let id = |node: &&'a Node| node.get("id").and_then(Node::text);
    let (stale, fixed): (Vec<&Node>, Vec<&Node>) = trees
        .list("notices", "notices")
        .into_iter()
        .partition(|node| placeholders::is_stale_notice(node));
    let stale: Vec<&str> = stale.iter().filter_map(id).collect();
    let mut fixed: Vec<&str> = fixed.iter().filter_map(id).collect();
    fixed.retain(|id| !stale.contains(id));
    for (kind, shape) in shape::FILES {
        for tree in trees.of(kind) {
            if *kind == "locales" {
                placeholders::check_locale(tree, &fixed, files, problems);
            } else {
                placeholders::check_rules(tree, shape, files, problems);
            }
        }
    }
}

/// What is excused from built-in invariants; a name that stands twice is a problem.
fn exceptions(
    trees: &Trees,
    sources: &[Source],
    texts: &mut Texts,
    problems: &mut Vec<Problem>,
) -> Vec<Exception> {
    let entries: Vec<Entry<'_>> = trees
        .list("invariants", "exceptions")
        .into_iter()
        .filter_map(Entry::new)
        .collect();
    check_versions("exception", &entries, problems);
    let word = |entry: &Entry<'_>, key: &str| {
        let text = entry.node.get(key).and_then(Node::text);
        text.unwrap_or_default().trim_end().to_owned()
    };
    let mut exceptions = Vec::new();
    for entry in &entries {
        if let Some(of) = BuiltIn::parse(&word(entry, "builtIn")) {
            exceptions.push(Exception {
                id: entry.id.to_owned(),
                of,
                subject: word(entry, "of"),
                text: word(entry, "text"),
                citations: citations(entry.node, sources, texts, problems),
            });
        }
    }
    exceptions
}

/// The trees of all files, by kind.
struct Trees {
    by_kind: BTreeMap<&'static str, Vec<Node>>,
    broken: Vec<&'static str>,
}

impl Trees {
    fn of<'a>(&'a self, kind: &str) -> impl Iterator<Item = &'a Node> + use<'a> {
        self.by_kind.get(kind).map_or(&[][..], Vec::as_slice).iter()
    }

    /// The items of a list that may stand in several files.
    fn list<'a>(&'a self, kind: &str, key: &str) -> Vec<&'a Node> {
        self.of(kind)
            .filter_map(|tree| tree.get(key))
            .flat_map(Node::items)
            .collect()
    }

    fn text<'a>(&'a self, kind: &str, key: &str) -> &'a str {
        self.of(kind)
            .find_map(|tree| tree.get(key))
            .and_then(Node::text)
            .unwrap_or_default()
    }
}

fn read(files: &[SourceFile], problems: &mut Vec<Problem>) -> Trees {
    let mut trees = Trees {
        by_kind: BTreeMap::new(),
        broken: Vec::new(),
    };
    for (number, file) in files.iter().enumerate() {
        let readable = is_utf8(number, file, problems);
        if !file.name.ends_with(".yaml") {
            if file.name.ends_with(".yml") {
                problems.push(Problem::new(
                    Code::MissingFile,
                    Place::start(number),
                    "rule files end in `.yaml`",
                    "rename the file",
                ));
            }
            continue;
        }
        let Some((kind, shape)) = shape::kind_of(&file.name) else {
            let stem = file
                .name
                .split('/')
                .next()
                .unwrap_or_default()
                .trim_end_matches(".yaml");
            problems.push(Problem::new(
                Code::MissingFile,
                Place::start(number),
                format!("`{}` is no kind of rule file", file.name),
                suggest(stem, shape::FILES.iter().map(|(kind, _)| *kind)),
            ));
            continue;
        };
        if !readable {
            trees.broken.push(kind);
            continue;
        }
        let Some(tree) = yaml::read(number, &file.text, problems) else {
            // An empty file has neither a tree nor a problem of its own.
            if yaml::is_blank(&file.text) {
                problems.push(Problem::new(
                    Code::WrongShape,
                    Place::start(number),
                    "the file is empty",
                    "remove it, or write something",
                ));
            }
            trees.broken.push(kind);
            continue;
        };
        shape::check(&tree, shape, problems);
        trees.by_kind.entry(kind).or_default().push(tree);
    }
    for kind in REQUIRED {
        if !trees.by_kind.contains_key(kind) && !trees.broken.contains(kind) {
            problems.push(Problem::new(
                Code::MissingFile,
                Place::start(usize::MAX),
                format!("there is no `{kind}.yaml` and nothing in `{kind}/`"),
                "every rule set has one; look at the path of the folder",
            ));
        }
    }
    trees
}

/// Whether a file is saved as UTF-8: of whatever is not, the loader leaves U+FFFD, and no text for people has that.
fn is_utf8(number: usize, file: &SourceFile, problems: &mut Vec<Problem>) -> bool {
    let wrong = file.text.lines().zip(1..).find_map(|(text, line)| {
        let mut letters = text.chars();
        let column = letters.position(|letter| letter == char::REPLACEMENT_CHARACTER)?;
        Some((line, column + 1))
    });
    let Some((line, column)) = wrong else {
        return true;
    };
    let place = Place {
        line,
        column,
        ..Place::start(number)
    };
    problems.push(Problem::new(
        Code::Syntax,
        place,
        "the file is not saved as UTF-8: what stands here is no letter",
        "save the file as UTF-8: in an editor by \"Save as\" or \"Save with encoding\", in Excel as \"CSV UTF-8\"",
    ));
    false
}

fn gather<'a>(trees: &'a Trees, problems: &mut Vec<Problem>) -> Entries<'a> {
    let list = |kind: &str, key: &str| {
        trees
            .list(kind, key)
            .into_iter()
            .filter_map(Entry::new)
            .collect::<Vec<_>>()
    };
    let order = |key: &str, mut entries: Vec<Entry<'a>>| {
        let wanted: Vec<&str> = trees
            .of("ruleset")
            .filter_map(|tree| tree.get("order")?.get(key))
            .flat_map(Node::items)
            .filter_map(Node::text)
            .collect();
        entries.sort_by_key(|entry| {
            wanted
                .iter()
                .position(|id| *id == entry.id)
                .unwrap_or(usize::MAX)
        });
        entries
    };
    // A fact of no known kind is a problem of its own and none of the rules that ask it.
    let mut facts = trees.list("facts", "facts");
    facts.retain(|node| {
        let kind = node.get("kind").and_then(Node::text);
        kind.is_some_and(|kind| shape::FACT_KINDS.contains(&kind))
    });
    let entries = Entries {
        facts,
        impossible: list("facts", "impossible"),
        definitions: list("definitions", "definitions"),
        pathways: order(
            "pathways",
            trees.of("pathways").filter_map(Entry::new).collect(),
        ),
        bodies: trees.list("decided-by", "bodies"),
        decisions: list("decided-by", "decidedBy"),
        modules: order("modules", list("modules", "modules")),
        offers: order("offers", list("offers", "offers")),
        routes: order("contactRoutes", list("contact-routes", "contactRoutes")),
        documents: list("contact-routes", "documents"),
        bands: list("contact-routes", "bands"),
        notices: list("notices", "notices"),
        headlines: list("ruleset", "headlines"),
        invariants: list("invariants", "invariants"),
    };
    let lists: [(&str, &[Entry<'_>]); 12] = [
        ("definition", &entries.definitions),
        ("pathway", &entries.pathways),
        ("rule on who decides", &entries.decisions),
        ("module", &entries.modules),
        ("offer", &entries.offers),
        ("contact route", &entries.routes),
        ("document", &entries.documents),
        ("band", &entries.bands),
        ("notice", &entries.notices),
        ("headline", &entries.headlines),
        ("invariant", &entries.invariants),
        ("impossible combination", &entries.impossible),
    ];
    for (what, list) in lists {
        check_versions(what, list, problems);
        for entry in list {
            for key in ["rules", "requirements"] {
                let nested: Vec<Entry<'_>> = entry
                    .node
                    .get(key)
                    .map_or(&[][..], Node::items)
                    .iter()
                    .filter_map(Entry::new)
                    .collect();
                check_versions(key.trim_end_matches('s'), &nested, problems);
            }
        }
    }
    if let Some(one_too_many) = entries.decisions.get(DECISIONS_MAX) {
        problems.push(Problem::new(
            Code::TooMany,
            one_too_many.node.place,
            format!("there are more than {DECISIONS_MAX} rules on who decides"),
            "join rules that lead to the same body",
        ));
    }
    check_order(trees, &entries, problems);
    entries
}

/// Several versions of an id may follow each other, but not overlap.
fn check_versions(what: &str, entries: &[Entry<'_>], problems: &mut Vec<Problem>) {
    if entries.len() > ENTRIES_MAX {
        problems.push(Problem::new(
            Code::TooMany,
            entries
                .first()
                .map_or(Place::start(0), |entry| entry.node.place),
            format!("there are more than {ENTRIES_MAX} entries of the kind {what}"),
            "split the rule set",
        ));
        return;
    }
    let mut by_id: BTreeMap<&str, Vec<&Entry<'_>>> = BTreeMap::new();
    for entry in entries {
        if let (Some(from), Some(until)) = (entry.from, entry.until)
            && until < from
        {
            problems.push(Problem::new(
                Code::EmptyValidity,
                place_of(entry, "validUntil"),
                format!(
                    "the {what} `{}` ends on {until}, before it begins on {from}",
                    entry.id
                ),
                "swap the two days, or correct one",
            ));
        }
        by_id.entry(entry.id).or_default().push(entry);
    }
    for (id, mut versions) in by_id {
        versions.sort_by_key(|entry| (entry.from, entry.node.place));
        for pair in versions.windows(2) {
            let [earlier, later] = pair else { continue };
            let overlap = match (earlier.until, later.from) {
                (Some(end), Some(begin)) => begin <= end,
                _ => true,
            };
            // A day that cannot be read is told where it stands.
            let is_unread = [earlier, later].iter().any(|entry| {
                entry.node.get("validFrom").is_some() != entry.from.is_some()
                    || entry.node.get("validUntil").is_some() != entry.until.is_some()
            });
            if !overlap || is_unread {
                continue;
            }
            let dated = earlier.from.is_some()
                || earlier.until.is_some()
                || later.from.is_some()
                || later.until.is_some();
            if dated {
                let begin = later
                    .from
                    .map_or_else(|| "the beginning".to_owned(), |day| day.to_string());
                problems.push(Problem::new(
                    Code::OverlappingValidity,
                    place_of(later, "validFrom"),
                    format!("two versions of the {what} `{id}` are valid on the same day, from {begin} on"),
                    "end the earlier version with `validUntil` on the day before the later one begins",
                ));
            } else {
                problems.push(Problem::new(
                    Code::DuplicateId,
                    place_of(later, "id"),
                    format!("the {what} `{id}` exists a second time"),
                    "choose another id, or give both a validity",
                ));
            }
        }
    }
}

fn place_of(entry: &Entry<'_>, key: &str) -> Place {
    entry
        .node
        .get(key)
        .or_else(|| entry.node.get("id"))
        .map_or(entry.node.place, |node| node.place)
}

fn check_order(trees: &Trees, entries: &Entries<'_>, problems: &mut Vec<Problem>) {
    let lists: [(&str, &'static str, &[Entry<'_>]); 4] = [
        ("pathways", "pathways", &entries.pathways),
        ("modules", "modules", &entries.modules),
        ("contactRoutes", "contact-routes", &entries.routes),
        ("offers", "offers", &entries.offers),
    ];
    for (key, kind, known) in lists {
        for item in trees
            .of("ruleset")
            .filter_map(|tree| tree.get("order")?.get(key))
            .flat_map(Node::items)
        {
            let id = item.text().unwrap_or_default();
            if !known.iter().any(|entry| entry.id == id) {
                let help = suggest(id, known.iter().map(|entry| entry.id));
                let message = format!("there is nothing called `{id}` in {kind}");
                problems.push(
                    Problem::new(Code::UnknownReference, item.place, message, help)
                        .missing(kind, id),
                );
            }
        }
    }
}

/// Whoever no rule speaks of would be told that it is unclear who decides, without a body to turn to: the last rule speaks of everybody.
fn check_decisions(
    decisions: &[Entry<'_>],
    periods: &[(Option<Date>, Option<Date>)],
    problems: &mut Vec<Problem>,
) {
    for (from, until) in periods {
        let mut valid = decisions.iter().filter(|entry| entry.covers(*from, *until));
        let (place, wrong) = match (valid.next_back(), decisions.first()) {
            (Some(last), _) => {
                let when = last.node.get("when");
                let always = when.and_then(|when| when.get("always"));
                // A rule without a condition is told where it stands.
                if when.is_none() || always.and_then(Node::text) == Some("true") {
                    continue;
                }
                let wrong = format!(
                    "the last rule on who decides, `{}`, does not hold for everybody",
                    last.id
                );
                (place_of(last, "when"), wrong)
            }
            (None, Some(first)) => {
                let begin = from.map_or_else(String::new, |day| format!(" from {day} on"));
                let wrong = format!("no rule says who decides{begin}");
                (place_of(first, "validFrom"), wrong)
            }
            (None, None) => continue,
        };
        if !problems
            .iter()
            .any(|known| known.place == place && known.message == wrong)
        {
            problems.push(Problem::new(
                Code::WrongShape,
                place,
                wrong,
                "end the list with a rule that has `when: { always: true }`; its body may be `unclear`, with `candidates`",
            ));
        }
    }
}

/// What nobody looked at must not pass for confirmed, and whoever reads that it is not wants to know what.
fn check_channels(entries: &Entries<'_>, problems: &mut Vec<Problem>) {
    for channel in entries
        .routes
        .iter()
        .filter_map(|entry| entry.node.get("channels"))
        .flat_map(Node::items)
    {
        let word = |key: &str| channel.get(key).and_then(Node::text).unwrap_or_default();
        let id = word("id");
        let confirmed = word("verified") != "false";
        let (wrong, help) = if confirmed && word("verifiedOn").is_empty() {
            (
                format!(
                    "the channel `{id}` counts as confirmed but names no day on which somebody looked"
                ),
                "add `verifiedOn: <day>`, or `verified: false` with a `note`",
            )
        } else if !confirmed && word("note").is_empty() {
            (
                format!("the channel `{id}` is not confirmed, and no `note` says what is not"),
                "add a `note` that tells people what is not confirmed",
            )
        } else {
            continue;
        };
        let place = channel.get("id").map_or(channel.place, |node| node.place);
        problems.push(Problem::new(Code::UndatedChannel, place, wrong, help));
    }
}

/// Only a statute may exclude anybody.
fn check_requirements(entries: &Entries<'_>, sources: &[Source], problems: &mut Vec<Problem>) {
    for requirement in entries
        .pathways
        .iter()
        .filter_map(|entry| entry.node.get("requirements"))
        .flat_map(Node::items)
    {
        let word = |key: &str| {
            requirement
                .get(key)
                .and_then(Node::text)
                .unwrap_or_default()
        };
        if !matches!(word("kind"), "must" | "waiting" | "limit") {
            continue;
        }
        let id = word("id");
        let place = |key: &str| {
            requirement
                .get(key)
                .map_or(requirement.place, |node| node.place)
        };
        if !word("basis").is_empty() && word("basis") != "statute" {
            problems.push(Problem::new(
                Code::WrongBasis,
                place("basis"),
                format!(
                    "the requirement `{id}` can exclude somebody but rests on `{}`",
                    word("basis")
                ),
                "make it `kind: assessment`, or give the statute it rests on",
            ));
        }
        let mut cited = requirement
            .get("citations")
            .map_or(&[][..], Node::items)
            .iter();
        // A source that does not exist is told there.
        let statute = cited.any(|citation| {
            let source = citation.get("source").and_then(Node::text);
            let known = sources
                .iter()
                .find(|known| Some(known.id.as_str()) == source);
            known.map_or(source.is_some(), |known| {
                known.kind == "statute" && citation.get("at").is_some()
            })
        });
        // A requirement without citations is told once, by what they are missed for; a misspelt key is told where it stands.
        let missing = shape::missing_key("citations");
        let told = problems.len();
        problems.retain(|known| known.place != requirement.place || known.message != missing);
        let misspelt = requirement.get("citations").is_none() && problems.len() == told;
        if !statute && !misspelt {
            problems.push(Problem::new(
                Code::MissingCitation,
                place("citations"),
                format!("the requirement `{id}` can exclude somebody but cites no statute with its paragraph"),
                "add the provision: `citations: [ { source: sgb-iii, at: \"§ 75 Abs. 1 Satz 1\" } ]`; `source` is an id of sources.yaml with `kind: statute`",
            ));
        }
    }
}

fn catalog(nodes: &[&Node], problems: &mut Vec<Problem>) -> FactCatalog {
    let mut facts: Vec<Fact> = Vec::new();
    for node in nodes {
        let word = |key: &str| node.get(key).and_then(Node::text).unwrap_or_default();
        let id = word("id").to_owned();
        if facts.iter().any(|fact| fact.id == id) {
            let place = node.get("id").map_or(node.place, |id| id.place);
            problems.push(Problem::new(
                Code::DuplicateId,
                place,
                format!("the fact `{id}` exists a second time"),
                "choose another name",
            ));
        }
        let mut options: Vec<String> = Vec::new();
        for option in node.get("options").map_or(&[][..], Node::items) {
            let Some(name) = option.get("id").and_then(Node::text) else {
                continue;
            };
            if options.iter().any(|known| known == name) {
                problems.push(Problem::new(
                    Code::DuplicateId,
                    option.place,
                    format!("`{id}` has the option `{name}` a second time"),
                    "remove one of the two",
                ));
            }
            options.push(name.to_owned());
        }
        let range = |key: &str| {
            node.get("range")
                .and_then(|range| range.get(key))
                .and_then(Node::text)?
                .parse::<i64>()
                .ok()
        };
        let kind = match word("kind") {
            "one" => FactKind::One,
            "many" => FactKind::Many,
            "int" => {
                let min = range("min").unwrap_or(0);
                let max = range("max").unwrap_or(i64::from(i32::MAX));
                check_range(node, (min, max), problems);
                // The other way round is most likely what is meant, and what compares with it is no problem of its own.
                FactKind::Int {
                    min: min.min(max),
                    max: max.max(min),
                }
            }
            "date" => FactKind::Date,
            "plz" => FactKind::PostalCode,
            _ => FactKind::Bool,
        };
        check_rank(node, problems);
        let wants_options = matches!(kind, FactKind::One | FactKind::Many);
        if wants_options == options.is_empty() {
            let help = if wants_options {
                "add `options`"
            } else {
                "remove `options`, or make it `one` or `many`"
            };
            problems.push(Problem::new(
                Code::WrongShape,
                node.place,
                format!("the fact `{id}` is of kind `{}`", word("kind")),
                help,
            ));
        }
        if options.len() > 60 {
            problems.push(Problem::new(
                Code::TooMany,
                node.place,
                format!("`{id}` has more than 60 options"),
                "make it two facts",
            ));
        }
        if kind == FactKind::Bool {
            options = vec!["false".to_owned(), "true".to_owned()];
        }
        let mut fact = Fact {
            id,
            label: word("label").to_owned(),
            kind,
            options,
            sensitive: word("sensitive") == "true",
            changeable: word("changeable") == "true",
            ask: word("ask")
                .parse()
                .unwrap_or(u32::try_from(1_000 + facts.len()).unwrap_or(u32::MAX)),
            absent_means: None,
            implied_cell: None,
            consistent_cells: Vec::new(),
        };
        if let Some(changeable) = node.get("changeable").filter(|_| fact.changeable)
            && (fact.sensitive
                || matches!(
                    fact.kind,
                    FactKind::Date | FactKind::PostalCode | FactKind::Int { .. }
                ))
        {
            problems.push(Problem::new(
                Code::WrongShape,
                changeable.place,
                format!("nobody can be told to change `{}`", fact.id),
                "take `changeable` out: a day, a place, a number such as an age and what is sensitive stay as they are",
            ));
        }
        if let Some(absent) = node.get("absentMeans") {
            fact.absent_means = absent_means(&fact, absent, problems);
        }
        if let (Some(implied), Some(_)) = (node.get("impliedBy"), node.get("absentMeans")) {
            problems.push(Problem::new(
                Code::WrongShape,
                implied.place,
                format!("`{}` has both `impliedBy` and `absentMeans`", fact.id),
                "keep one of the two: an absent fact has one meaning",
            ));
        }
        if node.get("impliedBy").is_some() {
            fact.implied_cell = implied_cell(&fact, node, problems);
            for option in node.get("consistentWith").map_or(&[][..], Node::items) {
                let name = option.text().unwrap_or_default();
                if let Some(cell) = fact.option(name) {
                    fact.consistent_cells.push(cell)
                } else {
                    let help = suggest(name, fact.options.iter().map(String::as_str));
                    let message = format!("`{}` has no option `{name}`", fact.id);
                    problems.push(Problem::new(
                        Code::UnknownOption,
                        option.place,
                        message,
                        help,
                    ));
                }
            }
        }
        facts.push(fact);
    }
    if facts.len() > FactSet::FACTS_MAX {
        let place = nodes
            .get(FactSet::FACTS_MAX)
            .map_or(Place::start(0), |node| node.place);
        problems.push(Problem::new(
            Code::TooMany,
            place,
            format!("there are more than {} facts", FactSet::FACTS_MAX),
            "join facts that are always asked together",
        ));
        facts.truncate(FactSet::FACTS_MAX);
    }
    FactCatalog::new(facts)
}

fn check_range(node: &Node, (min, max): (i64, i64), problems: &mut Vec<Problem>) {
    if min > max {
        problems.push(Problem::new(
            Code::WrongShape,
            node.get("range").map_or(node.place, |range| range.place),
            format!("no number lies between {min} and {max}"),
            format!("write the smaller one first: `range: {{ min: {max}, max: {min} }}`"),
        ));
    }
}

/// A rank below zero would be read as none, and the fact asked last.
fn check_rank(node: &Node, problems: &mut Vec<Problem>) {
    if let Some(ask) = node.get("ask")
        && let Some(rank) = ask.text().and_then(|text| text.parse::<i64>().ok())
        && u32::try_from(rank).is_err()
    {
        problems.push(Problem::new(
            Code::WrongShape,
            ask.place,
            format!("`{rank}` is no rank"),
            "write 0 or a larger number; lower is asked earlier",
        ));
    }
}

fn absent_means(fact: &Fact, node: &Node, problems: &mut Vec<Problem>) -> Option<AbsentMeans> {
    let value = node.get("value")?;
    let text = value.text().unwrap_or_default();
    let order_only = node.get("scope").and_then(Node::text) == Some("order");
    let cell = match (&fact.kind, fact.option(text)) {
        (FactKind::Bool | FactKind::One, Some(option)) => Some(option),
        (FactKind::One, None) if text == "none" => u8::try_from(fact.options.len()).ok(),
        (FactKind::Many, None) if text == "none" => Some(0),
        _ => None,
    };
    if cell.is_none() {
        problems.push(Problem::new(
            Code::UnknownOption,
            value.place,
            format!("`{}` cannot be taken for `{text}`", fact.id),
            "name an option, or `none` for a fact with options",
        ));
    }
    cell.map(|cell| AbsentMeans { cell, order_only })
}

fn implied_cell(fact: &Fact, node: &Node, problems: &mut Vec<Problem>) -> Option<u8> {
    let value = node.get("impliedValue").and_then(Node::text);
    let cell = match fact.kind {
        FactKind::Bool => fact.option(value.unwrap_or("true")),
        FactKind::One => value.and_then(|value| fact.option(value)),
        FactKind::Many | FactKind::Int { .. } | FactKind::Date | FactKind::PostalCode => None,
    };
    if cell.is_none() {
        problems.push(Problem::new(
            Code::UnknownOption,
            node.get("impliedValue").map_or(node.place, |node| node.place),
            format!("`impliedBy` of `{}` gives no value that the fact can have", fact.id),
            "only yes-or-no facts and facts with one option can be implied; name the option in `impliedValue`",
        ));
    }
    cell
}

fn fact_texts(nodes: &[&Node], catalog: &FactCatalog, texts: &mut Texts) -> Vec<FactTexts> {
    let mut result = Vec::new();
    for (node, fact) in nodes.iter().zip(catalog.facts()) {
        let key = format!("facts.{}", fact.id);
        let german = |node: &Node, key: &str| {
            node.get(key)
                .and_then(Node::text)
                .unwrap_or_default()
                .trim_end()
                .to_owned()
        };
        let label = texts.add(&format!("{key}.label"), &german(node, "label"));
        let question = texts.add(&format!("{key}.question"), &german(node, "question"));
        let why = texts.add(&format!("{key}.why"), &german(node, "why"));
        let help = node
            .get("help")
            .map(|_| texts.add(&format!("{key}.help"), &german(node, "help")));
        let assumption = node
            .get("absentMeans")
            .map(|absent| texts.add(&format!("{key}.assumption"), &german(absent, "text")));
        let options = node
            .get("options")
            .map_or(&[][..], Node::items)
            .iter()
            .filter_map(|option| {
                let id = option.get("id").and_then(Node::text)?;
                Some(texts.add(&format!("{key}.options.{id}"), &german(option, "text")))
            })
            .collect();
        result.push(FactTexts {
            label,
            question,
            why,
            help,
            assumption,
            options,
        });
    }
    result
}

fn labels(trees: &Trees, texts: &mut Texts) -> BTreeMap<String, u32> {
    let entries = trees
        .of("ruleset")
        .filter_map(|tree| tree.get("labels"))
        .flat_map(Node::entries);
    entries
        .map(|(key, value)| {
            let number = texts.add(
                &format!("labels.{}", key.text),
                value.text().unwrap_or_default().trim_end(),
            );
            (key.text.clone(), number)
        })
        .collect()
}

/// The periods between all days on which something begins or ends.
fn periods(trees: &Trees) -> Vec<(Option<Date>, Option<Date>)> {
    let mut begins = BTreeSet::new();
    for (kind, list) in &trees.by_kind {
        if !matches!(
            *kind,
            "sources" | "statutes" | "evidence" | "events" | "cases" | "locales"
        ) {
            list.iter()
                .for_each(|tree| collect_boundaries(tree, &mut begins));
        }
    }
    let mut periods = Vec::new();
    let mut from = None;
    for begin in begins {
        periods.push((from, Some(dates::previous_day(begin))));
        from = Some(begin);
    }
    periods.push((from, None));
    periods
}

fn collect_boundaries(node: &Node, begins: &mut BTreeSet<Date>) {
    match &node.kind {
        Kind::Scalar { .. } => {}
        Kind::List(items) => items
            .iter()
            .for_each(|item| collect_boundaries(item, begins)),
        Kind::Map(entries) => {
            for (key, value) in entries {
                match (key.text.as_str(), value.text().and_then(dates::parse)) {
                    ("validFrom", Some(day)) => {
                        begins.insert(day);
                    }
                    ("validUntil", Some(day)) => {
                        begins.insert(dates::next_day(day));
                    }
                    _ => collect_boundaries(value, begins),
                }
            }
        }
    }
}

fn sources(trees: &Trees, texts: &mut Texts) -> Vec<Source> {
    let read = |node: &Node| {
        let word = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
        let day = |key: &str| node.get(key).and_then(Node::text).and_then(dates::parse);
        Source {
            id: word("id").unwrap_or_default(),
            short: word("short"),
            title: word("title").unwrap_or_default(),
            kind: word("kind").unwrap_or_default(),
            url: word("url"),
            section_url: word("sectionUrl"),
            text_as_of: day("textAsOf"),
            checked_on: day("checkedOn"),
            status: word("status").unwrap_or_else(|| "seen".to_owned()),
            note: texts.add_remark(node),
            licence: word("licence"),
        }
    };
    trees
        .list("sources", "sources")
        .into_iter()
        .map(read)
        .collect()
}

fn provisions(
    trees: &Trees,
    sources: &[Source],
    texts: &mut Texts,
    problems: &mut Vec<Problem>,
) -> Vec<Provision> {
    let mut provisions = Vec::new();
    for node in trees.list("statutes", "provisions") {
        let Some(citation) = citation(node, sources, texts, problems) else {
            continue;
        };
        let text = node
            .get("text")
            .and_then(Node::text)
            .unwrap_or_default()
            .trim_end()
            .to_owned();
        provisions.push(Provision {
            source: citation.source,
            at: citation.at,
            text,
        });
    }
    provisions
}

fn evidence(
    trees: &Trees,
    sources: &[Source],
    texts: &mut Texts,
    problems: &mut Vec<Problem>,
) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    for node in trees.list("evidence", "evidence") {
        let word = |key: &str| {
            node.get(key)
                .and_then(Node::text)
                .map(|text| text.trim_end().to_owned())
        };
        let id = word("id").unwrap_or_default();
        let key = format!("evidence.{id}");
        evidence.push(Evidence {
            claim: texts.add(&format!("{key}.claim"), &word("claim").unwrap_or_default()),
            fact: word("fact").map(|text| texts.add(&format!("{key}.fact"), &text)),
            note: word("note").map(|text| texts.add(&format!("{key}.note"), &text)),
            year: word("year").and_then(|year| year.parse().ok()),
            reliability: word("reliability").unwrap_or_default(),
            citations: citations(node, sources, texts, problems),
            id,
        });
    }
    evidence
}

fn events(
    trees: &Trees,
    sources: &[Source],
    texts: &mut Texts,
    problems: &mut Vec<Problem>,
) -> Vec<Event> {
    let mut events = Vec::new();
    for node in trees.list("events", "events") {
        let word = |key: &str| {
            node.get(key)
                .and_then(Node::text)
                .map(|text| text.trim_end().to_owned())
        };
        let Some(date) = word("date").and_then(|day| dates::parse(&day)) else {
            continue;
        };
        for key in ["from", "to"] {
            if let Some(time) = word(key).filter(|time| !is_time(time)) {
                let place = node.get(key).map_or(node.place, |node| node.place);
                problems.push(Problem::new(
                    Code::WrongShape,
                    place,
                    format!("`{time}` is no time of day"),
                    "write \"10:00\"",
                ));
            }
        }
        let id = word("id").unwrap_or_default();
        let key = format!("events.{id}");
        events.push(Event {
            title: texts.add(&format!("{key}.title"), &word("title").unwrap_or_default()),
            text: word("text").map(|text| texts.add(&format!("{key}.text"), &text)),
            date,
            from: word("from"),
            to: word("to"),
            format: word("format").unwrap_or_default(),
            audience: node
                .get("audience")
                .map_or(&[][..], Node::items)
                .iter()
                .filter_map(Node::text)
                .map(str::to_owned)
                .collect(),
            url: word("url"),
            citations: citations(node, sources, texts, problems),
            id,
        });
    }
    events
}

fn is_time(text: &str) -> bool {
    let parts = text
        .split_once(':')
        .filter(|(hour, minute)| hour.len() == 2 && minute.len() == 2);
    parts.is_some_and(|(hour, minute)| {
        hour.parse::<u8>().is_ok_and(|hour| hour < 24)
            && minute.parse::<u8>().is_ok_and(|minute| minute < 60)
    })
}

fn offices(files: &[SourceFile], problems: &mut Vec<Problem>) -> OfficeTable {
    let find = |name: &str| {
        files
            .iter()
            .position(|file| file.name == format!("offices/{name}"))
    };
    // What cannot be read was told where it stands.
    if problems
        .iter()
        .filter_map(|problem| files.get(problem.place.file))
        .any(|file| file.name.starts_with("offices/"))
    {
        return OfficeTable::default();
    }
    // A rule set without offices answers without offices; half a set of tables is a mistake.
    if !files
        .iter()
        .any(|file| file.name.starts_with("offices/") && file.name.ends_with(".csv"))
    {
        return OfficeTable::default();
    }
    OfficeTable::read(|name| {
        find(name)
            .and_then(|at| files.get(at))
            .map(|file| file.text.as_str())
    })
    .unwrap_or_else(|(table, message)| {
        let place = Place::start(find(&table).unwrap_or(usize::MAX));
        problems.push(Problem::new(
            Code::BadOffices,
            place,
            format!("offices/{table}: {message}"),
            "compare it with offices/README.md",
        ));
        OfficeTable::default()
    })
}

fn check_case_ids(trees: &Trees, problems: &mut Vec<Problem>) {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for node in trees.of("cases").flat_map(Node::items) {
        let Some(id) = node.get("id").and_then(Node::text) else {
            continue;
        };
        if !known.insert(id) {
            let place = node.get("id").map_or(node.place, |id| id.place);
            problems.push(Problem::new(
                Code::DuplicateId,
                place,
                format!("the case `{id}` exists a second time"),
                "choose another id",
            ));
        }
    }
}

/// What the cases may name.
fn case_names<'a>(entries: &Entries<'a>, catalog: &'a FactCatalog) -> cases::Names<'a> {
    let kinds: [(&'static str, &[Entry<'a>]); 5] = [
        ("pathways", &entries.pathways),
        ("modules", &entries.modules),
        ("offers", &entries.offers),
        ("contactRoutes", &entries.routes),
        ("notices", &entries.notices),
    ];
    let mut ids: BTreeMap<&'static str, Vec<&'a str>> = BTreeMap::new();
    let mut reasons = Vec::new();
    for (kind, list) in kinds {
        ids.insert(kind, list.iter().map(|entry| entry.id).collect());
        for entry in list {
            let rules = entry.node.get("rules").map_or(&[][..], Node::items);
            reasons.extend(
                rules
                    .iter()
                    .filter_map(Entry::new)
                    .map(|rule| format!("{kind}.{}.{}", entry.id, rule.id)),
            );
        }
    }
    ids.insert(
        "openQuestions",
        catalog
            .facts()
            .iter()
            .map(|fact| fact.id.as_str())
            .collect(),
    );
    cases::Names { ids, reasons }
}

/// What can be represented but should not be.
fn check_whole(
    segments: &[Segment],
    entries: &Entries<'_>,
    catalog: &FactCatalog,
    problems: &mut Vec<Problem>,
) {
    for (number, fact) in catalog.facts().iter().enumerate() {
        let Ok(number) = u16::try_from(number) else {
            continue;
        };
        let finds_offices =
            fact.kind == FactKind::PostalCode || fact.id == crate::offices::DISTRICT_FACT;
        let used = finds_offices || segments.iter().any(|segment| segment.depends_on(number));
        if !used && let Some(node) = entries.facts.get(usize::from(number)) {
            problems.push(Problem::new(
                Code::Unused,
                node.get("id").map_or(node.place, |id| id.place),
                format!(
                    "no rule asks the fact `{}`, so it is never an open question",
                    fact.id
                ),
                "leave it if that is meant (a fact that never matters), or remove it",
            ));
        }
    }
}

/// `sha256:` and the digest over names and texts of all files, in order of the names.
#[must_use]
pub fn digest(files: &[SourceFile]) -> String {
    let mut hasher = Sha256::new();
    for file in files {
        for part in [file.name.as_bytes(), file.text.as_bytes()] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
    }
    let mut digest = String::from("sha256:");
    for byte in hasher.finalize() {
        let _ = write!(digest, "{byte:02x}");
    }
    digest
}
