//! A rule set small enough to be read beside the tests.
#![cfg(test)]

use crate::answer::Prepared;
use crate::rules::compile;
use crate::rules::problem::{self, SourceFile};

const RULESET: &str = "
id: tiny
version: '1'
title: Ein kleines Regelwerk
labels:
  \"yes\": Ja
  \"no\": Nein
  kind-must: muss erfüllt sein
  explain-is: '{fact} ist: {value}'
  explain-at-least: '{fact}: mindestens {value}'
  explain-within-months: '{fact}: {value} Monate laufen noch'
  explain-absent: passt nicht
headlines: [ { id: default, text: Rat } ]
";
const FACTS: &str = "
facts:
  - { id: status, kind: one, label: Stand, question: Wo?, why: Darum., options: [ { id: none, text: nichts }, { id: in-training, text: in Ausbildung }, { id: ended, text: beendet } ] }
  - { id: contract, kind: bool, label: Vertrag, question: Vertrag?, why: Darum. }
  - { id: needsHelp, kind: bool, label: Bedarf, question: Bedarf?, why: Darum., impliedBy: { needs: { empty: false } } }
  - { id: danger, kind: bool, label: Gefahr, question: Gefahr?, why: Darum., absentMeans: { value: false, text: Keine Gefahr. } }
  - { id: age, kind: int, label: Alter, question: Alter?, why: Darum., range: { min: 10, max: 99 } }
  - { id: startedOn, kind: date, label: Beginn, question: Wann?, why: Darum. }
  - { id: needs, kind: many, label: Hilfen, question: Welche?, why: Darum., options: [ { id: language, text: Sprache }, { id: theory, text: Theorie } ] }
impossible:
  - { id: contract-without-training, when: { all: [ { status: none }, { contract: true } ] }, text: Ohne Ausbildung kein Vertrag. }
";
const DEFINITIONS: &str = "
definitions:
  - { id: adult, when: { age: { atLeast: 18 } } }
";
const PATHWAYS: &str = "
id: phase
title: Die Phase
text: Hilfe in der Ausbildung.
requirements:
  - id: in-training
    kind: must
    when: { all: [ { status: in-training }, { contract: true } ] }
    basis: statute
    citations: [ { source: law, at: \"§ 1 Abs. 1\" } ]
    met: Läuft.
    notMet: Läuft nicht.
    unknown: Offen.
  - id: help-needed
    kind: must
    when: { needsHelp: true }
    basis: statute
    citations: [ { source: law, at: § 2 } ]
    met: Bedarf.
    notMet: Kein Bedarf.
    unknown: Offen.
  - id: half-a-year
    kind: limit
    appliesWhen: { status: in-training }
    when: { startedOn: { withinMonthsOfEvent: 6 } }
    basis: statute
    citations: [ { source: law, at: § 3 } ]
    met: Noch nicht vorbei.
    notMet: Vorbei.
    unknown: Offen.
  - id: consistent
    kind: assessment
    when: { not: { contradicted: needsHelp } }
    basis: derived
    citations: [ { source: law, at: § 2 } ]
    met: Passt.
    notMet: Passt nicht.
    unknown: Offen.
";
const DECIDED_BY: &str = "
bodies:
  - { id: agentur-fuer-arbeit, title: Agentur, text: Sie entscheidet. }
decidedBy:
  - { id: agency, when: { always: true }, body: agentur-fuer-arbeit, text: Die Agentur. }
";
const MODULES: &str = "
modules:
  - id: german
    title: Deutsch
    text: Ein Kurs.
    beneficiary: [trainee]
    carriedBy: [phase]
    requires: { not: { status: ended } }
    rules:
      - { id: language, when: { needs: language }, text: Die Sprache fehlt. }
      - { id: either, when: { any: [ { needs: language }, { all: [ { needs: language }, { definition: adult } ] } ] }, text: Doppelt gesagt. }
";
const CONTACT_ROUTES: &str = "
contactRoutes:
  - id: desk
    title: Schalter
    purpose: Rat.
    rules: [ { id: everyone, when: { always: true }, text: Offen für alle. } ]
  - id: rescue
    title: Notruf
    purpose: Hilfe.
    rules: [ { id: danger, when: { danger: true }, text: Gefahr. } ]
bands:
  - { id: first, when: { danger: true }, routes: [rescue], text: Zuerst. }
";
const SOURCES: &str = "
sources:
  - { id: law, title: Gesetz, kind: statute }
";
const STATUTES: &str = "
provisions:
  - { source: law, at: § 1, text: Gefördert wird während der Ausbildung. }
";

/// The files of the rule set, with `cases` as its cases.
pub(crate) fn files(cases: &str) -> Vec<SourceFile> {
    let texts = [
        ("cases/all.yaml", cases),
        ("contact-routes.yaml", CONTACT_ROUTES),
        ("decided-by.yaml", DECIDED_BY),
        ("definitions.yaml", DEFINITIONS),
        ("facts.yaml", FACTS),
        ("modules.yaml", MODULES),
        ("pathways/phase.yaml", PATHWAYS),
        ("ruleset.yaml", RULESET),
        ("sources.yaml", SOURCES),
        ("statutes.yaml", STATUTES),
    ];
    let file = |(name, text): (&str, &str)| SourceFile {
        name: name.to_owned(),
        text: text.to_owned(),
    };
    texts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(file)
        .collect()
}

/// The rule set, ready to answer.
pub(crate) fn prepared(cases: &str) -> Prepared {
    let files = files(cases);
    match compile::compile(&files) {
        Ok(ruleset) => Prepared::new(ruleset),
        Err(problems) => panic!("{}", problem::render_all(&problems, &files)),
    }
}
