//! One small rule set per defect, with the problem its author reads.
//!
//! A folder of `bad_rules/` is laid over `bad_rules/base/`; `expected.txt` is what is printed. After a wanted change of wording run
//! `ASAFLEX_ACCEPT=1 cargo test --test bad_rules` and read the difference.

#![cfg(test)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use asaflex::rules::compile::compile;
use asaflex::rules::problem::{Code, Problem, Severity, render_all};
use asaflex::rules::{SourceFile, load};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/bad_rules")
        .join(name)
}

fn overlaid(names: &[&str]) -> Vec<SourceFile> {
    let mut files: BTreeMap<String, SourceFile> = BTreeMap::new();
    for name in names {
        for file in load::folder(&folder(name)).unwrap() {
            files.insert(file.name.clone(), file);
        }
    }
    files.into_values().collect()
}

fn problems(files: &[SourceFile]) -> Vec<Problem> {
    match compile(files) {
        Ok(ruleset) => ruleset.warnings,
        Err(problems) => problems,
    }
}

fn defects() -> Vec<String> {
    let entries = std::fs::read_dir(folder(".")).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.retain(|name| name != "base");
    names.sort();
    names
}

#[test]
fn the_base_has_no_problem() {
    let files = overlaid(&["base"]);
    let found = problems(&files);
    assert!(found.is_empty(), "{}", render_all(&found, &files));
}

#[test]
fn every_defect_is_found_with_its_code_and_printed_as_expected() {
    let accept = std::env::var_os("ASAFLEX_ACCEPT").is_some();
    for name in defects() {
        let files = overlaid(&["base", &name]);
        let found = problems(&files);
        assert!(
            found.iter().any(|problem| problem.code.as_str() == name),
            "{name} was not found: {found:#?}"
        );
        let printed = render_all(&found, &files);
        let expected = folder(&name).join("expected.txt");
        if accept {
            std::fs::write(&expected, &printed).unwrap();
        }
        let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(printed, wanted, "{name} is printed differently");
    }
}

#[test]
fn every_code_has_a_defect() {
    let known = defects();
    for code in Code::ALL {
        assert!(
            known.contains(&code.as_str().to_owned()),
            "no folder shows {}",
            code.as_str()
        );
    }
}

#[test]
fn all_problems_of_a_folder_are_found_in_one_run() {
    let names = [
        "base",
        "unknown-fact",
        "wrong-operator",
        "unknown-option",
        "duplicate-id",
        "empty-validity",
        "missing-text",
    ];
    let mut files = overlaid(&names);
    // An unreadable file hides neither the others nor what stands in them.
    files.push(SourceFile {
        name: "notices.yaml".to_owned(),
        text: "notices:\n  - id: a\n   severity: info\n".to_owned(),
    });
    let found = problems(&files);
    for code in [
        Code::Syntax,
        Code::UnknownFact,
        Code::UnknownOption,
        Code::DuplicateId,
        Code::MissingText,
    ] {
        assert!(
            found.iter().any(|problem| problem.code == code),
            "{} is missing in {found:#?}",
            code.as_str()
        );
    }
}

/// The shipped rules with one text of one file replaced.
fn shipped_with(changes: &[(&str, &str, &str)]) -> Vec<SourceFile> {
    let mut files = load::folder(&folder("../../rules")).unwrap();
    for (name, from, to) in changes {
        let file = files.iter_mut().find(|file| file.name == *name).unwrap();
        assert!(file.text.contains(from), "{name} lacks {from}");
        file.text = file.text.replacen(from, to, 1);
    }
    files
}

fn errors(files: &[SourceFile]) -> Vec<Problem> {
    let mut found = problems(files);
    found.retain(|problem| problem.severity() == Severity::Error);
    found
}

