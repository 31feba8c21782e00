//! The program on the command line.
#![cfg(test)]

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

fn asaflex(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_asaflex"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || {
        // A program that refuses its flags reads nothing.
        let _closed = stdin.write_all(input.as_bytes()).is_err();
    });
    let output = child.wait_with_output().expect("ends");
    writer.join().expect("writes");
    output
}

fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).expect("text");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn what_is_explained_of_an_earlier_day_is_what_was_there_then() {
    let explained = |id: &str, day: &str| {
        let run = Command::new(env!("CARGO_BIN_EXE_asaflex"))
            .args(["explain", id, "--as-of", day])
            .output();
        let run = run.expect("runs");
        let both = [run.stdout, run.stderr].concat();
        (run.status.code(), String::from_utf8(both).expect("text"))
    };
    let (code, told) = explained("mobilitaetszuschuss", "2023-01-01");
    assert_eq!(code, Some(2));
    assert!(told.contains("from 2024-04-01 on"), "{told}");
    let (code, told) = explained("vorphase", "2019-06-01");
    assert_eq!(code, Some(0));
    assert!(told.contains("Galt an diesem Tag noch nicht"), "{told}");
    let (_, told) = explained("vorphase", "2026-11-23");
    assert!(!told.contains("Galt an diesem Tag noch nicht"), "{told}");
}

#[test]
fn lines_come_out_in_order_and_a_table_gives_the_same_answers() {
    let mut ndjson = String::new();
    let mut csv = String::from("ref;asOf;age;homePostalCode;failedExams;writtenContract\n");
    for number in 0..200 {
        let age = 15 + number % 30;
        let _ = writeln!(
            ndjson,
            "{{\"ref\":\"r{number}\",\"asOf\":\"2026-11-23\",\"facts\":{{\"age\":{age},\"homePostalCode\":\"01067\",\"failedExams\":[\"interim\",\"final-once\"],\"writtenContract\":true}}}}"
        );
        let _ = writeln!(
            csv,
            "r{number};2026-11-23;{age};01067;interim|final-once;true"
        );
    }
    let from_lines = asaflex(&["screen", "--ndjson"], &ndjson);
    assert!(from_lines.status.success());
    assert_eq!(
        String::from_utf8_lossy(&from_lines.stderr),
        "200 answered, 0 refused\n"
    );
    let from_lines = lines(&from_lines);
    let from_table = asaflex(&["screen", "--csv"], &csv);
    assert!(
        from_table.status.success(),
        "{}",
        String::from_utf8_lossy(&from_table.stderr)
    );
    let from_table = lines(&from_table);
    assert_eq!(from_lines.len(), 200);
    for (number, (line, row)) in from_lines.iter().zip(&from_table).enumerate() {
        assert_eq!(line["ref"], format!("r{number}"));
        assert_eq!(line["line"], number + 1);
        assert_eq!(row["line"], number + 2, "the header is line 1");
        assert_eq!(line["result"], row["result"]);
    }
}

#[test]
fn bad_lines_become_problems_and_the_exit_code_says_so() {
    let output = asaflex(
        &[
            "screen",
            "--ndjson",
            "--as-of",
            "2026-11-23",
            "--locale",
            "en",
        ],
        "{}\n\nMARKER-7Q\n{\"ref\":\"x\",\"facts\":{\"age\":4}}\n",
    );
    assert_eq!(output.status.code(), Some(1));
    let answers = lines(&output);
    assert_eq!(answers[0]["result"]["asOf"], "2026-11-23");
    assert_eq!(
        (&answers[1]["line"], &answers[1]["problem"]["code"]),
        (&Value::from(3), &Value::from("malformed-json"))
    );
    assert_eq!(
        (
            &answers[2]["ref"],
            &answers[2]["problem"]["errors"][0]["pointer"]
        ),
        (&Value::from("x"), &Value::from("/facts/age"))
    );
    assert!(!String::from_utf8_lossy(&output.stdout).contains("MARKER"));
}

