//! Rules are exchanged while requests are answered.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use asaflex::limit::Limits;
use asaflex::rules;
use serde_json::Value;

use crate::access::Folder;
use crate::helpers::{PATIENCE, TestApp, header, json, prepared};

/// Writes the embedded rule set and lets a file be changed; an empty text leaves the file out.
fn write_rules(folder: &Folder, name: &str, change: impl Fn(&str, String) -> String) {
    for file in rules::files(None).expect("embedded") {
        let text = change(&file.name, file.text);
        if !text.is_empty() {
            folder.write(&format!("{name}/{}", file.name), &text);
        }
    }
}

fn versioned(text: &str, version: &str) -> String {
    let line = text.lines().find(|line| line.starts_with("version:"));
    text.replace(line.expect("a version"), &format!("version: {version}"))
}

/// All cases but those of the shortest file: some are enough to pass, and keep these tests short.
fn is_left_out(name: &str) -> bool {
    let files = rules::files(None).expect("embedded");
    let cases = files.iter().filter(|file| file.name.starts_with("cases/"));
    let shortest = cases.min_by_key(|file| file.text.len()).expect("cases");
    name.starts_with("cases/") && name != shortest.name
}

/// One step, as in the deployment guide: a new link takes the place of the old one.
fn point(folder: &Path, target: &str) {
    symlink(target, folder.join("next")).expect("links");
    std::fs::rename(folder.join("next"), folder.join("current")).expect("renames");
}

fn ready(app: &TestApp) -> Value {
    json(app.get("/health/ready").send().expect("answers"))
}

fn wait_for(app: &TestApp, what: &str, done: impl Fn(&Value) -> bool) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let detail = ready(app);
        if done(&detail) {
            return detail;
        }
        assert!(Instant::now() < end, "{what}: {detail}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A batch that goes on while rules are exchanged.
struct Batch {
    stream: TcpStream,
    answers: BufReader<TcpStream>,
}

impl Batch {
    fn begin(app: &TestApp) -> Self {
        let mut stream = TcpStream::connect(app.address).expect("connects");
        stream
            .write_all(b"POST /v1/screenings/batch?include=notices HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")
            .expect("sends");
        let answers = BufReader::new(stream.try_clone().expect("clones"));
        Self { stream, answers }
    }

    /// The version of the rules that answer one more line.
    fn version(&mut self) -> String {
        self.stream.write_all(b"3\r\n{}\n\r\n").expect("sends");
        let mut line = String::new();
        while !line.starts_with("{\"line\"") {
            line.clear();
            assert!(self.answers.read_line(&mut line).expect("reads") > 0);
        }
        let answer: Value = serde_json::from_str(&line).expect("JSON");
        let version = &answer["result"]["ruleset"]["version"];
        version.as_str().expect("a version").to_owned()
    }
}

#[test]
fn a_good_set_takes_over_a_bad_one_does_not_and_no_request_sees_two() {
    let folder = Folder::new("rules");
    write_rules(&folder, "v1", |_, text| text);
    write_rules(&folder, "v2", |name, text| {
        if is_left_out(name) {
            String::new()
        } else if name == "ruleset.yaml" {
            versioned(&text, "2026.12.0")
        } else {
            text
        }
    });
    write_rules(&folder, "v3", |name, text| {
        if name == "facts.yaml" {
            text.chars().take(text.chars().count() / 2).collect()
        } else {
            text
        }
    });
    symlink("v1", folder.0.join("current")).expect("links");
    let path = folder.0.join("current");
    let path = path.to_str().expect("text");
    let limits = Limits {
        batch_silence: Duration::from_mins(10),
        ..Limits::default()
    };
    let app = TestApp::start_within(&["--rules", path], prepared(), limits);
    assert_eq!(ready(&app)["lastReload"], Value::Null);
    assert_eq!(ready(&app)["ruleset"]["version"], "2026.11.0");

    let mut batch = Batch::begin(&app);
    assert_eq!(batch.version(), "2026.11.0");

    let stop = AtomicBool::new(false);
    let asked = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let response = app
                        .post_screening("{\"asOf\":\"2026-11-23\"}")
                        .send()
                        .expect("answers");
                    assert_eq!(response.status(), 200);
                    let named = header(&response, "asaflex-ruleset");
                    let ruleset = json(response)["ruleset"].clone();
                    let answered = format!(
                        "{}; digest={}",
                        ruleset["version"].as_str().unwrap_or_default(),
                        ruleset["digest"].as_str().unwrap_or_default()
                    );
                    assert_eq!(named, answered);
                    asked.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(20));
                }
            });
        }
        let swapped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            point(&folder.0, "v2");
            let detail = wait_for(&app, "the good set takes over", |detail| {
                detail["ruleset"]["version"] == "2026.12.0" && !detail["lastReload"].is_null()
            });
            assert_eq!(detail["lastReload"]["accepted"], true);
            assert_eq!(detail["lastReload"]["digest"], detail["ruleset"]["digest"]);
            assert_eq!(detail["lastReload"]["problems"], 0);
            // A batch keeps the set that it began with; the next one has the new set.
            assert_eq!(batch.version(), "2026.11.0");
            assert_eq!(Batch::begin(&app).version(), "2026.12.0");

            point(&folder.0, "v3");
            let detail = wait_for(&app, "the bad set is refused", |detail| {
                detail["lastReload"]["accepted"] == false
            });
            assert_eq!(detail["status"], "ready");
            assert_eq!(detail["ruleset"]["version"], "2026.12.0");
            assert!(
                detail["lastReload"]["problems"]
                    .as_u64()
                    .is_some_and(|problems| problems > 0)
            );

            std::fs::remove_file(folder.0.join("current")).expect("removes");
            wait_for(&app, "a folder that is gone is refused", |detail| {
                detail["lastReload"]["accepted"] == false
                    && detail["lastReload"]["digest"].is_null()
            });
            symlink("v2", folder.0.join("current")).expect("links");
            wait_for(&app, "what was put back is accepted", |detail| {
                detail["lastReload"]["accepted"] == true
            });
        }));
        stop.store(true, Ordering::Relaxed);
        swapped.expect("every step");
    });
    assert!(asked.load(Ordering::Relaxed) > 0);
    let metrics = app
        .get("/metrics")
        .send()
        .expect("answers")
        .text()
        .expect("text");
    assert!(metrics.contains("asaflex_reloads_total{kind=\"rules\",result=\"accepted\"} 1"));
    assert!(metrics.contains("asaflex_reloads_total{kind=\"rules\",result=\"refused\"} 2"));
    assert!(metrics.contains("version=\"2026.12.0\""));
}

