//! Small changes to rule files, made by seed.

use asaflex::rules::SourceFile;

/// Files that say what holds; cases, invariants and languages are what must notice.
const RULES: &[&str] = &[
    "pathways/",
    "modules/",
    "offers/",
    "contact-routes/",
    "decided-by",
    "definitions",
    "facts",
    "notices",
];

/// One change in one file.
#[derive(Clone, Debug)]
pub(crate) struct Mutant {
    pub(crate) number: usize,
    pub(crate) operator: &'static str,
    /// What was done, for the table.
    pub(crate) told: String,
    file: usize,
    /// First line and number of lines that are replaced.
    lines: (usize, usize),
    with: Vec<String>,
}

impl Mutant {
    /// The rule files with the change.
    pub(crate) fn files(&self, files: &[SourceFile]) -> Vec<SourceFile> {
        let mut files = files.to_vec();
        let file = &mut files[self.file];
        let mut lines: Vec<String> = file.text.lines().map(str::to_owned).collect();
        let end = self.lines.0 + self.lines.1;
        lines.splice(self.lines.0..end, self.with.iter().cloned());
        file.text = lines.join("\n") + "\n";
        files
    }
}

/// A generator whose numbers are the same everywhere (Knuth's MMIX constants).
struct Seed(u64);

impl Seed {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound.max(1)
    }
}

/// Place, number of lines, and what comes instead.
type Change = (usize, usize, Vec<String>);

/// Whether a line holds a condition or its surroundings rather than a text for people.
fn is_rule(line: &str) -> bool {
    let line = line.trim_start();
    let prose = [
        "text:",
        "met:",
        "notMet:",
        "unknown:",
        "purpose:",
        "title:",
        "#",
        "note:",
        "question:",
        "why:",
        "help:",
        "label:",
    ];
    !prose.iter().any(|key| line.starts_with(key)) && !line.contains("source:")
}

fn replaced(lines: &[&str], at: usize, from: &str, to: &str) -> Option<Change> {
    let line = lines[at];
    (is_rule(line) && line.contains(from)).then(|| (at, 1, vec![line.replacen(from, to, 1)]))
}

/// The lines of the list item that begins here: until the next line that is not indented deeper.
fn block(lines: &[&str], at: usize) -> usize {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let own = depth(lines[at]);
    let deeper = lines[at + 1..]
        .iter()
        .take_while(|line| line.trim().is_empty() || depth(line) > own)
        .count();
    deeper + 1
}

fn flipped_operator(file: &str, lines: &[&str], at: usize) -> Option<Change> {
    let _ = file;
    if lines[at].trim_start().starts_with('#') {
        return None;
    }
    replaced(lines, at, "all:", "any:").or_else(|| replaced(lines, at, "any:", "all:"))
}

fn flipped_value(_: &str, lines: &[&str], at: usize) -> Option<Change> {
    let line = lines[at];
    if line.contains("always")
        || line.contains("cost:")
        || line.contains("absentMeans")
        || line.contains("empty")
    {
        return None;
    }
    replaced(lines, at, ": true }", ": false }")
        .or_else(|| replaced(lines, at, ": false }", ": true }"))
}

fn flipped_empty(_: &str, lines: &[&str], at: usize) -> Option<Change> {
    replaced(lines, at, "empty: true", "empty: false")
        .or_else(|| replaced(lines, at, "empty: false", "empty: true"))
}

fn dropped_not(_: &str, lines: &[&str], at: usize) -> Option<Change> {
    let line = lines[at];
    let begin = line.find("{ not: {")?;
    let rest = &line[begin + "{ not: ".len()..];
    let mut depth = 0;
    for (place, letter) in rest.char_indices() {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        if depth == 0 {
            let inner = &rest[..=place];
            let after = rest[place + 1..].trim_start().strip_prefix('}')?;
            return is_rule(line)
                .then(|| (at, 1, vec![format!("{}{inner}{after}", &line[..begin])]));
        }
    }
    None
}