#[test]
fn a_column_that_is_no_fact_stops_the_run() {
    let output = asaflex(&["screen", "--csv"], "ref,shoe\na,1\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr)
            .contains("column 2 of the header row names no fact")
    );
    // Without a header row the first person would stand there.
    let headless = asaflex(&["screen", "--csv"], "Kanari7Vogel,Kanari7Vogel,70173\n");
    assert_eq!(headless.status.code(), Some(2));
    let told = String::from_utf8_lossy(&headless.stderr).into_owned();
    assert!(
        !told.contains("Kanari") && !told.contains("70173"),
        "{told}"
    );
    assert!(headless.stdout.is_empty());
    let twice = asaflex(&["screen", "--csv"], "age,age\n17,18\n");
    assert!(String::from_utf8_lossy(&twice.stderr).contains("stands twice"));
}

#[test]
fn a_quotation_mark_that_is_never_closed_stops_the_run() {
    let table = format!("ref,age\na,17\nb,\"{}", "17\n".repeat(1_000_000));
    let output = asaflex(&["screen", "--csv"], &table);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        told.contains("quotation mark") && !told.contains("17"),
        "{told}"
    );
    // What came before is answered.
    assert!(output.stdout.starts_with(b"{\"line\":2,"));
}

#[test]
fn a_folder_that_cannot_be_read_is_no_verdict_on_its_rules() {
    for command in ["check", "test", "prove", "schema", "openapi"] {
        let output = asaflex(&[command, "no/such/folder"], "");
        assert_eq!(output.status.code(), Some(2), "{command}");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains("no/such/folder"), "{command}: {told}");
    }
}

#[test]
fn a_case_that_fails_is_named_with_its_file_and_line() {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_rules/base");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("a-case-that-fails");
    for file in asaflex::rules::load::folder(&base).expect("reads") {
        let path = folder.join(file.name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("makes a folder");
        std::fs::write(path, file.text).expect("writes");
    }
    std::fs::create_dir_all(folder.join("cases")).expect("makes a folder");
    let case = "# Cases.\n- id: one\n  title: Nobody decides\n  source: Law\n  grade: derived\n  asOf: 2026-11-23\n  facts: {}\n  expect: { decidedBy: [unclear] }\n";
    std::fs::write(folder.join("cases/all.yaml"), case).expect("writes");
    let output = asaflex(&["test", folder.to_str().expect("text")], "");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("FAILED cases/all.yaml:2 one Nobody decides\n       decided by"),
        "{told}"
    );
}

/// A service in a process of its own; ended with the test.
struct Service {
    child: Child,
    address: String,
}

impl Service {
    /// With a log device that refuses every write.
    fn start(arguments: &[&str]) -> Self {
        Self::logging_to("/dev/full".as_ref(), arguments)
    }

    fn logging_to(log: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_asaflex"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(log).expect("opens"))
            .spawn()
            .expect("starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe"))
            .read_line(&mut line)
            .expect("announces");
        let address = line
            .trim()
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned();
        Self { child, address }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("connects");
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("sends");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("reads");
        answer
    }

    /// Sends a batch as it is, and reads its answer to the end.
    fn batch(&self, lines: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("connects");
        let request = format!(
            "POST /v1/screenings/batch HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/x-ndjson\r\nContent-Length: {}\r\n\r\n{lines}",
            lines.len()
        );
        stream.write_all(request.as_bytes()).expect("sends");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("reads");
        answer
    }

    fn signal(&self, name: &str) {
        send_signal(&self.child, name);
    }

    /// Resident memory in KiB.
    fn resident_kib(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().nth(1));
        kib.and_then(|kib| kib.parse().ok()).expect("a size")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ended = self.child.kill().is_ok() && self.child.wait().is_ok();
    }
}

