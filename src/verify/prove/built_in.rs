//! The invariants that every rule set must stand.

use std::collections::BTreeMap;

use crate::diagram::{NodeId, Reach, TooLarge};
use crate::rules::built_in::BuiltIn;
use crate::rules::model::{
    Body, Claim, Form, OfficeKind, Outcome, Requirement, RequirementKind, Ruleset, Segment,
    Subject, SupportModule,
};
use crate::verify::prove::period::{Finding, Findings, Period};
use crate::verify::space::Assumed;

/// The fact and the route of the contract: who is in acute danger is led to the emergency call first.
const ACUTE_DANGER: (&str, &str) = ("acuteDanger", "notruf");

/// What holds for nobody, or for everybody, in all its periods; each with the last of them.
pub(super) fn constant_everywhere<'a>(
    ruleset: &'a Ruleset,
    findings: &[Findings],
) -> Vec<(&'a Segment, Finding)> {
    let mut rules: BTreeMap<&str, (bool, bool, bool, &Segment)> = BTreeMap::new();
    let mut reached: BTreeMap<(BuiltIn, &str), (bool, &Segment)> = BTreeMap::new();
    for (found, segment) in findings.iter().zip(&ruleset.segments) {
        for (rule, (holds, fails)) in segment.written.iter().zip(&found.rules) {
            let said = matches!(rule.condition.form, Form::Always(_));
            let seen = rules
                .entry(&rule.name)
                .or_insert((false, false, said, segment));
            *seen = (seen.0 || *holds, seen.1 || *fails, said, segment);
        }
        for (built_in, name, reaches) in &found.reached {
            let seen = reached
                .entry((*built_in, name.as_str()))
                .or_insert((false, segment));
            *seen = (seen.0 || *reaches, segment);
        }
    }
    let mut broken = Vec::new();
    for (name, (holds, fails, said, segment)) in rules {
        let built_in = match (holds, fails) {
            (false, _) if !said => BuiltIn::RuleNeverHolds,
            (true, false) if !said => BuiltIn::RuleAlwaysHolds,
            _ => continue,
        };
        let told = if holds { "everybody" } else { "nobody" };
        let told = format!("it holds for {told}, in every period in which it is valid");
        broken.push((segment, Finding::built_in(built_in, name, told)));
    }
    for ((built_in, name), (reaches, segment)) in reached {
        if !reaches {
            let told = "it reaches nobody, in every period in which it is valid".to_owned();
            broken.push((segment, Finding::built_in(built_in, name, told)));
        }
    }
    broken
}

