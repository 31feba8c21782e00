//! One period of law under proof: claims are built over its circumstances, and whoever breaks one is found and tried on the engine.

use crate::diagram::{NodeId, TooLarge};
use crate::engine::{self, Advice, Wanted, Workspace};
use crate::facts::Given;
use crate::rules::built_in::BuiltIn;
use crate::rules::model::{Citation, Segment};
use crate::verify::person::request_json;
use crate::verify::prove::Manner;
use crate::verify::space::{Side, Space};

/// What was found in one period.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    /// Claims that were looked at.
    pub(super) proofs: usize,
    /// Claims that do not hold.
    pub(super) broken: Vec<Finding>,
    /// For every written rule of the period: whether somebody fulfils it, and whether somebody does not.
    pub(super) rules: Vec<(bool, bool)>,
    /// Everything that has to reach somebody in one of its periods, and whether it does in this one.
    pub(super) reached: Vec<(BuiltIn, String, bool)>,
}

/// A claim that does not hold in one period.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) built_in: Option<BuiltIn>,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) citations: Vec<Citation>,
    pub(super) found: String,
    pub(super) requests: Vec<String>,
    pub(super) confirmed: Option<bool>,
}

impl Finding {
    /// A built-in invariant that does not hold, and nobody to show it by.
    pub(super) fn built_in(built_in: BuiltIn, subject: impl Into<String>, found: String) -> Self {
        Self {
            built_in: Some(built_in),
            subject: subject.into(),
            text: built_in.claim().to_owned(),
            citations: Vec::new(),
            found,
            requests: Vec::new(),
            confirmed: None,
        }
    }
}

/// A period under proof.
pub(super) struct Period<'a> {
    pub(super) side: Side<'a>,
    pub(super) segment: &'a Segment,
    pub(super) space: Space<'a>,
    pub(super) manner: Manner,
    pub(super) findings: Findings,
    workspace: Workspace,
}

impl<'a> Period<'a> {
    pub(super) fn new(side: Side<'a>, manner: Manner) -> Result<Self, TooLarge> {
        Ok(Self {
            side,
            segment: side.segment,
            space: Space::new(vec![side])?,
            manner,
            findings: Findings::default(),
            workspace: Workspace::default(),
        })
    }

    /// Everything about the period.
    pub(super) fn prove(mut self) -> Result<Findings, TooLarge> {
        self.built_in()?;
        if self.manner.declared {
            self.declared()?;
        }
        Ok(self.findings)
    }

    /// A diagram of the period over its circumstances.
    pub(super) fn import(&mut self, root: NodeId) -> Result<NodeId, TooLarge> {
        self.space.import(0, root)
    }

    /// Where a diagram has one of the values that `wanted` names.
    pub(super) fn has(
        &mut self,
        root: NodeId,
        wanted: impl Fn(u16) -> bool,
    ) -> Result<NodeId, TooLarge> {
        let root = self.import(root)?;
        let diagrams = self.space.diagrams();
        diagrams.map(root, |value| u16::from(wanted(value)))
    }

    pub(super) fn and(&mut self, left: NodeId, right: NodeId) -> Result<NodeId, TooLarge> {
        self.space.diagrams().and(left, right)
    }

    pub(super) fn not(&mut self, node: NodeId) -> Result<NodeId, TooLarge> {
        self.space.diagrams().not(node)
    }

    /// Whether anybody is in circumstances that break a claim; counts the claim.
    pub(super) fn is_broken_by(&mut self, circumstances: NodeId) -> bool {
        self.findings.proofs += 1;
        self.space.anybody(circumstances)
    }

    /// Notes a claim that does not hold for `circumstances`, with the smallest person in them; `shows` says whether an answer to that
    /// person is what was claimed never to be.
    pub(super) fn broken(
        &mut self,
        mut finding: Finding,
        circumstances: NodeId,
        shows: impl Fn(&Self, &Given, &Advice) -> bool,
    ) -> Result<(), TooLarge> {
        if self.manner.people
            && let Some(person) = self.space.smallest(circumstances)?
        {
            let given = person.requests.first().map(|request| request.given.clone());
            finding.requests.push(person.request().to_owned());
            if let Some(given) = given {
                let advice = self.advice(&given);
                finding.confirmed = Some(shows(self, &given, &advice));
            }
        }
        self.findings.broken.push(finding);
        Ok(())
    }

    /// What the service answers.
    pub(super) fn advice(&mut self, given: &Given) -> Advice {
        engine::screen(
            self.side.ruleset,
            given,
            self.side.as_of,
            Wanted::ALL,
            &mut self.workspace,
        )
    }

    /// What a diagram of the period is for stated facts, as the engine walks it.
    pub(super) fn walked(&self, given: &Given, root: NodeId) -> crate::diagram::Reach {
        let known = engine::known(
            self.side.ruleset,
            given,
            self.side.as_of,
            &mut Workspace::default(),
        );
        let mut scratch = crate::diagram::Scratch::default();
        self.segment
            .diagrams
            .reach(root, &known.everywhere, &mut scratch)
    }

    /// Facts as a request that can be sent.
    pub(super) fn request(&self, given: &Given) -> String {
        request_json(&self.side.ruleset.catalog, given, self.side.as_of)
    }
}