fn dropped_requirement(file: &str, lines: &[&str], at: usize) -> Option<Change> {
    let entry = file.starts_with("pathways/") && lines[at].starts_with("  - id: ");
    entry.then(|| (at, block(lines, at), Vec::new()))
}

fn dropped_rule(file: &str, lines: &[&str], at: usize) -> Option<Change> {
    let entry = lines[at].starts_with("      - id: ") && !file.starts_with("facts");
    let others = lines
        .iter()
        .enumerate()
        .filter(|(other, line)| line.starts_with("      - id: ") && at.abs_diff(*other) < 12);
    (entry && others.count() > 1).then(|| (at, block(lines, at), Vec::new()))
}

fn dropped_part(_: &str, lines: &[&str], at: usize) -> Option<Change> {
    let line = lines[at].trim_start();
    let part = line.starts_with("- { ")
        && is_rule(lines[at])
        && !line.contains(" id:")
        && !line.contains("use:")
        && !line.contains("body");
    part.then(|| (at, 1, Vec::new()))
}

fn changed_kind(file: &str, lines: &[&str], at: usize) -> Option<Change> {
    if !file.starts_with("pathways/") {
        return None;
    }
    let kinds = [
        ("kind: must", "kind: assessment"),
        ("kind: waiting", "kind: must"),
        ("kind: limit", "kind: waiting"),
        ("kind: assessment", "kind: must"),
    ];
    kinds
        .iter()
        .find_map(|(from, to)| replaced(lines, at, from, to))
}

fn shifted_date(_: &str, lines: &[&str], at: usize) -> Option<Change> {
    let line = lines[at];
    let key = ["validFrom: ", "validUntil: ", "before: ", "onOrAfter: "];
    let begin = key
        .iter()
        .find_map(|key| line.find(key).map(|at| at + key.len()))?;
    let day: jiff::civil::Date = line.get(begin..begin + 10)?.parse().ok()?;
    let later = day.checked_add(jiff::Span::new().months(1)).ok()?;
    replaced(lines, at, &day.to_string(), &later.to_string())
}

fn shifted_number(_: &str, lines: &[&str], at: usize) -> Option<Change> {
    let line = lines[at];
    let key = [
        "atLeastMonthsAgo: ",
        "withinMonthsOfEvent: ",
        "withinMonthsFromStart: ",
        "atLeast: ",
        "below: ",
        "trainingYear: ",
    ];
    let begin = key
        .iter()
        .find_map(|key| line.find(key).map(|at| at + key.len()))?;
    let digits: String = line[begin..]
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let number: u32 = digits.parse().ok()?;
    let changed = format!(
        "{}{}{}",
        &line[..begin],
        number + 1,
        &line[begin + digits.len()..]
    );
    is_rule(line).then(|| (at, 1, vec![changed]))
}

fn dropped_option(file: &str, lines: &[&str], at: usize) -> Option<Change> {
    let line = lines[at];
    let lists = [
        "bring:",
        "languages:",
        "citations:",
        "candidates:",
        "audience:",
        "beneficiary:",
        "{ id:",
        "options:",
        "consistentWith",
    ];
    if !is_rule(line) || lists.iter().any(|key| line.contains(key)) || file.starts_with("facts") {
        return None;
    }
    let begin = line.find('[')?;
    let end = begin + line[begin..].find(']')?;
    let mut options: Vec<&str> = line[begin + 1..end].split(", ").collect();
    if options.len() < 2 || options.iter().any(|option| option.contains(['{', ':'])) {
        return None;
    }
    options.remove(options.len() / 2);
    Some((
        at,
        1,
        vec![format!(
            "{}[{}]{}",
            &line[..begin],
            options.join(", "),
            &line[end + 1..]
        )],
    ))
}

fn removed_band(file: &str, lines: &[&str], at: usize) -> Option<Change> {
    let band = file == "contact-routes/bands.yaml" && lines[at].starts_with("  - id: ");
    band.then(|| (at, block(lines, at), Vec::new()))
}