#[test]
fn an_unreadable_file_is_one_problem_and_says_what_is_left_out() {
    for (name, from) in [
        ("pathways/begleitende-phase.yaml", "requirements:\n"),
        ("facts.yaml", "  - id: trainingType\n"),
        ("sources.yaml", "sources:\n"),
        ("modules/trainee.yaml", "modules:\n"),
        ("contact-routes/agency.yaml", "contactRoutes:\n"),
        ("ruleset.yaml", "headlines:\n"),
        ("invariants.yaml", "invariants:\n"),
    ] {
        let files = shipped_with(&[(name, from, &format!("{from}   - : [\n"))]);
        let found = errors(&files);
        let printed = render_all(&found, &files);
        assert_eq!(
            found.len(),
            1,
            "{name}: {}",
            &printed[..printed.len().min(4_000)]
        );
        assert_eq!(
            (found[0].code, files[found[0].place.file].name.as_str()),
            (Code::Syntax, name)
        );
        let silent = ["bands", "decided-by", "locales", "invariants"];
        if !silent.iter().any(|silent| name.contains(silent)) {
            assert!(
                found[0].help.contains("left out until it is readable"),
                "{name}: {printed}"
            );
        }
    }
}

#[test]
fn beside_an_unreadable_file_true_problems_of_others_stay() {
    let files = shipped_with(&[
        (
            "facts.yaml",
            "  - id: trainingType\n",
            "  - id: trainingType\n   - : [\n",
        ),
        (
            "pathways/vorphase.yaml",
            "when: {",
            "when: { traningStatus: in-training }\n    # {",
        ),
        ("locales/en.yaml", "  bab@2020-05-29:\n", "  baab:\n"),
    ]);
    let found = errors(&files);
    let messages: Vec<&str> = found
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    let told = |text: &str| messages.iter().any(|message| message.contains(text));
    assert!(
        told("`traningStatus`") && told("`offers.baab`"),
        "{messages:?}"
    );
    assert!(!told("`trainingType`"), "{messages:?}");
}

#[test]
fn a_misspelt_list_is_one_problem() {
    let files = shipped_with(&[("offers/money.yaml", "offers:\n", "offer:\n")]);
    let found = errors(&files);
    assert!(
        found
            .iter()
            .all(|problem| files[problem.place.file].name == "offers/money.yaml"),
        "{found:#?}"
    );
    assert_eq!(found.len(), 1);
    assert!(found[0].help.starts_with("did you mean `offers`?"));
}

#[test]
fn a_dropped_or_misspelt_citation_is_one_problem_that_shows_what_to_write() {
    let written = "    citations:\n      - { source: sgb-iii, at: \"§ 74 Abs. 1 Satz 1\" }\n    met: >-\n      Die Ausbildung läuft,";
    let file = "pathways/begleitende-phase.yaml";
    let dropped = shipped_with(&[(file, written, "    met: >-\n      Die Ausbildung läuft,")]);
    let found = errors(&dropped);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].code, Code::MissingCitation);
    assert!(
        found[0]
            .help
            .contains("citations: [ { source: sgb-iii, at: \"§ 75 Abs. 1 Satz 1\" } ]")
    );
    let misspelt = shipped_with(&[(file, written, &written.replace("citations:", "citation:"))]);
    let found = errors(&misspelt);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].help, "did you mean `citations`?");
    let unknown = shipped_with(&[(file, written, &written.replace("sgb-iii", "sgb-3"))]);
    let found = errors(&unknown);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].code, Code::UnknownReference);
}

#[test]
fn numbers_and_addresses_that_lead_nowhere_are_refused_with_what_to_write() {
    let route = |channels: &str| {
        let text = format!(
            "contactRoutes:\n  - {{ id: desk, title: Rat, purpose: Rat, rules: [ {{ id: all, when: {{ always: true }}, text: Rat }} ], channels: [ {channels} ] }}\n"
        );
        let mut files = overlaid(&["base"]);
        let name = "contact-routes/added.yaml".to_owned();
        files.push(SourceFile { name, text });
        errors(&files)
    };
    for (kind, good, bad) in [
        ("phone", "+498004555500", "0800 4555500"),
        ("phone", "112", "08004555500"),
        ("phone", "116111", "+49 800 4555500"),
        ("phone", "+492282609040", "+0492282609040"),
        ("web", "https://www.kofa.de", "www.kofa.de"),
        ("web", "https://www.kofa.de/a?b=c", "https:/www.kofa.de"),
        (
            "chat",
            "https://online.telefonseelsorge.de",
            "telefonseelsorge",
        ),
        ("email", "vera@ses-bonn.de", "vera.ses-bonn.de"),
    ] {
        let one = |value: &str| format!("{{ id: c, kind: {kind}, value: \"{value}\" }}");
        let added = |found: Vec<Problem>| -> Vec<Problem> {
            let own = found.into_iter();
            own.filter(|problem| problem.message.contains(" is no "))
                .collect()
        };
        assert!(added(route(&one(good))).is_empty(), "{good}");
        let found = added(route(&one(bad)));
        assert_eq!(found.len(), 1, "{bad}: {found:?}");
        assert!(found[0].help.starts_with("write "), "{found:?}");
    }
}