#[test]
fn a_reader_that_does_not_read_stops_the_reading_and_memory_stays_flat() {
    let service = Service::start(&["--workers", "2"]);
    let mut stream = TcpStream::connect(&service.address).expect("connects");
    stream
        .write_all(b"POST /v1/screenings/batch HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")
        .expect("sends");
    stream
        .set_write_timeout(Some(Duration::from_secs(5)))
        .expect("sets");
    let lines = "{\"asOf\":\"2026-11-23\",\"facts\":{\"age\":17}}\n".repeat(1_000);
    let chunk = format!("{:x}\r\n{lines}\r\n", lines.len());
    let before = service.resident_kib();
    // Nothing is read here: sooner or later the service takes no more.
    let mut sent = 0;
    while sent < 200_000_000 && stream.write_all(chunk.as_bytes()).is_ok() {
        sent += chunk.len();
    }
    assert!(sent < 200_000_000, "the service read on and on");
    let grown = service.resident_kib().saturating_sub(before);
    assert!(grown < 48 * 1024, "{grown} KiB more");
}

#[test]
fn it_answers_though_the_log_refuses_writes_and_survives_sighup() {
    let service = Service::start(&[]);
    assert!(service.get("/health/ready").starts_with("HTTP/1.1 200"));
    service.signal("HUP");
    assert!(service.get("/v1/ruleset").starts_with("HTTP/1.1 200"));
}

/// A request that has begun is finished, and the program ends well.
fn drains_on(signal: &str) {
    let mut service = Service::start(&["--workers", "1"]);
    let mut stream = TcpStream::connect(&service.address).expect("connects");
    stream
        .write_all(b"POST /v1/screenings HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{")
        .expect("sends");
    std::thread::sleep(Duration::from_millis(300));
    service.signal(signal);
    std::thread::sleep(Duration::from_millis(300));
    stream.write_all(b"}").expect("sends");
    let mut answer = [0; 15];
    stream.read_exact(&mut answer).expect("reads");
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    drop(stream);
    assert_eq!(service.child.wait().expect("ends").code(), Some(0));
}

#[test]
fn schema_prints_what_the_rules_folder_holds() {
    let told = asaflex(&["schema"], "");
    assert!(told.status.success());
    let told: Value = serde_json::from_slice(&told.stdout).expect("JSON");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/schemas");
    let committed = std::fs::read_to_string(folder.join("pathways.schema.json")).expect("reads");
    let committed: Value = serde_json::from_str(&committed).expect("JSON");
    assert_eq!(told["pathways.schema.json"], committed);
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schemas");
    let written = asaflex(&["schema", "--out", out.to_str().expect("text")], "");
    assert!(written.status.success());
    let files = std::fs::read_dir(&out).expect("a folder").count();
    assert_eq!(files, told.as_object().expect("an object").len());
}

#[test]
fn prove_tells_who_breaks_an_invariant_and_that_request_can_be_sent() {
    let folder = std::env::temp_dir().join(format!("asaflex-prove-{}", std::process::id()));
    for file in asaflex::rules::files(None).expect("embedded") {
        let path = folder.join(&file.name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("creates");
        let text = if file.name == "contact-routes/bands.yaml" {
            file.text.replacen("routes: [notruf,", "routes: [", 1)
        } else {
            file.text
        };
        std::fs::write(path, text).expect("writes");
    }
    let told = asaflex(
        &["prove", folder.to_str().expect("text"), "--format", "json"],
        "",
    );
    std::fs::remove_dir_all(&folder).expect("removes");
    assert_eq!(told.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&told.stdout).expect("JSON");
    let failures = told["failures"].as_array().expect("a list");
    let danger = failures
        .iter()
        .find(|failure| failure["code"] == "acute-danger-first")
        .expect("found");
    assert_eq!(danger["confirmed"], true);
    let answer = asaflex(&["screen"], &danger["requests"][0].to_string());
    assert!(answer.status.success());
}

#[test]
fn a_refused_request_carries_no_empty_request_id() {
    let refused = asaflex(&["screen"], "{\"facts\":{\"shoe\":1}}");
    assert_eq!(refused.status.code(), Some(1));
    let problem: Value = serde_json::from_slice(&refused.stderr).expect("JSON");
    assert_eq!(problem["code"], "invalid-request");
    assert!(problem.get("requestId").is_none(), "{problem}");
}

#[test]
fn sigterm_drains_and_exits_with_0() {
    drains_on("TERM");
}

#[test]
fn sigint_drains_and_exits_with_0() {
    drains_on("INT");
}

/// A service that has not read its rules yet.
fn starting(log: &Path, keys: &Path) -> Child {
    let child = Command::new(env!("CARGO_BIN_EXE_asaflex"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--workers",
            "1",
            "--keys",
        ])
        .arg(keys)
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(log).expect("opens"))
        .spawn()
        .expect("starts");
    wait_until("it starts", || {
        std::fs::read_to_string(log).is_ok_and(|text| text.contains("starting"))
    });
    child
}

