//! A comparison in words and as JSON.

use std::fmt::Write as _;

use jiff::civil::Date;

use crate::verify::diff::{Change, Diff};

/// Ways of changing that are told of one conclusion.
const WAYS_MAX: usize = 6;
/// Postal codes that are named.
const CODES_MAX: usize = 10;

/// The comparison in words.
#[must_use]
pub fn text(diff: &Diff) -> String {
    let mut out = String::new();
    for word in &diff.vocabulary {
        let _ = writeln!(out, "fact {} {}", word.fact, word.what);
    }
    if !diff.postal_codes.is_empty() {
        let named: Vec<&str> = diff
            .postal_codes
            .iter()
            .take(CODES_MAX)
            .map(String::as_str)
            .collect();
        let more = if diff.postal_codes.len() > CODES_MAX {
            ", …"
        } else {
            ""
        };
        let _ = writeln!(
            out,
            "{} to other offices: {}{more}",
            counted(
                diff.postal_codes.len(),
                "postal code leads",
                "postal codes lead"
            ),
            named.join(", ")
        );
    }
    for change in &diff.changes {
        if !out.is_empty() {
            out.push('\n');
        }
        tell(&mut out, change);
    }
    if diff.is_empty() {
        out.push_str("no answer changes\n");
    } else {
        let _ = writeln!(
            out,
            "\n{} compared",
            [
                counted(
                    diff.changes.len(),
                    "conclusion changes",
                    "conclusions change"
                ),
                counted(diff.periods, "period", "periods"),
            ]
            .join("; ")
        );
    }
    out
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn tell(out: &mut String, change: &Change) {
    let (kind, id) = change.about.names();
    let name = format!("{kind} {id}");
    let _ = match change.title.as_str() {
        "" => writeln!(out, "{}", name.trim_end()),
        title => writeln!(out, "{} – {title}", name.trim_end()),
    };
    for period in &change.periods {
        let day = |day: Option<Date>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
        let _ = writeln!(
            out,
            "  {} to {}: {} of circumstances",
            day(period.from),
            day(period.until),
            percent(period.share)
        );
    }
    for (before, after, share) in change.ways.iter().take(WAYS_MAX) {
        let _ = writeln!(out, "    {before} → {after}: {}", percent(*share));
    }
    if let Some(more) = change
        .ways
        .len()
        .checked_sub(WAYS_MAX)
        .filter(|more| *more > 0)
    {
        let _ = writeln!(out, "    and {}", counted(more, "more way", "more ways"));
    }
    let Some(example) = &change.example else {
        return;
    };
    let note = match (example.possible, example.confirmed) {
        (_, false) => " (the engine answers both alike while facts are open)",
        (false, _) => " (a combination that the rules call impossible)",
        (true, true) => "",
    };
    let _ = writeln!(out, "  smallest example{note}");
    let mut requests = example.requests.clone();
    requests.dedup();
    for request in requests {
        let _ = writeln!(out, "    {request}");
    }
    let _ = writeln!(out, "    before: {}", example.before);
    let _ = writeln!(out, "    after:  {}", example.after);
}

/// A share as people read it; what is not nobody is never shown as nobody.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if share > 0.0 && percent < 0.01 {
        "less than 0.01 %".to_owned()
    } else {
        format!("{percent:.2} %")
    }
}

/// The comparison for programs.
#[must_use]
pub fn json(diff: &Diff) -> serde_json::Value {
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    let changes: Vec<serde_json::Value> = diff
        .changes
        .iter()
        .map(|change| {
            let (kind, id) = change.about.names();
            let periods: Vec<serde_json::Value> = change
                .periods
                .iter()
                .map(|period| {
                    serde_json::json!({ "from": day(period.from), "until": day(period.until), "share": period.share })
                })
                .collect();
            let ways: Vec<serde_json::Value> = change
                .ways
                .iter()
                .map(|(before, after, share)| serde_json::json!({ "from": before, "to": after, "share": share }))
                .collect();
            let example = change.example.as_ref().map(|example| {
                let requests = example.requests.iter();
                let requests: Vec<serde_json::Value> = requests
                    .filter_map(|request| serde_json::from_str(request).ok())
                    .collect();
                serde_json::json!({ "requests": requests, "before": example.before, "after": example.after,
                    "possible": example.possible, "confirmed": example.confirmed })
            });
            let id = Some(id).filter(|id| !id.is_empty());
            let title = Some(&change.title).filter(|title| !title.is_empty());
            serde_json::json!({ "kind": kind, "id": id, "title": title, "periods": periods, "ways": ways, "example": example })
        })
        .collect();
    let vocabulary: Vec<serde_json::Value> = diff
        .vocabulary
        .iter()
        .map(|word| serde_json::json!({ "fact": word.fact, "what": word.what }))
        .collect();
    serde_json::json!({ "changed": !diff.is_empty(), "periods": diff.periods, "facts": vocabulary,
        "postalCodes": diff.postal_codes, "changes": changes })
}