fn removed_entry(file: &str, lines: &[&str], at: usize) -> Option<Change> {
    let kinds = ["modules/", "offers/", "contact-routes/", "notices"];
    let entry = kinds.iter().any(|kind| file.starts_with(kind))
        && !file.ends_with("bands.yaml")
        && !file.ends_with("documents.yaml")
        && (lines[at].starts_with("  - id: ") || lines[at].starts_with("  - { id: "));
    entry.then(|| (at, block(lines, at), Vec::new()))
}

fn swapped_module(file: &str, lines: &[&str], at: usize) -> Option<Change> {
    if !file.starts_with("modules/") {
        return None;
    }
    let own = lines[at].strip_prefix("  - id: ")?;
    let next = (at + 1..lines.len()).find(|next| lines[*next].starts_with("  - id: "))?;
    let other = lines[next].strip_prefix("  - id: ")?;
    let mut with: Vec<String> = lines[at..=next]
        .iter()
        .map(|line| (*line).to_owned())
        .collect();
    let last = with.len() - 1;
    with[0] = format!("  - id: {other}");
    with[last] = format!("  - id: {own}");
    Some((at, next - at + 1, with))
}

fn changed_body(file: &str, lines: &[&str], at: usize) -> Option<Change> {
    if !file.starts_with("decided-by") {
        return None;
    }
    let bodies = [
        ("body: jobcenter", "body: agentur-fuer-arbeit"),
        ("body: agentur-fuer-arbeit", "body: jobcenter"),
        ("body: rehabilitation-carrier", "body: unclear"),
        ("body: unclear", "body: jobcenter"),
    ];
    bodies
        .iter()
        .find_map(|(from, to)| replaced(lines, at, from, to))
}

fn flipped_comparison(_: &str, lines: &[&str], at: usize) -> Option<Change> {
    let pairs = [
        ("{ atLeast: ", "{ below: "),
        ("{ below: ", "{ atLeast: "),
        ("{ before: ", "{ onOrAfter: "),
        ("{ onOrAfter: ", "{ before: "),
        ("withinMonthsOfEvent: ", "atLeastMonthsAgo: "),
    ];
    pairs
        .iter()
        .find_map(|(from, to)| replaced(lines, at, from, to))
}

fn negated_part(_: &str, lines: &[&str], at: usize) -> Option<Change> {
    let line = lines[at];
    let rest = line.trim_start().strip_prefix("- { ")?;
    let simple = is_rule(line)
        && line.ends_with(" }")
        && rest.matches('{').count() == rest.matches('}').count().saturating_sub(1)
        && !rest.starts_with("id:")
        && !rest.starts_with("not:")
        && !rest.starts_with("use:")
        && !rest.contains("body")
        && !rest.contains(", ")
        && rest.contains(": ");
    let indent = &line[..line.len() - line.trim_start().len()];
    simple.then(|| (at, 1, vec![format!("{indent}- {{ not: {{ {rest} }}")]))
}

fn swapped_routes(file: &str, lines: &[&str], at: usize) -> Option<Change> {
    let line = lines[at];
    let begin = line.find("routes: [")? + "routes: [".len();
    if file != "contact-routes/bands.yaml" {
        return None;
    }
    let end = begin + line[begin..].find(']')?;
    let mut routes: Vec<&str> = line[begin..end].split(", ").collect();
    if routes.len() < 2 {
        return None;
    }
    routes.swap(0, 1);
    let with = format!("{}{}{}", &line[..begin], routes.join(", "), &line[end..]);
    Some((at, 1, vec![with]))
}

/// The options of a fact as the shipped vocabulary declares them.
fn options_of(fact: &str) -> Vec<&'static str> {
    let facts = include_str!("../../rules/facts.yaml").lines();
    let own = facts
        .skip_while(|line| *line != format!("  - id: {fact}"))
        .skip(1);
    let own = own.take_while(|line| !line.starts_with("  - id: "));
    own.filter_map(|line| {
        line.trim_start()
            .strip_prefix("- { id: ")?
            .split(',')
            .next()
    })
    .collect()
}

