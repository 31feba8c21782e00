//! Whether two rule sets answer anybody differently: exactly for every conclusion that stands by itself; a change of the order of contact
//! routes counts as one when a band differs.

use std::collections::BTreeSet;

use asaflex::diagram::NodeId;
use asaflex::rules::Ruleset;
use asaflex::rules::model::Segment;
use asaflex::verify::space::{Side, Space};
use jiff::civil::{Date, date};

/// Conclusions by name, with values that mean the same in both sets.
fn conclusions(segment: &Segment) -> Vec<(String, NodeId)> {
    let mut all = vec![("decided-by".to_owned(), segment.decided_by)];
    all.extend(
        segment
            .pathways
            .iter()
            .map(|one| (format!("pathway {}", one.id), one.outcome)),
    );
    all.extend(
        segment
            .modules
            .iter()
            .map(|one| (format!("module {}", one.id), one.state)),
    );
    all.extend(
        segment
            .offers
            .iter()
            .map(|one| (format!("offer {}", one.id), one.present)),
    );
    all.extend(
        segment
            .notices
            .iter()
            .map(|one| (format!("notice {}", one.id), one.present)),
    );
    all.extend(
        segment
            .routes
            .iter()
            .map(|one| (format!("route {}", one.id), one.present)),
    );
    for route in &segment.routes {
        if let Some(offices) = &route.offices {
            all.push((format!("offices {}", route.id), offices.used));
        }
    }
    all
}

/// One day of every period of both sets.
fn days(rulesets: [&Ruleset; 2]) -> BTreeSet<Date> {
    let segments = rulesets.into_iter().flat_map(|ruleset| &ruleset.segments);
    segments
        .map(|segment| segment.from.unwrap_or(date(2019, 6, 1)))
        .collect()
}

/// Whether anybody gets another answer.
pub(crate) fn any_answer(old: &Ruleset, new: &Ruleset) -> bool {
    days([old, new]).into_iter().any(|day| on(old, new, day))
}

fn on(old: &Ruleset, new: &Ruleset, day: Date) -> bool {
    let sides = vec![Side::on(old, day), Side::on(new, day)];
    let (left, right) = (sides[0].segment, sides[1].segment);
    let mut space = Space::new(sides).expect("small enough");
    let (before, after) = (conclusions(left), conclusions(right));
    let names: BTreeSet<&String> = before.iter().chain(&after).map(|(name, _)| name).collect();
    for name in names {
        let mut root = |side: usize, list: &[(String, NodeId)]| {
            let found = list.iter().find(|(own, _)| own == name);
            let root = found.map_or(NodeId::FALSE, |(_, root)| *root);
            space.import(side, root).expect("small enough")
        };
        let (before, after) = (root(0, &before), root(1, &after));
        if differ(&mut space, before, after) {
            return true;
        }
    }
    // The first contact, by name.
    let name = |segment: &Segment, place: u16| {
        let route = segment.routes.get(usize::from(place));
        route.map(|route| route.id.clone())
    };
    let first = [left, right].map(|segment| segment.first_contact);
    let first = [space.import(0, first[0]), space.import(1, first[1])]
        .map(|root| root.expect("small enough"));
    let other = space
        .diagrams()
        .merge(first[0], first[1], |before, after| {
            u16::from(name(left, before) != name(right, after))
        })
        .expect("small enough");
    if space.anybody(other) {
        return true;
    }
    left.bands.len() != right.bands.len()
        || left.bands.iter().zip(&right.bands).any(|(before, after)| {
            let ids = |segment: &Segment, routes: &[usize]| -> Vec<String> {
                routes
                    .iter()
                    .filter_map(|place| Some(segment.routes.get(*place)?.id.clone()))
                    .collect()
            };
            if ids(left, &before.routes) != ids(right, &after.routes) {
                return true;
            }
            let before = space.import(0, before.when).expect("small enough");
            let after = space.import(1, after.when).expect("small enough");
            differ(&mut space, before, after)
        })
}

fn differ(space: &mut Space<'_>, before: NodeId, after: NodeId) -> bool {
    let other = space
        .diagrams()
        .merge(before, after, |before, after| u16::from(before != after))
        .expect("small enough");
    space.anybody(other)
}
