//! A server of its own for a test, or the one that all share.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, OnceLock, mpsc};
use std::time::Duration;

use asaflex::answer::Prepared;
use asaflex::limit::Limits;
use asaflex::rules;
use asaflex::server::Running;
use asaflex::settings::Cli;
use clap::Parser as _;
use reqwest::blocking::{Client, RequestBuilder, Response};
use serde_json::Value;

/// Longest that anything is waited for. No test is about speed, and a busy machine may take minutes to prove rules in a debug build.
pub(crate) const PATIENCE: Duration = Duration::from_mins(10);

/// The embedded rule set, compiled once for all tests.
pub(crate) fn prepared() -> Arc<Prepared> {
    static PREPARED: OnceLock<Arc<Prepared>> = OnceLock::new();
    PREPARED
        .get_or_init(|| Arc::new(Prepared::new(rules::ruleset(None).expect("compiles"))))
        .clone()
}

/// A service that runs until the tests end.
pub(crate) struct TestApp {
    pub(crate) address: SocketAddr,
    pub(crate) client: Client,
}

impl TestApp {
    /// Starts the real server with these flags.
    pub(crate) fn start(flags: &[&str]) -> Self {
        Self::start_with(flags, prepared())
    }

    /// Starts the real server with these flags and another rule set.
    pub(crate) fn start_with(flags: &[&str], prepared: Arc<Prepared>) -> Self {
        Self::start_within(flags, prepared, Limits::default())
    }

    /// Starts the real server with these flags, another rule set and other limits.
    pub(crate) fn start_within(flags: &[&str], prepared: Arc<Prepared>, limits: Limits) -> Self {
        let mut line = vec!["asaflex", "--listen", "127.0.0.1:0"];
        if !flags.contains(&"--workers") {
            line.extend(["--workers", "2"]);
        }
        line.extend(flags);
        let settings = Cli::try_parse_from(line).expect("known flags").serve;
        let (tell, hear) = mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let running = Running::start_within(&settings, prepared, limits).expect("starts");
                tell.send(running.address()).expect("heard");
                running.serve().await.expect("serves");
            });
        });
        Self {
            address: hear.recv().expect("starts"),
            client: Client::builder()
                .timeout(PATIENCE)
                .build()
                .expect("a client"),
        }
    }

    /// The server that tests without wishes of their own share.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<TestApp> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(&[]))
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path))
    }

    pub(crate) fn post_screening(&self, body: impl Into<String>) -> RequestBuilder {
        self.client
            .post(self.url("/v1/screenings"))
            .header("content-type", "application/json")
            .body(body.into())
    }

    /// Sends bytes as they are and reads until the server closes or nothing comes for a while.
    pub(crate) fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).expect("connects");
        stream
            .set_read_timeout(Some(Duration::from_mins(1)))
            .expect("sets");
        // The server may refuse before everything is sent.
        let _refused_early = stream.write_all(request).is_err();
        let mut answer = Vec::new();
        let _closed = stream.read_to_end(&mut answer).is_err();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

/// The value of a header, empty if absent.
pub(crate) fn header(response: &Response, name: &str) -> String {
    response
        .headers()
        .get(name)
        .map(|value| value.to_str().expect("text").to_owned())
        .unwrap_or_default()
}

pub(crate) fn json(response: Response) -> Value {
    serde_json::from_str(&response.text().expect("text")).expect("JSON")
}

/// Checks everything that holds for every problem, and gives it back.
pub(crate) fn problem(response: Response, status: u16, code: &str) -> Value {
    assert_eq!(response.status().as_u16(), status, "{code}");
    assert_eq!(
        header(&response, "content-type"),
        "application/problem+json"
    );
    assert_eq!(header(&response, "cache-control"), "no-store");
    let id = header(&response, "x-request-id");
    let problem = json(response);
    assert_eq!(problem["type"], format!("/problems/{code}"));
    assert_eq!(problem["code"], code);
    assert_eq!(problem["status"], status);
    assert_eq!(problem["requestId"], id);
    for member in ["title", "detail"] {
        assert!(
            problem[member].as_str().is_some_and(|text| text.len() > 3),
            "{member}"
        );
    }
    assert!(problem["errors"].is_array());
    assert!(problem.get("instance").is_none());
    problem
}