impl Period<'_> {
    /// Every built-in invariant.
    pub(super) fn built_in(&mut self) -> Result<(), TooLarge> {
        self.findings.proofs += 1;
        if !self.space.somebody(NodeId::TRUE) {
            let told = "every combination of facts is called impossible".to_owned();
            let finding = Finding::built_in(BuiltIn::SomebodyPossible, "", told);
            self.findings.broken.push(finding);
            // Whatever follows would fail with it.
            return Ok(());
        }
        self.rules()?;
        self.reached()?;
        self.requirements()?;
        self.pathways()?;
        self.contact_routes()?;
        self.whoever_decides()?;
        self.nothing_fits()?;
        self.offers()?;
        self.headlines()?;
        self.statements_beside_implied()?;
        self.assumptions()?;
        self.acute_danger()
    }

    fn rules(&mut self) -> Result<(), TooLarge> {
        for rule in &self.segment.written {
            self.findings.proofs += 1;
            let holds = self.import(rule.condition.node)?;
            let fails = self.not(holds)?;
            let both = (self.space.somebody(holds), self.space.somebody(fails));
            self.findings.rules.push(both);
        }
        Ok(())
    }

    fn reached(&mut self) -> Result<(), TooLarge> {
        let segment = self.segment;
        let mut wanted: Vec<(BuiltIn, String, NodeId)> = Vec::new();
        for module in &segment.modules {
            let there = self.has(module.state, |state| state != SupportModule::ABSENT)?;
            let name = format!("modules.{}", module.id);
            wanted.push((BuiltIn::ModuleUnreachable, name, there));
        }
        for offer in &segment.offers {
            let there = self.import(offer.present)?;
            let name = format!("offers.{}", offer.id);
            wanted.push((BuiltIn::OfferUnreachable, name, there));
        }
        for route in &segment.routes {
            let there = self.import(route.present)?;
            let name = format!("contactRoutes.{}", route.id);
            wanted.push((BuiltIn::ContactRouteUnreachable, name, there));
        }
        for notice in segment
            .notices
            .iter()
            .filter(|notice| !notice.stale_sources)
        {
            let there = self.import(notice.present)?;
            let name = format!("notices.{}", notice.id);
            wanted.push((BuiltIn::NoticeUnreachable, name, there));
        }
        for (at, decision) in segment.decisions.iter().enumerate() {
            let there = self.has(segment.decision, |place| usize::from(place) == at)?;
            let name = format!("decidedBy.rules.{}", decision.id);
            wanted.push((BuiltIn::DecisionUnreachable, name, there));
        }
        if self.manner.declared {
            for invariant in &segment.invariants {
                if matches!(invariant.claim, Claim::Always(_)) {
                    let given = self.import(invariant.given)?;
                    wanted.push((BuiltIn::InvariantEmpty, invariant.id.clone(), given));
                }
            }
        }
        for (built_in, name, there) in wanted {
            self.findings.proofs += 1;
            let reaches = self.space.somebody(there);
            self.findings.reached.push((built_in, name, reaches));
        }
        Ok(())
    }

    /// A requirement that changes the outcome of nobody is implied by the others.
    fn requirements(&mut self) -> Result<(), TooLarge> {
        let segment = self.segment;
        for pathway in &segment.pathways {
            let mut weights = Vec::new();
            for requirement in &pathway.requirements {
                let weight = weight(requirement);
                let own = self.has(requirement.fulfilled, |met| met == 0)?;
                let own = self
                    .space
                    .diagrams()
                    .map(own, |fails| if fails == 0 { 0 } else { weight })?;
                weights.push(own);
            }
            // What the requirements before and behind each one come to.
            let mut before = vec![NodeId::FALSE];
            let mut behind = vec![NodeId::FALSE];
            for (list, weights) in [
                (&mut before, weights.clone()),
                (&mut behind, weights.iter().rev().copied().collect()),
            ] {
                for weight in weights {
                    let last = list.last().copied().unwrap_or(NodeId::FALSE);
                    list.push(self.space.diagrams().merge(last, weight, u16::max)?);
                }
            }
            behind.pop();
            for ((requirement, own), (before, behind)) in pathway
                .requirements
                .iter()
                .zip(weights)
                .zip(before.into_iter().zip(behind.into_iter().rev()))
            {
                self.findings.proofs += 1;
                let diagrams = self.space.diagrams();
                let others = diagrams.merge(before, behind, u16::max)?;
                let counts = diagrams.merge(own, others, |own, others| u16::from(own > others))?;
                if !self.space.anybody(counts) {
                    let told = format!(
                        "nobody's outcome would be another without it; as `{}` it says nothing that the others do not",
                        requirement.kind.as_str()
                    );
                    let name = format!("pathways.{}.requirements.{}", pathway.id, requirement.id);
                    let finding = Finding::built_in(BuiltIn::RequirementImplied, name, told);
                    self.findings.broken.push(finding);
                }
            }
        }
        Ok(())
    }

    fn pathways(&mut self) -> Result<(), TooLarge> {
        for pathway in &self.segment.pathways {
            if pathway.outcome == NodeId::terminal(value(Outcome::NotInForce)) {
                continue;
            }
            self.findings.proofs += 1;
            let open = self.has(pathway.outcome, |found| !is_closed(found))?;
            if !self.space.somebody(open) {
                let told = "it is open for nobody".to_owned();
                let name = format!("pathways.{}", pathway.id);
                let finding = Finding::built_in(BuiltIn::PathwayUnreachable, name, told);
                self.findings.broken.push(finding);
            }
        }
        Ok(())
    }

    fn contact_routes(&mut self) -> Result<(), TooLarge> {
        let mut there = Vec::new();
        for route in &self.segment.routes {
            there.push(self.import(route.present)?);
        }
        let none = self.none_of(&there, NodeId::TRUE)?;
        let told = "somebody gets none".to_owned();
        if self.is_broken_by(none) {
            let finding = Finding::built_in(BuiltIn::NoContactRoute, "", told);
            return self.broken(finding, none, |_, _, advice| advice.routes.is_empty());
        }
        self.findings.proofs += 1;
        let nothing = crate::facts::Given::nothing(self.side.ruleset.catalog.facts().len());
        if self.advice(&nothing).routes.is_empty() {
            let mut finding = Finding::built_in(BuiltIn::NoContactRoute, "", told);
            finding.requests.push(self.request(&nothing));
            finding.confirmed = Some(true);
            self.findings.broken.push(finding);
            return Ok(());
        }
        self.contact_routes_for_open_facts()
    }

    /// Whoever leaves facts open gets a route that is certain on all that they may be, or one that is possible on some of it. So where none
    /// is possible, one and the same route must be certain: then nobody falls between two of them, whatever is left open.
    fn contact_routes_for_open_facts(&mut self) -> Result<(), TooLarge> {
        let mut possible = Vec::new();
        for route in &self.segment.routes {
            possible.push(self.import(route.possible)?);
        }
        let reachable = self.space.reachable();
        let open = self.none_of(&possible, reachable)?;
        self.findings.proofs += 1;
        for route in &self.segment.routes {
            let certain = self.import(route.certain)?;
            let otherwise = self.not(certain)?;
            if !self.space.diagrams().meets(open, otherwise) {
                return Ok(());
            }
        }
        let told = "where no route is there `whilePossible`, none is certain for everybody; somebody who leaves facts open may fall between them";
        let finding = Finding::built_in(BuiltIn::NoContactRoute, "", told.to_owned());
        self.findings.broken.push(finding);
        Ok(())
    }

    /// The body that decides can be reached: where routes lead to offices of its kind, one of them is there whenever it decides.
    fn whoever_decides(&mut self) -> Result<(), TooLarge> {
        let segment = self.segment;
        for (body, kind) in [
            (Body::Agency, OfficeKind::EmploymentAgency),
            (Body::Jobcenter, OfficeKind::Jobcenter),
        ] {
            let routes = segment.routes.iter().enumerate();
            let leading: Vec<usize> = routes
                .filter(|(_, route)| {
                    let offices = route.offices.as_ref();
                    offices.is_some_and(|offices| offices.kind == kind)
                })
                .map(|(place, _)| place)
                .collect();
            if leading.is_empty() {
                continue;
            }
            let mut there = Vec::new();
            for place in &leading {
                let route = segment.routes.get(*place);
                there.push(self.import(route.map_or(NodeId::TRUE, |route| route.present))?);
            }
            let decides = self.has(segment.decided_by, |found| found == body as u16)?;
            let stranded = self.none_of(&there, decides)?;
            if !self.is_broken_by(stranded) {
                continue;
            }
            let told = "somebody is told that it decides and gets no contact route to its offices";
            let subject = format!("decidedBy.bodies.{}", body.as_str());
            let finding =
                Finding::built_in(BuiltIn::DecisionWithoutContact, subject, told.to_owned());
            self.broken(finding, stranded, move |_, _, advice| {
                let mut routes = advice.routes.iter();
                advice.decided_by.body == body
                    && routes.all(|route| !leading.contains(&route.route))
            })?;
        }
        Ok(())
    }

    /// Where `within` holds and none of the conditions does. What asks least comes first: each leaves fewer circumstances to look at.
    fn none_of(&mut self, conditions: &[NodeId], within: NodeId) -> Result<NodeId, TooLarge> {
        let mut conditions = conditions.to_vec();
        let diagrams = self.space.diagrams();
        conditions.sort_by_key(|condition| diagrams.asked(*condition).len());
        let mut none = within;
        for condition in conditions {
            let absent = self.not(condition)?;
            none = self.and(none, absent)?;
            if none == NodeId::FALSE {
                break;
            }
        }
        Ok(none)
    }

    /// Nobody who meets the conditions of no pathway is sent away with what everybody gets.
    fn nothing_fits(&mut self) -> Result<(), TooLarge> {
        let segment = self.segment;
        let not_met = value(Outcome::ConditionsNotMet);
        let in_force = |outcome| outcome != NodeId::terminal(value(Outcome::NotInForce));
        if !segment
            .pathways
            .iter()
            .any(|pathway| in_force(pathway.outcome))
        {
            return Ok(());
        }
        let mut fits = Vec::new();
        let mut helping = Vec::new();
        for route in &segment.routes {
            let there = self.import(route.present)?;
            let absent = self.not(there)?;
            // Counselling that a statute owes everybody fits everybody.
            let helps = route.basis == "statute" || self.space.anybody(absent);
            helping.push(helps);
            if helps {
                fits.push(there);
            }
        }
        for offer in &segment.offers {
            fits.push(self.import(offer.present)?);
        }
        let mut nothing = self.none_of(&fits, NodeId::TRUE)?;
        for pathway in &segment.pathways {
            let closed = self.has(pathway.outcome, |found| found >= not_met)?;
            nothing = self.and(nothing, closed)?;
        }
        if !self.is_broken_by(nothing) {
            return Ok(());
        }
        let told = "somebody meets the conditions of no pathway and gets only what everybody gets";
        let finding = Finding::built_in(BuiltIn::NothingFits, "", told.to_owned());
        self.broken(finding, nothing, move |_, _, advice| {
            let mut routes = advice.routes.iter();
            advice.outcome == Outcome::ConditionsNotMet
                && advice.offers.is_empty()
                && routes.all(|route| helping.get(route.route) == Some(&false))
        })
    }

    fn offers(&mut self) -> Result<(), TooLarge> {
        let segment = self.segment;
        for (at, offer) in segment.offers.iter().enumerate() {
            let subject = format!("offers.{}", offer.id);
            let mut lonely = self.import(offer.present)?;
            let routes = segment.routes.iter().enumerate();
            let named: Vec<usize> = routes
                .filter(|(_, route)| offer.contact.contains(&route.id))
                .map(|(place, _)| place)
                .collect();
            for place in &named {
                let route = segment.routes.get(*place);
                let there = self.import(route.map_or(NodeId::FALSE, |route| route.present))?;
                let absent = self.not(there)?;
                lonely = self.and(lonely, absent)?;
            }
            if !offer.contact.is_empty() && self.is_broken_by(lonely) {
                let told = "somebody gets the offer and none of the contact routes it names";
                let finding = Finding::built_in(
                    BuiltIn::OfferWithoutContact,
                    subject.clone(),
                    told.to_owned(),
                );
                self.broken(finding, lonely, move |_, _, advice| {
                    let mut routes = advice.routes.iter();
                    advice.offers.iter().any(|offer| offer.offer == at)
                        && !routes.any(|route| named.contains(&route.route))
                })?;
            }
            let limited = matches!(offer.claim.as_str(), "claim" | "discretion");
            if self.manner.declared && limited && offer.basis == "statute" {
                self.findings.proofs += 1;
                let mut bounded = false;
                for invariant in &segment.invariants {
                    for (_, claim) in invariant.bounds.iter().filter(|(id, _)| *id == offer.id) {
                        let fails = self.has(*claim, |holds| holds == 0)?;
                        bounded |= self.space.anybody(fails);
                    }
                }
                if !bounded {
                    let told = "no declared invariant would fail if everybody got it".to_owned();
                    let finding = Finding::built_in(BuiltIn::OfferUnbounded, subject, told);
                    self.findings.broken.push(finding);
                }
            }
        }
        Ok(())
    }

    fn headlines(&mut self) -> Result<(), TooLarge> {
        let segment = self.segment;
        // The outcome of the whole answer is the best of the pathways', in the order in which outcomes are printed.
        let rank = |found: u16| {
            let outcome = Outcome::BY_WEIGHT.get(usize::from(found));
            let place = outcome.and_then(|own| Outcome::ALL.iter().position(|other| other == own));
            place
                .and_then(|place| u16::try_from(place).ok())
                .unwrap_or(u16::MAX)
        };
        let worst = rank(value(Outcome::NotInForce));
        let mut overall = NodeId::terminal(worst);
        for pathway in &segment.pathways {
            let outcome = self.import(pathway.outcome)?;
            let diagrams = self.space.diagrams();
            let outcome = diagrams.map(outcome, rank)?;
            overall = diagrams.merge(overall, outcome, u16::min)?;
        }
        let mut missing = NodeId::TRUE;
        for headline in &segment.headlines {
            let when = self.import(headline.when)?;
            let fits = self.space.diagrams().map(overall, |place| {
                let outcome = Outcome::ALL.get(usize::from(place));
                let fits = headline.outcomes.is_empty()
                    || outcome.is_some_and(|outcome| headline.outcomes.contains(outcome));
                u16::from(fits)
            })?;
            let there = self.and(when, fits)?;
            let absent = self.not(there)?;
            missing = self.and(missing, absent)?;
        }
        if !self.is_broken_by(missing) {
            return Ok(());
        }
        let told = "somebody gets none".to_owned();
        let finding = Finding::built_in(BuiltIn::HeadlineMissing, "", told);
        self.broken(finding, missing, |_, _, advice| advice.headline.is_none())
    }

    /// What others imply may be stated otherwise without contradiction; that must not turn a pathway. Nothing else can: whatever is stated
    /// beside given facts leaves fewer completions, and what absence means is excepted.
    fn statements_beside_implied(&mut self) -> Result<(), TooLarge> {
        let segment = self.segment;
        for implied in &segment.implied {
            let Some((cell, beside)) = self.space.implied_cells(0, implied.fact) else {
                continue;
            };
            let Some(variable) = self.space.variables_of(0, implied.fact).first().copied() else {
                continue;
            };
            let when = self.import(implied.when)?;
            for (at, pathway) in segment.pathways.iter().enumerate() {
                let closed = self.has(pathway.outcome, is_closed)?;
                let diagrams = self.space.diagrams();
                let as_implied =
                    diagrams.redirect(
                        closed,
                        |asked, own| if asked == variable { cell } else { own },
                    )?;
                let stated = diagrams.leaf(variable, |own| beside.contains(&own))?;
                let stated = diagrams.and(stated, when)?;
                let opened =
                    diagrams.merge(closed, as_implied, |own, other| u16::from(own < other))?;
                let opened = diagrams.and(opened, stated)?;
                let shut =
                    diagrams.merge(closed, as_implied, |own, other| u16::from(own > other))?;
                let shut = diagrams.and(shut, stated)?;
                // One direction at a time: whatever else is true of the person shown, the pathway turns the same way.
                let turned = if self.space.anybody(opened) {
                    opened
                } else {
                    shut
                };
                if !self.is_broken_by(turned) {
                    continue;
                }
                let name = self.side.ruleset.catalog.name(implied.fact);
                let subject = format!("pathways.{}.{name}", pathway.id);
                let told = format!(
                    "stating `{name}` otherwise than others imply it, without contradiction, turns the pathway"
                );
                let finding = Finding::built_in(BuiltIn::FactTurnsPathway, subject, told);
                let fact = implied.fact;
                self.broken(finding, turned, |_, _, _| true)?;
                self.without(fact, at);
            }
        }
        Ok(())
    }

    /// Whoever leaves a fact out is taken for what the rest implies, or for what its absence means. Where that is called impossible and
    /// something else is not, nothing may follow from it.
    fn assumptions(&mut self) -> Result<(), TooLarge> {
        let segment = self.segment;
        let impossible = self.import(segment.impossible)?;
        for assumed in self.space.assumed(0) {
            let (variable, cell) = (assumed.variable, assumed.cell);
            let diagrams = self.space.diagrams();
            let taken = diagrams.leaf(variable, |own| own == cell)?;
            let taken = diagrams.and(taken, assumed.when)?;
            let contradictory = diagrams.and(taken, impossible)?;
            let followed = self.followed_from(assumed, contradictory)?;
            if !self.is_broken_by(followed) {
                continue;
            }
            let fact = assumed.fact;
            let name = self.side.ruleset.catalog.name(fact);
            let told = format!("something follows from what is assumed where `{name}` is left out");
            let finding = Finding::built_in(BuiltIn::AssumptionImpossible, name, told);
            self.broken(finding, followed, move |period, given, _| {
                let root = period.segment.impossible;
                given.get(fact).is_none() && period.walked(given, root) == Reach::Only(1)
            })?;
        }
        Ok(())
    }

    /// Where, within circumstances in which it is assumed, some conclusion would be another one if a possible statement stood in place of what is assumed.
    fn followed_from(&mut self, assumed: Assumed, within: NodeId) -> Result<NodeId, TooLarge> {
        let segment = self.segment;
        let possible = self.space.possible();
        let put = |cell: u8| {
            move |asked: u16, own: u8| {
                if asked == assumed.variable { cell } else { own }
            }
        };
        for other in (0..assumed.cells).filter(|other| *other != assumed.cell) {
            let diagrams = self.space.diagrams();
            let instead = diagrams.redirect(possible, put(other))?;
            let instead = diagrams.and(instead, within)?;
            if instead == NodeId::FALSE {
                continue;
            }
            for conclusion in &segment.conclusions {
                let ordered = matches!(conclusion.subject, Subject::RouteOrder);
                if ordered || !conclusion.facts.contains(assumed.fact) {
                    continue;
                }
                let root = self.import(conclusion.root)?;
                let diagrams = self.space.diagrams();
                let stated = diagrams.redirect(root, put(other))?;
                let differs =
                    diagrams.merge(root, stated, |own, stated| u16::from(own != stated))?;
                let followed = diagrams.and(differs, instead)?;
                if self.space.anybody(followed) {
                    return Ok(followed);
                }
            }
        }
        Ok(NodeId::FALSE)
    }

    /// Adds the same request without a fact to what was found last, and compares the answers.
    fn without(&mut self, fact: crate::facts::FactId, pathway: usize) {
        let Some(request) = self
            .findings
            .broken
            .last()
            .and_then(|found| found.requests.first().cloned())
        else {
            return;
        };
        let catalog = &self.side.ruleset.catalog;
        let Ok(parsed) = crate::request::parse(request.as_bytes(), catalog, false) else {
            return;
        };
        let mut fewer = parsed.given.clone();
        fewer.clear(fact);
        let closed = |advice: &crate::engine::Advice| {
            let found = advice.pathways.get(pathway);
            found.map(|found| found.outcome.is_closed())
        };
        let stated = closed(&self.advice(&parsed.given));
        let silent = closed(&self.advice(&fewer));
        let turned = stated.is_some() && stated != silent;
        let silent = self.request(&fewer);
        if let Some(found) = self.findings.broken.last_mut() {
            found.requests.insert(0, silent);
            found.confirmed = Some(turned);
        }
    }

    fn acute_danger(&mut self) -> Result<(), TooLarge> {
        let (fact, route) = ACUTE_DANGER;
        let Some(fact) = self.side.ruleset.catalog.find(fact) else {
            return Ok(());
        };
        let place = self.segment.routes.iter().position(|own| own.id == route);
        let first = self.has(self.segment.first_contact, |found| {
            place == Some(usize::from(found))
        })?;
        let Some(variable) = self.space.variables_of(0, fact).first().copied() else {
            return Ok(());
        };
        let danger = self.space.diagrams().leaf(variable, |cell| cell == 1)?;
        let other = self.not(first)?;
        let other = self.and(danger, other)?;
        if !self.is_broken_by(other) {
            return Ok(());
        }
        let told = "somebody in acute danger is led elsewhere first".to_owned();
        let finding = Finding::built_in(BuiltIn::AcuteDangerFirst, "", told);
        self.broken(finding, other, move |_, _, advice| {
            advice.first_contact != place || place.is_none()
        })
    }
}

fn value(outcome: Outcome) -> u16 {
    outcome.value().unwrap_or(u16::MAX)
}

/// What a requirement that fails comes to.
fn weight(requirement: &Requirement) -> u16 {
    let kind: RequirementKind = requirement.kind;
    value(kind.outcome())
}

/// Whether a pathway with this outcome is closed.
fn is_closed(found: u16) -> bool {
    let outcome = Outcome::BY_WEIGHT.get(usize::from(found));
    outcome.is_none_or(|outcome| outcome.is_closed())
}