fn send_signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-s", name, &id]).status();
    assert!(sent.expect("runs").success());
}

#[test]
fn a_signal_while_it_still_reads_its_rules_is_heard() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let keys = folder.join("expired-keys");
    let hash = "a".repeat(64);
    let text = format!(
        "{{\"keys\":[{{\"id\":\"a\",\"sha256\":\"{hash}\",\"scopes\":[\"read\"],\"expires\":\"2020-12-31\"}}]}}"
    );
    std::fs::write(&keys, text).expect("writes");
    for signal in ["TERM", "INT"] {
        let log = folder.join(format!("starting-{signal}"));
        let child = starting(&log, &keys);
        send_signal(&child, "HUP");
        send_signal(&child, signal);
        let ended = child.wait_with_output().expect("ends");
        assert_eq!(ended.status.code(), Some(0), "{signal}");
        let text = std::fs::read_to_string(&log).expect("reads");
        assert!(text.contains("ended"), "{text}");
        assert!(text.contains("keys have expired"), "{text}");
    }
}

#[test]
fn a_set_that_a_reload_would_refuse_does_not_answer_at_the_start_either() {
    let folder = copy_of_the_small_rules("refused-at-the-start");
    let rules = folder.join("rules");
    let refused = || {
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--rules"];
        let ended = asaflex(
            &[&arguments[..], &[rules.to_str().expect("text")]].concat(),
            "",
        );
        assert_eq!(ended.status.code(), Some(1));
        assert!(ended.stdout.is_empty(), "nothing was announced");
        String::from_utf8_lossy(&ended.stderr).into_owned()
    };
    let put = |name: &str, from: &str, to: &str| {
        let text = std::fs::read_to_string(rules.join(name)).expect("reads");
        assert!(text.contains(from), "{name}");
        std::fs::write(rules.join(name), text.replace(from, to)).expect("writes");
    };
    put("cases/one.yaml", "missing-facts", "conditions-met");
    let told = refused();
    assert!(told.contains("case ONE"), "{told}");
    put("cases/one.yaml", "conditions-met", "missing-facts");
    put("offers/all.yaml", "atLeast: 27", "atLeast: 28");
    let told = refused();
    assert!(told.contains("proof nothing-fits"), "{told}");
    std::fs::remove_dir_all(rules.join("cases")).expect("removes");
    let told = refused();
    assert!(told.contains("brings no cases"), "{told}");
    std::fs::remove_file(rules.join("facts.yaml")).expect("removes");
    let told = refused();
    assert!(told.contains("error["), "{told}");
    // What is wrong beside the rules is told first: it takes no time to see.
    let keys = folder.join("no-such-file");
    let told = asaflex(
        &[
            "serve",
            "--rules",
            rules.to_str().expect("text"),
            "--keys",
            keys.to_str().expect("text"),
        ],
        "",
    );
    let told = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(
        told.contains("--keys") && !told.contains("error["),
        "{told}"
    );
}

