//! What can be stated on one side and not on the other, or means something else there.

use crate::facts::{Fact, FactKind};
use crate::rules::model::Ruleset;

/// A difference in what can be stated. A new name for a fact is a fact less and a fact more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The fact.
    pub fact: String,
    /// What is different, in a few words.
    pub what: String,
}

/// Every such difference, in the order of the new side, what is gone last.
pub(super) fn differences(old: &Ruleset, new: &Ruleset) -> Vec<Word> {
    let mut words = Vec::new();
    let find = |side: &Ruleset, id: &str| -> Option<Fact> {
        let number = side.catalog.find(id)?;
        side.catalog.get(number).cloned()
    };
    for fact in new.catalog.facts() {
        let mut say = |what: String| {
            words.push(Word {
                fact: fact.id.clone(),
                what,
            });
        };
        match find(old, &fact.id) {
            None => say("can be stated only in the new rule set".to_owned()),
            Some(known) if known.kind.as_str() != fact.kind.as_str() => say(format!(
                "was of kind {} and is of kind {}",
                known.kind.as_str(),
                fact.kind.as_str()
            )),
            Some(known) => options(&known, fact).into_iter().for_each(say),
        }
    }
    for fact in old.catalog.facts() {
        if find(new, &fact.id).is_none() {
            words.push(Word {
                fact: fact.id.clone(),
                what: "can be stated only in the old rule set".to_owned(),
            });
        }
    }
    words
}

/// What is different about a fact that both sides know.
fn options(old: &Fact, new: &Fact) -> Vec<String> {
    let mut found = Vec::new();
    let only = |own: &Fact, other: &Fact| -> Vec<String> {
        let own = own.options.iter();
        let own = own.filter(|option| other.option(option).is_none());
        own.cloned().collect()
    };
    let (gone, added) = (only(old, new), only(new, old));
    if !added.is_empty() {
        found.push(format!("has the new options {}", added.join(", ")));
    }
    if !gone.is_empty() {
        found.push(format!("no longer has the options {}", gone.join(", ")));
    }
    if let (
        FactKind::Int { min, max },
        FactKind::Int {
            min: low,
            max: high,
        },
    ) = (&old.kind, &new.kind)
        && (min, max) != (low, high)
    {
        found.push(format!(
            "ranged from {min} to {max}, and from {low} to {high} now"
        ));
    }
    let absence = |fact: &Fact| {
        let absent = fact.absent_means.as_ref()?;
        let option = fact.options.get(usize::from(absent.cell));
        let option = if fact.kind == FactKind::Many {
            None
        } else {
            option.cloned()
        };
        let scope = if absent.order_only {
            " in the order of routes"
        } else {
            ""
        };
        Some(format!(
            "{}{scope}",
            option.unwrap_or_else(|| "none".to_owned())
        ))
    };
    let (before, after) = (absence(old), absence(new));
    if before != after {
        let word = |absence: Option<String>| absence.unwrap_or_else(|| "unknown".to_owned());
        found.push(format!(
            "is taken for {} when absent, before for {}",
            word(after),
            word(before)
        ));
    }
    found
}
