//! A browser that walks through the pages of a whole server: it keeps its cookie and follows nothing by itself.

use crate::server::TestServer;
use guildhall_oauth::Verifier;
use reqwest::{Method, StatusCode, header};

/// Somebody in front of a browser.
pub(crate) struct Walker {
    http: reqwest::Client,
    origin: String,
    cookie: Option<String>,
}

/// A page, or where it leads.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) location: String,
    pub(crate) kind: String,
    pub(crate) body: String,
}

impl Page {
    /// The value of a hidden field.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let start = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
        let (_, rest) = self.body.split_once(&start).expect("the field is there");
        let (value, _) = rest.split_once('"').expect("the value ends");
        value.replace("&amp;", "&")
    }

    /// What stands between two texts, each time.
    pub(crate) fn between(&self, start: &str, end: &str) -> Vec<String> {
        let parts = self.body.split(start).skip(1);
        parts
            .filter_map(|part| Some(part.split_once(end)?.0.to_owned()))
            .collect()
    }
}

impl Walker {
    pub(crate) fn new(server: &TestServer) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build();
        Self {
            http: http.expect("is built"),
            origin: format!("http://{}", server.address),
            cookie: None,
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        let request = self.http.request(Method::GET, self.address(path));
        self.send(request).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = self.http.request(Method::POST, self.address(path));
        let request = request
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        self.send(request).await
    }

    /// Opens a page, fills in its form and sends it.
    pub(crate) async fn fill(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.location);
        let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
        let mut all = vec![("csrf", csrf.as_str()), ("request", &request)];
        all.extend(fields);
        let (action, _) = path.split_once('?').unwrap_or((path, ""));
        self.post(action, &all).await
    }

    /// Types address and password, for a desktop that waits.
    pub(crate) async fn log_in(&mut self, email: &str, password: &str) -> Page {
        let asked = self.authorize().await;
        let fields = [("email", email), ("password", password)];
        self.fill(&asked.location, &fields).await
    }

    /// Comes from a desktop that waits, and is led to the page of signing in.
    pub(crate) async fn authorize(&mut self) -> Page {
        self.authorize_for("marketplace").await
    }

    /// The same for what the desktop wants to be signed in for.
    pub(crate) async fn authorize_for(&mut self, scope: &str) -> Page {
        let challenge = Verifier::parse(&"v".repeat(50)).expect("is well formed");
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("client_id", "guildhall-desktop"),
            ("redirect_uri", "http://127.0.0.1:49152/cb"),
            ("response_type", "code"),
            ("state", "anything"),
            ("scope", scope),
            ("code_challenge", challenge.challenge().as_str()),
            ("code_challenge_method", "S256"),
        ] {
            query.append_pair(name, value);
        }
        self.get(&format!("/oauth/authorize?{}", query.finish()))
            .await
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    async fn send(&mut self, mut request: reqwest::RequestBuilder) -> Page {
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let response = request.send().await.expect("the server answers");
        let head = |name: header::HeaderName| {
            let value = response.headers().get(name);
            let value = value.and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        if let Some((cookie, _)) = head(header::SET_COOKIE).split_once(';') {
            self.cookie = Some(cookie.to_owned());
        }
        Page {
            status: response.status(),
            location: head(header::LOCATION),
            kind: head(header::CONTENT_TYPE),
            body: response.text().await.expect("is text"),
        }
    }
}
