//! The last step of compiling a period of law: what building left over is thrown away.
//!
//! Only a tenth of the nodes made on the way belong to a diagram that anything asks, and what one screening asks would lie scattered
//! among the rest. Every field is named here, so that one that is added later cannot be forgotten: it does not compile.

use crate::diagram::NodeId;
use crate::rules::model::{
    Band, Claim, Conclusion, ContactRoute, Decision, Form, Headline, Implied, Invariant, Notice,
    Offer, OfficeUse, Pathway, Requirement, Rule, Segment, SupportModule, Written, WrittenRule,
};

/// Keeps the diagrams of a period that are asked, those of a screening first.
pub(super) fn compact(segment: &mut Segment) {
    let mut roots = Vec::new();
    each(segment, &mut |node| roots.push(*node));
    let moved = segment.diagrams.finish(&roots);
    each(segment, &mut |node| *node = moved.to(*node));
}

type Visit<'a> = dyn FnMut(&mut NodeId) + 'a;

fn each(segment: &mut Segment, visit: &mut Visit<'_>) {
    let Segment {
        from: _,
        until: _,
        diagrams: _,
        first_variable: _,
        int_thresholds: _,
        date_thresholds: _,
        implied,
        pathways,
        decisions,
        bodies: _,
        decided_by,
        decision,
        modules,
        offers,
        notices,
        routes,
        bands,
        first_contact,
        route_orders,
        headlines,
        invariants,
        impossible,
        conclusions,
        written,
    } = segment;
    for Implied {
        when,
        fact: _,
        facts: _,
        cell: _,
        contradicted: _,
    } in implied
    {
        visit(when);
    }
    for Conclusion {
        root,
        subject: _,
        facts: _,
    } in conclusions
    {
        visit(root);
    }
    pathways.iter_mut().for_each(|entry| pathway(entry, visit));
    [decided_by, decision, first_contact]
        .into_iter()
        .chain(route_orders)
        .for_each(&mut *visit);
    for Decision {
        when,
        id: _,
        body: _,
        candidates: _,
        text: _,
        citations: _,
    } in decisions
    {
        visit(when);
    }
    modules.iter_mut().for_each(|entry| module(entry, visit));
    routes.iter_mut().for_each(|entry| route(entry, visit));
    for Band {
        when,
        id: _,
        routes: _,
        text: _,
    } in bands
    {
        visit(when);
    }
    offers.iter_mut().for_each(|entry| offer(entry, visit));
    for Notice {
        certain,
        unless,
        present,
        id: _,
        severity: _,
        text: _,
        citations: _,
        stale_sources: _,
    } in notices
    {
        [certain, unless, present].into_iter().for_each(&mut *visit);
    }
    for Headline {
        when,
        id: _,
        outcomes: _,
        text: _,
    } in headlines
    {
        visit(when);
    }
    visit(impossible);
    invariants
        .iter_mut()
        .for_each(|entry| invariant(entry, visit));
    for WrittenRule {
        condition,
        name: _,
        kind: _,
        place: _,
    } in written
    {
        as_written(condition, visit);
    }
}

fn pathway(pathway: &mut Pathway, visit: &mut Visit<'_>) {
    let Pathway {
        requirements,
        outcome,
        waiting,
        open,
        id: _,
        title: _,
        text: _,
        citations: _,
    } = pathway;
    [outcome, waiting, open].into_iter().for_each(&mut *visit);
    for Requirement {
        when,
        applies,
        fulfilled,
        id: _,
        kind: _,
        basis: _,
        citations: _,
        met: _,
        not_met: _,
        unknown: _,
    } in requirements
    {
        [applies, fulfilled, when].into_iter().for_each(&mut *visit);
    }
}

fn rules(rules: &mut [Rule], visit: &mut Visit<'_>) {
    for Rule {
        when,
        id: _,
        text: _,
    } in rules
    {
        visit(when);
    }
}

fn module(module: &mut SupportModule, visit: &mut Visit<'_>) {
    let SupportModule {
        requires,
        rules: triggers,
        trigger,
        state,
        id: _,
        title: _,
        text: _,
        beneficiary: _,
        carried_by: _,
        basis: _,
        citations: _,
    } = module;
    [trigger, state, requires].into_iter().for_each(&mut *visit);
    rules(triggers, visit);
}

fn offer(offer: &mut Offer, visit: &mut Visit<'_>) {
    let Offer {
        requires,
        rules: triggers,
        certain,
        unless,
        present,
        id: _,
        title: _,
        text: _,
        claim: _,
        contact: _,
        basis: _,
        citations: _,
    } = offer;
    [certain, unless, present, requires]
        .into_iter()
        .for_each(&mut *visit);
    rules(triggers, visit);
}

fn route(route: &mut ContactRoute, visit: &mut Visit<'_>) {
    let ContactRoute {
        offices,
        requires,
        rules: triggers,
        certain,
        unless,
        possible,
        present,
        id: _,
        title: _,
        purpose: _,
        channels: _,
        bring: _,
        events: _,
        basis: _,
        citations: _,
    } = route;
    [certain, unless, possible, present, requires]
        .into_iter()
        .for_each(&mut *visit);
    rules(triggers, visit);
    if let Some(OfficeUse {
        whens,
        used,
        kind: _,
        facts: _,
    }) = offices
    {
        whens.iter_mut().chain([used]).for_each(&mut *visit);
    }
}

fn invariant(invariant: &mut Invariant, visit: &mut Visit<'_>) {
    let Invariant {
        given,
        claim,
        bounds,
        id: _,
        text: _,
        citations: _,
    } = invariant;
    visit(given);
    bounds.iter_mut().for_each(|(_, claim)| visit(claim));
    match claim {
        Claim::Always(claimed) | Claim::Possible(claimed) => visit(claimed),
        Claim::NeverDependsOn(outcomes, _) => {
            for (_, outcome) in outcomes {
                visit(outcome);
            }
        }
    }
}

fn as_written(written: &mut Written, visit: &mut Visit<'_>) {
    let Written {
        node,
        form,
        place: _,
    } = written;
    visit(node);
    match form {
        Form::All(parts) | Form::Any(parts) => {
            parts.iter_mut().for_each(|part| as_written(part, visit));
        }
        Form::Not(part) => as_written(part, visit),
        Form::Always(_)
        | Form::Fact(..)
        | Form::Contradicted(_)
        | Form::Definition(_)
        | Form::Outcome(..)
        | Form::DecidedBy(_)
        | Form::Module(_)
        | Form::Offer(_)
        | Form::ContactRoute(_)
        | Form::Notice(_) => {}
    }
}
