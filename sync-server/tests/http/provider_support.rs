//! A real provider in its own process, and somebody who signs in on its pages.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;

use guildhall_server::limit::Limits;
use guildhall_server::oauth::OAuthConfig;
use guildhall_server::provider::Providers;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use url::Url;

use crate::forged_provider::{CLIENT, ForgedProvider, SECRET, Speech, Way, providers};
use crate::oauth_support::{Answer, Browser, ISSUER, Market};

/// A provider of others as a process of its own.
pub(crate) struct Foreign {
    pub(crate) process: Child,
    pub(crate) output: Lines<BufReader<ChildStdout>>,
    pub(crate) issuer: String,
}

impl Foreign {
    /// Starts this script, which needs this package.
    pub(crate) async fn start(script: &str, package: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/providers");
        assert!(
            folder.join("node_modules").join(package).is_dir(),
            "run `npm ci --ignore-scripts` in {}",
            folder.display()
        );
        let mut process = Command::new("node")
            .arg(script)
            .arg(format!("{ISSUER}/login/with/work/back"))
            .current_dir(folder)
            // Its end is the provider's, should this process be killed.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node starts");
        let output = process.stdout.take().expect("is piped");
        let mut output = BufReader::new(output).lines();
        let issuer = output.next_line().await.expect("is read");
        Self {
            process,
            output,
            issuer: issuer.expect("says where it listens"),
        }
    }

    /// As an operator names it.
    pub(crate) fn providers(&self, trust_email: bool) -> Providers {
        providers(&format!(
            r#"{{ "key": "work", "label": "Example Works", "kind": "oidc", "issuer": "{}",
                 "client_id": "{CLIENT}", "client_secret": "{SECRET}",
                 "trust_email": {trust_email}, "networks": ["127.0.0.1/32"] }}"#,
            self.issuer
        ))
    }
}

/// A market whose clock shows the time of everybody, because the provider's does.
pub(crate) async fn market(providers: Providers) -> Market {
    let now = guildhall_server::clock::system()().0;
    let config = OAuthConfig {
        limits: Limits::OFF,
        providers,
        ..OAuthConfig::new(ISSUER)
    };
    Market::start_at(config, now).await
}

/// Presses a provider's button on the sign-in page, and answers with where that leads.
pub(crate) async fn press(browser: &mut Browser, request: &str, key: &str) -> Answer {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("request", request)
        .finish();
    let page = browser.get(&format!("/login?{query}")).await;
    let fields = [
        ("csrf", page.hidden("csrf")),
        ("request", page.hidden("request")),
        ("provider", key.to_owned()),
    ];
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    browser.post("/login/with", &fields).await
}

/// Where a page that moves on by itself leads, which its link says too.
pub(crate) fn onward(answer: &Answer) -> String {
    let refresh = answer.header("refresh");
    let to = refresh.strip_prefix("0; url=").expect("moves on by itself");
    let link = format!("<a href=\"{}\">", to.replace('&', "&amp;"));
    assert!(answer.body.contains(&link), "{}", answer.body);
    to.to_owned()
}

/// Goes to a provider, signs in on its pages under a name, and answers with the path on which it sends the browser back.
pub(crate) async fn sign_in_there(person: &mut Surfer, from: &str, name: &str) -> String {
    let mut request = (Method::GET, from.to_owned(), String::new());
    for _ in 0..12 {
        let (method, url, form) = request;
        let (location, body) = person.ask(method, &url, form).await;
        request = if let Some(location) = location {
            let to = Url::parse(&url).expect("is an address").join(&location);
            let to = to.expect("leads somewhere").to_string();
            if let Some(path) = to.strip_prefix(ISSUER) {
                return path.to_owned();
            }
            (Method::GET, to, String::new())
        } else {
            let (_, rest) = body.split_once("action=\"").expect("is a form");
            let (action, _) = rest.split_once('"').expect("ends");
            let form = if body.contains("value=\"login\"") {
                format!("prompt=login&login={name}&password=any")
            } else {
                "prompt=consent".to_owned()
            };
            (Method::POST, action.to_owned(), form)
        };
    }
    panic!("the provider asks without end");
}

/// Somebody's browser on the pages of a provider.
pub(crate) struct Surfer {
    client: Client,
    cookies: BTreeMap<String, String>,
}

impl Surfer {
    pub(crate) fn new() -> Self {
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            // Node closes connections when it likes.
            .pool_max_idle_per_host(0)
            .build();
        Self {
            client: client.expect("is made"),
            cookies: BTreeMap::new(),
        }
    }

    async fn ask(&mut self, method: Method, url: &str, form: String) -> (Option<String>, String) {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = self.client.request(method.clone(), url);
        if method == Method::POST {
            let kind = "application/x-www-form-urlencoded";
            request = request.header("content-type", kind).body(form);
        }
        let request = request.header(COOKIE, cookies.join("; "));
        let answer = request.send().await.expect("answers");
        for line in answer.headers().get_all(SET_COOKIE) {
            let line = line.to_str().expect("is ASCII");
            let cookie = line.split(';').next().and_then(|it| it.split_once('='));
            if let Some((name, value)) = cookie {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let location = answer.headers().get(LOCATION).cloned();
        let location = location.map(|it| it.to_str().expect("is ASCII").to_owned());
        (location, answer.text().await.expect("is read"))
    }
}

impl ForgedProvider {
    /// Has a browser press its button and come back with what it will say.
    pub(crate) async fn sign_in(
        &self,
        browser: &mut Browser,
        request: &str,
        now: i64,
        change: impl FnOnce(&mut Speech),
    ) -> Answer {
        let away = press(browser, request, "work").await;
        let back = self.back(&onward(&away), now, change);
        browser.get(&back).await
    }
}

/// The way of a browser that an answer sends to a provider.
pub(crate) fn way_of(answer: &Answer) -> Way {
    Way::of(&onward(answer))
}