/// A condition that holds for one more option than it should.
fn widened_list(file: &str, lines: &[&str], at: usize) -> Option<Change> {
    let line = lines[at];
    if !is_rule(line) || file.starts_with("facts") || line.contains("use:") {
        return None;
    }
    let (others, place) = line.match_indices(": ").find_map(|(place, _)| {
        let options = options_of(line[..place].rsplit([' ', '{']).next()?);
        (!options.is_empty()).then_some((options, place + 2))
    })?;
    let (before, rest) = line.split_at(place);
    let (inner, after) = match rest.strip_prefix('[') {
        Some(list) => list.split_once(']')?,
        None => rest.split_at(rest.find(" }")?),
    };
    if inner.contains('{') {
        return None;
    }
    let mut listed: Vec<&str> = inner.split(", ").collect();
    let mut others = others.iter().filter(|other| !listed.contains(other));
    let count = others.clone().count();
    let more = others.nth(at % count.max(1))?;
    listed.push(more);
    let list = listed.join(", ");
    Some((at, 1, vec![format!("{before}[{list}]{after}")]))
}

/// Offices found by the postal code of the other place.
fn swapped_place(_: &str, lines: &[&str], at: usize) -> Option<Change> {
    replaced(lines, at, "use: homePostalCode", "use: companyPostalCode")
        .or_else(|| replaced(lines, at, "use: companyPostalCode", "use: homePostalCode"))
}

type Operator = fn(&str, &[&str], usize) -> Option<Change>;

const OPERATORS: &[(&str, Operator)] = &[
    ("flipped operator", flipped_operator),
    ("dropped requirement", dropped_requirement),
    ("dropped rule", dropped_rule),
    ("dropped option", dropped_option),
    ("shifted date", shifted_date),
    ("changed kind", changed_kind),
    ("flipped value", flipped_value),
    ("dropped part", dropped_part),
    ("shifted number", shifted_number),
    ("dropped not", dropped_not),
    ("swapped module", swapped_module),
    ("removed band", removed_band),
    ("removed entry", removed_entry),
    ("changed body", changed_body),
    ("flipped empty", flipped_empty),
    ("flipped comparison", flipped_comparison),
    ("negated part", negated_part),
    ("swapped routes", swapped_routes),
    ("widened list", widened_list),
    ("swapped place", swapped_place),
];

/// Mutants in turn from every operator, none twice; fewer when an operator has no more places.
pub(crate) fn seeded(files: &[SourceFile], count: usize) -> Vec<Mutant> {
    let mut places: Vec<(&'static str, Vec<Mutant>)> = Vec::new();
    for (operator, change) in OPERATORS {
        let mut found = Vec::new();
        for (number, file) in files.iter().enumerate() {
            if !RULES.iter().any(|kind| file.name.starts_with(kind)) {
                continue;
            }
            let lines: Vec<&str> = file.text.lines().collect();
            for at in 0..lines.len() {
                if let Some((begin, removed, with)) = change(&file.name, &lines, at) {
                    found.push(Mutant {
                        number: 0,
                        operator,
                        told: format!("{}:{} {}", file.name, at + 1, lines[at].trim()),
                        file: number,
                        lines: (begin, removed),
                        with,
                    });
                }
            }
        }
        places.push((operator, found));
    }
    let mut seed = Seed(20_261_123);
    let mut mutants = Vec::new();
    while mutants.len() < count && places.iter().any(|(_, left)| !left.is_empty()) {
        for (_, left) in places.iter_mut().filter(|(_, left)| !left.is_empty()) {
            let mut mutant = left.swap_remove(seed.below(left.len()));
            mutant.number = mutants.len();
            if mutants.len() < count {
                mutants.push(mutant);
            }
        }
    }
    mutants
}