#[test]
fn help_for_what_is_not_yaml_says_what_to_do_with_the_line() {
    let entry = "notices:\n  - id: a\n    severity: info\n    when: { always: true }\n";
    for (text, wanted) in [
        (
            "notices:\n  - { id: a, severity: info, when: { always: true }, text: Das ist so, sagt das Gesetz }\n",
            "`text: \"Das ist so, sagt das Gesetz\"`",
        ),
        (
            "notices:\n  - { id: a, severity: info, when: { always: true }, text: Das gilt: immer }\n",
            "stands in quotation marks",
        ),
        (
            &format!("{entry}    text: Das gilt: immer\n"),
            "stands in quotation marks",
        ),
        (
            &format!("{entry}    text: \"Das gilt \"immer\" und überall\"\n"),
            "write „…“ inside it",
        ),
        (
            &format!("{entry}    text: \"Das gilt\n  - id: b\n"),
            "is not closed",
        ),
        (&format!("{entry}\ttext: Das gilt\n"), "begins with a tab"),
        (
            &format!("{entry}   text: Das gilt\n"),
            "begin in the same column",
        ),
        (
            &format!("{entry}     text: Das gilt\n"),
            "begin in the same column",
        ),
        (
            &format!("{entry}    text Das gilt\n"),
            "a colon and a blank",
        ),
        (
            &format!("{entry}    text: >-\n    Das gilt,\n    immer\n"),
            "begins with `>-`",
        ),
        (
            &format!("{entry}    text: `Das` gilt\n"),
            "special character",
        ),
        (
            "notices:\n  - id: a\n    severity: info\n    when: { all: [ { always: true }, { always: true } }\n    text: t\n",
            "close every `[`",
        ),
        (
            "notices:\n  - id: a\n    severity: info\n    when: { always: true\n    text: t\n",
            "close every `{`",
        ),
        (
            &format!("{entry}    text:\tDas gilt\n"),
            "a tab stands behind the colon",
        ),
        (
            &format!("{entry}    text: Das\0gilt\n"),
            "that no editor shows, such as NUL",
        ),
        (
            &format!("{entry}    text: *immer\n"),
            "begins with `*` or `&` stands in quotation marks",
        ),
        (
            &format!("{entry}    text: & so fort\n"),
            "begins with `*` or `&` stands in quotation marks",
        ),
        (
            "notices: {\n",
            "the `{` in line 1 is not closed; close it with `}`",
        ),
        (
            "notices:\n  - id: a\n    severity: info\n    when: {\n    text: t\n",
            "the `{` in line 4 is not closed; close it with `}`",
        ),
        (
            "notices:\n  - { id: a, severity: info, text: t, when: { always: true }\n  - id: b\n",
            "the `{` in line 2 is not closed; close it with `}`",
        ),
        (
            "notices: [\n  - id: a\n",
            "the `[` in line 1 is not closed; close it with `]`",
        ),
        (&format!("{entry}    text: t\n]\n"), "closes nothing"),
        (
            &format!("{entry}    text: \"a\\d\"\n"),
            "a backslash begins a special character",
        ),
        (
            &format!("{entry}    text: {{contact}} hilft\n"),
            "begins with `{` or `[` stands in quotation marks",
        ),
    ] {
        let mut files = overlaid(&["base"]);
        files.push(SourceFile {
            name: "notices.yaml".to_owned(),
            text: text.to_owned(),
        });
        let found = errors(&files);
        assert!(
            found.iter().any(|problem| problem.help.contains(wanted)),
            "{text}\n{}",
            render_all(&found, &files)
        );
    }
}