/// A small rule set of its own for a test, which stands every test of a set.
fn copy_of_the_small_rules(name: &str) -> PathBuf {
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _nothing_left = std::fs::remove_dir_all(&to).is_err();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_rules/base");
    for folder in ["", "pathways", "modules", "offers", "contact-routes"] {
        std::fs::create_dir_all(to.join("rules").join(folder)).expect("a folder");
        for entry in std::fs::read_dir(from.join(folder)).expect("a folder") {
            let entry = entry.expect("an entry");
            if entry.file_type().expect("a type").is_file() {
                let name = Path::new(folder).join(entry.file_name());
                std::fs::copy(entry.path(), to.join("rules").join(name)).expect("copies");
            }
        }
    }
    let offers = to.join("rules/offers/all.yaml");
    let more = "      - { id: older, when: { age: { atLeast: 27 } }, text: Ab 27. }\n";
    let text = std::fs::read_to_string(&offers).expect("reads") + more;
    std::fs::write(offers, text).expect("writes");
    let case = "- id: ONE\n  title: Nothing is known\n  asOf: 2026-11-23\n  facts: {}\n  expect:\n    pathways: { support: [missing-facts] }\n";
    std::fs::create_dir_all(to.join("rules/cases")).expect("a folder");
    std::fs::write(to.join("rules/cases/one.yaml"), case).expect("writes");
    to
}

fn wait_until(what: &str, done: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_mins(5);
    while !done() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_log_says_whether_a_batch_was_answered_to_its_end() {
    let folder = copy_of_the_small_rules("batches");
    let log = folder.join("log");
    let rules = folder.join("rules");
    let rules = rules.to_str().expect("text");
    let flags = [
        "--log-format",
        "json",
        "--batch-lines",
        "2",
        "--rules",
        rules,
    ];
    let service = Service::logging_to(&log, &flags);
    let ended = |complete: bool| {
        let log = std::fs::read_to_string(&log).expect("reads");
        let wanted = format!("\"complete\":{complete}");
        let lines = log.lines().filter(|line| line.contains("batch ended"));
        lines.filter(|line| line.contains(&wanted)).count()
    };
    assert!(service.batch("{}\n{}\n").contains("\"line\":2"));
    wait_until("all of it is answered", || ended(true) == 1);
    assert!(service.batch("{}\n{}\n{}\n").contains("batch-too-large"));
    wait_until("it was cut off", || ended(false) == 1);
    assert_eq!(ended(true), 1);
}

#[test]
fn a_refused_set_is_in_the_log_and_sighup_has_it_read_again() {
    let folder = copy_of_the_small_rules("sighup");
    let rules = folder.join("rules");
    let log = folder.join("log");
    let facts = rules.join("facts.yaml");
    let good = std::fs::read_to_string(&facts).expect("reads");
    // In one step: half a file would be a third set.
    let put = |text: &str| {
        std::fs::write(folder.join("next"), text).expect("writes");
        std::fs::rename(folder.join("next"), &facts).expect("renames");
    };
    let count = |text: &str| {
        let log = std::fs::read_to_string(&log).expect("reads");
        log.lines().filter(|line| line.contains(text)).count()
    };
    let flags = ["--log-format", "json", "--workers", "1", "--rules"];
    let path = rules.to_str().expect("text");
    let service = Service::logging_to(&log, &[&flags[..], &[path]].concat());
    let ready = || service.get("/health/ready");

    put(&good.replacen("id:", "identity:", 1));
    wait_until("the set is refused", || count("rules refused") == 1);
    let text = std::fs::read_to_string(&log).expect("reads");
    let line = text.lines().find(|line| line.contains("rules refused"));
    let line: Value = serde_json::from_str(line.expect("a line")).expect("JSON");
    assert_eq!(line["level"], "ERROR");
    // It names the place of the first problem.
    assert!(line["problems"].as_u64() > Some(0), "{line}");
    assert!(line.to_string().contains(".yaml:"), "{line}");
    assert!(ready().contains("\"accepted\":false"), "{}", ready());

    // Without a change nobody looks again, unless asked.
    service.signal("HUP");
    wait_until("it is refused again", || count("rules refused") == 2);
    put(&good);
    wait_until("it is put right", || ready().contains("\"accepted\":true"));
    service.signal("HUP");
    wait_until("it is read again", || count("rules unchanged") == 2);
    assert_eq!(count("rules refused"), 2);
}