/// A folder as Kubernetes mounts it: every entry is a link through `..data`, and that link is swapped.
fn mount(folder: &Folder, generation: &str) {
    symlink(generation, folder.0.join("..data_tmp")).expect("links");
    std::fs::rename(folder.0.join("..data_tmp"), folder.0.join("..data")).expect("renames");
    for entry in std::fs::read_dir(folder.0.join(generation)).expect("a folder") {
        let name = entry.expect("an entry").file_name();
        let link = folder.0.join(&name);
        if !link.exists() {
            symlink(Path::new("..data").join(&name), link).expect("links");
        }
    }
}

#[test]
fn a_mounted_config_map_is_followed_when_its_link_is_swapped() {
    let folder = Folder::new("config-map");
    for (generation, version) in [("..2026_1", "2026.11.1"), ("..2026_2", "2026.11.2")] {
        write_rules(&folder, generation, |name, text| {
            if is_left_out(name) {
                String::new()
            } else if name == "ruleset.yaml" {
                versioned(&text, version)
            } else {
                text
            }
        });
    }
    mount(&folder, "..2026_1");
    let settings = ["--rules", folder.0.to_str().expect("text")];
    let app = TestApp::start_with(
        &settings,
        std::sync::Arc::new(asaflex::answer::Prepared::new(
            rules::ruleset(Some(&folder.0)).expect("compiles"),
        )),
    );
    assert_eq!(ready(&app)["ruleset"]["version"], "2026.11.1");
    mount(&folder, "..2026_2");
    std::fs::remove_dir_all(folder.0.join("..2026_1")).expect("removes");
    let detail = wait_for(&app, "the new generation takes over", |detail| {
        detail["ruleset"]["version"] == "2026.11.2"
    });
    assert_eq!(detail["status"], "ready");
}