/// The base with further files.
fn base_with(added: &[(&str, &str)]) -> Vec<SourceFile> {
    let mut files = overlaid(&["base"]);
    for (name, text) in added {
        files.retain(|file| file.name != *name);
        files.push(SourceFile {
            name: (*name).to_owned(),
            text: (*text).to_owned(),
        });
    }
    files.sort_by(|left, right| left.name.cmp(&right.name));
    files
}

/// Place, message and help of each error: `file:line: message; help`.
fn told(files: &[SourceFile]) -> Vec<String> {
    let lines = errors(files).into_iter().map(|problem| {
        let name = files
            .get(problem.place.file)
            .map_or("", |file| file.name.as_str());
        let (line, message, help) = (problem.place.line, problem.message, problem.help);
        format!("{name}:{line}: {message}; {help}")
    });
    lines.collect()
}

#[test]
fn a_language_may_stand_in_several_files_but_each_text_in_one() {
    let one = "locale: en\nname: English\ntitle: Small\n";
    let joined = base_with(&[
        ("locales/en-1.yaml", one),
        (
            "locales/en-2.yaml",
            "locale: en\nname: English\nlabels: { \"yes\": Yes }\n",
        ),
    ]);
    let ruleset = compile(&joined).unwrap();
    assert_eq!(ruleset.texts.locales().len(), 2);
    assert_eq!(ruleset.texts.get(1, ruleset.title), "Small");
    assert_eq!(ruleset.label(1, "yes"), "Yes");
    let twice = base_with(&[
        ("locales/en-1.yaml", one),
        (
            "locales/en-2.yaml",
            "locale: EN\nname: Englisch\ntitle: Little\n",
        ),
    ]);
    assert_eq!(
        told(&twice),
        [
            "locales/en-2.yaml:2: the language `en` has another name in another file: `English`; write the same name in all files of a language",
            "locales/en-2.yaml:3: the text `title` stands in another file of this language, too; remove one of the two; only one could count",
        ]
    );
}

#[test]
fn what_is_no_tag_of_another_language_is_refused() {
    for (tag, wanted) in [
        ("de", "German is no language of its own here"),
        ("DE", "German is no language of its own here"),
        ("Français !", "`Français !` is no language tag"),
        ("english", "`english` is no language tag"),
        ("en_GB", "`en_GB` is no language tag"),
    ] {
        let text = format!("locale: {tag}\nname: N\ntitle: Small\n");
        let found = told(&base_with(&[("locales/x.yaml", &text)]));
        assert_eq!(found.len(), 1, "{tag}: {found:?}");
        assert!(
            found[0].starts_with(&format!("locales/x.yaml:1: {wanted}")),
            "{tag}: {found:?}"
        );
    }
}

#[test]
fn a_file_that_is_not_utf_8_is_one_problem_beside_all_others() {
    let german = "offers:\n  - { id: beratung, title: Für alle, text: Rat, claim: advice, contact: [], rules: [ { id: all, when: { always: true }, text: Rat } ] }\n";
    let latin: Vec<u8> = german
        .chars()
        .map(|letter| u8::try_from(letter).unwrap())
        .collect();
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(german.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let picture = b"\x89PNG\r\n\x1a\n\0\0".to_vec();
    let unknown = (
        "definitions/added.yaml",
        "definitions:\n  - { id: d, when: { nobody: true } }\n",
    );
    let follower = (
        "notices.yaml",
        "notices:\n  - { id: n, severity: info, when: { offer: beratung }, text: Rat }\n",
    );
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("not-utf-8");
    for (name, bytes, line, others) in [
        (
            "offers/added.yaml",
            latin.clone(),
            2,
            &[unknown, follower][..],
        ),
        ("offers/added.yaml", utf16, 1, &[unknown, follower]),
        ("offers/added.yaml", picture, 1, &[unknown]),
        ("offices/agencies.csv", latin, 2, &[unknown]),
    ] {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        let mut files = load::folder(&root).unwrap();
        std::fs::remove_file(&path).unwrap();
        files.extend(base_with(others));
        let found = told(&files);
        assert_eq!(found.len(), 2, "{name}: {found:?}");
        assert!(
            found[0].starts_with(&format!(
                "{name}:{line}: the file is not saved as UTF-8: what stands here is no letter; save the file as UTF-8"
            )),
            "{found:?}"
        );
        assert!(found[1].contains("`nobody`"), "{found:?}");
    }
}

#[test]
fn an_empty_file_is_one_problem() {
    let shipped = load::folder(&folder("../../rules")).unwrap();
    for name in [
        "contact-routes/agency.yaml",
        "decided-by.yaml",
        "definitions.yaml",
        "facts.yaml",
        "modules/trainee.yaml",
        "notices.yaml",
        "offers/money.yaml",
        "pathways/vorphase.yaml",
        "ruleset.yaml",
        "sources.yaml",
    ] {
        let mut files = shipped.clone();
        let file = files.iter_mut().find(|file| file.name == name).unwrap();
        file.text = "# not written yet\n\n".to_owned();
        let found = told(&files);
        assert_eq!(
            found.len(),
            1,
            "{name}: {:?}",
            &found[..found.len().min(20)]
        );
        assert!(
            found[0].starts_with(&format!(
                "{name}:1: the file is empty; remove it, or write something"
            )),
            "{found:?}"
        );
    }
}

#[test]
fn a_case_states_only_what_somebody_could_send() {
    for (stated, wanted) in [
        (
            "status: runing",
            "`status` has no option `runing`; did you mean `running`?",
        ),
        (
            "status: [running]",
            "`status` has one option; write `status: none`",
        ),
        (
            "gaps: [maths, germn]",
            "`gaps` has no option `germn`; did you mean `german`?",
        ),
        (
            "gaps: maths",
            "`gaps` is a list of options; write `gaps: [maths]`; `[]` states that there is none",
        ),
        (
            "age: 200",
            "`age` is a whole number from 10 to 99; write `age: 10` or another number in that range",
        ),
        (
            "age: 17.5",
            "`age` is a whole number from 10 to 99; write `age: 10` or another number in that range",
        ),
        (
            "needsHelp: ja",
            "`needsHelp` is yes or no; write `needsHelp: true` or `needsHelp: false`",
        ),
        (
            "since: 1.8.2024",
            "`since` is a calendar day from the year 1900 to 2199; write year, month and day: 2026-11-23",
        ),
        (
            "since: 1066-10-14",
            "`since` is a calendar day from the year 1900 to 2199; write year, month and day: 2026-11-23",
        ),
        (
            "home: 1067",
            "`home` is a postal code; write its five digits in quotation marks: `\"01067\"`",
        ),
    ] {
        let facts = std::fs::read_to_string(folder("base/facts.yaml")).unwrap();
        let facts = facts.trim_end();
        let facts = format!(
            "{facts}\n  - {{ id: home, kind: plz, label: Wohnort, question: Wo?, why: Wegen der Stelle. }}\n"
        );
        let case = format!(
            "- id: one\n  title: T\n  asOf: 2026-11-23\n  facts:\n    {stated}\n  expect: {{ decidedBy: [agentur-fuer-arbeit] }}\n"
        );
        let files = base_with(&[("facts.yaml", &facts), ("cases/x.yaml", &case)]);
        assert_eq!(
            told(&files),
            [format!("cases/x.yaml:5: {wanted}")],
            "{stated}"
        );
    }
    for (case, wanted) in [
        (
            "- id: one\n  title: T\n  asOf: 2026-11-23\n  facts: [status]\n  expect: { decidedBy: [agentur-fuer-arbeit] }\n",
            "a list stands where the stated facts must stand",
        ),
        (
            "- id: one\n  title: T\n  asOf: 2026-11-23\n  facts: { ago: 1, stat: 2 }\n  expect: { decidedBy: [agentur-fuer-arbeit] }\n",
            "there is no fact `ago`; did you mean `age`?",
        ),
        (
            "- id: one\n  title: T\n  source: S\n  postalCode: 1067\n  expect: { finder: true }\n",
            "`1067` is no postal code; write its five digits",
        ),
    ] {
        let found = told(&base_with(&[("cases/x.yaml", case)]));
        assert!(
            found
                .first()
                .is_some_and(|told| told.starts_with(&format!("cases/x.yaml:4: {wanted}"))),
            "{found:?}"
        );
    }
}

#[test]
fn a_range_without_a_number_and_a_rank_below_zero_are_refused() {
    let facts = std::fs::read_to_string(folder("base/facts.yaml")).unwrap();
    let wrong = facts.replace(
        "range: { min: 10, max: 99 }",
        "ask: -1, range: { min: 99, max: 10 }",
    );
    assert_ne!(facts, wrong);
    let mut found = told(&base_with(&[("facts.yaml", &wrong)]));
    found.sort();
    assert_eq!(
        found,
        [
            "facts.yaml:10: `-1` is no rank; write 0 or a larger number; lower is asked earlier",
            "facts.yaml:10: no number lies between 99 and 10; write the smaller one first: `range: { min: 10, max: 99 }`",
        ]
    );
}

#[test]
fn somebody_decides_on_everybody_on_every_day() {
    let bodies = "bodies:\n  - { id: agentur-fuer-arbeit, title: Agentur, text: Die Agentur entscheidet. }\ndecidedBy:\n";
    let rule = |id: &str, when: &str, validity: &str| {
        format!(
            "  - {{ id: {id}, when: {{ {when} }}, body: agentur-fuer-arbeit, text: Die Agentur.{validity} }}\n"
        )
    };
    let always = "always: true";
    for (rules, wanted) in [
        (
            rule("a", always, "") + &rule("b", "needsHelp: true", ""),
            vec![
                "decided-by.yaml:5: the last rule on who decides, `b`, does not hold for everybody",
            ],
        ),
        (
            rule("a", "always: false", ""),
            vec![
                "decided-by.yaml:4: the last rule on who decides, `a`, does not hold for everybody",
            ],
        ),
        (
            rule("a", always, ", validFrom: 2024-01-01"),
            vec!["decided-by.yaml:4: no rule says who decides"],
        ),
        (
            rule("a", always, ", validUntil: 2023-12-31"),
            vec!["decided-by.yaml:4: no rule says who decides from 2024-01-01 on"],
        ),
        (
            rule("a", "needsHelp: true", "") + &rule("b", always, ""),
            vec![],
        ),
    ] {
        let found = told(&base_with(&[(
            "decided-by.yaml",
            &format!("{bodies}{rules}"),
        )]));
        let messages: Vec<&str> = found
            .iter()
            .filter_map(|line| line.split("; end the list").next())
            .collect();
        assert_eq!(messages, wanted, "{rules}");
    }
}

#[test]
fn a_day_that_cannot_be_read_is_one_problem() {
    for day in ["2024-13-01", "1.4.2024", ""] {
        let wrong = format!("validFrom: {day}\n");
        let files = shipped_with(&[("offers/money.yaml", "validFrom: 2020-05-29\n", &wrong)]);
        let found = problems(&files);
        let printed = render_all(&found, &files);
        assert_eq!(found.len(), 1, "{day}: {printed}");
        assert!(
            found[0].message.ends_with("is not a calendar day"),
            "{printed}"
        );
    }
}

#[test]
fn nothing_that_is_thrown_at_the_reader_makes_it_panic() {
    let texts = [
        "",
        "\u{0}",
        "\u{feff}facts: []",
        "- - - - -",
        "{",
        "[",
        "a: &x *x",
        "? a : b",
        "!!str x",
        "%YAML 9",
        "a:\n\tb: 1",
    ];
    for kind in [
        "facts.yaml",
        "pathways/x.yaml",
        "cases/x.yaml",
        "locales/x.yaml",
        "ruleset.yaml",
        "unknown.yaml",
    ] {
        for text in texts
            .iter()
            .copied()
            .chain([&*"[".repeat(2_000), &*"a: ".repeat(500)])
        {
            let files = vec![SourceFile {
                name: kind.to_owned(),
                text: text.to_owned(),
            }];
            let found = problems(&files);
            assert!(
                found
                    .iter()
                    .any(|problem| problem.severity() == Severity::Error),
                "{kind}: {text:.20}"
            );
            let _printed = render_all(&found, &files);
        }
    }
}
