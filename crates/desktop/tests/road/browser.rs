//! What a person does in the system's browser, done over HTTP: open the link, fill in the server's form, follow to the end.

use std::collections::BTreeMap;
use std::sync::Arc;

use guildhall_desktop::sign_in::Opener;

/// Fills in the registration form of the page the link leads to.
pub(crate) fn registers(name: &'static str, email: &'static str, role: &'static str) -> Opener {
    Arc::new(move |link: &str| {
        let link = link.to_owned();
        tokio::runtime::Handle::current().spawn(async move {
            Browser::new().register(&link, name, email, role).await;
        });
        Ok(())
    })
}

/// Fills in the login form of the page the link leads to.
#[allow(dead_code, reason = "only where one person has two devices")]
pub(crate) fn logs_in(email: &'static str) -> Opener {
    Arc::new(move |link: &str| {
        let link = link.to_owned();
        tokio::runtime::Handle::current().spawn(async move {
            Browser::new().log_in(&link, email).await;
        });
        Ok(())
    })
}

struct Browser {
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn new() -> Self {
        // The person goes on past the warning about a self-made certificate, as the app told them.
        let http = reqwest::Client::builder()
            .tls_danger_accept_invalid_certs(true)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("builds");
        Self {
            http,
            cookies: BTreeMap::new(),
        }
    }

    #[allow(dead_code, reason = "only where one person has two devices")]
    async fn log_in(mut self, link: &str, email: &str) {
        let (at, page) = self.follow(self.http.get(link), link).await;
        let (csrf, request) = (hidden(&page, "csrf"), hidden(&page, "request"));
        let form = [
            ("csrf", csrf.as_str()),
            ("request", request.as_str()),
            ("email", email),
            ("password", "a long enough phrase"),
        ];
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let action = at.join("/login").expect("is a path").to_string();
        let post = self
            .http
            .post(&action)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        let (end, page) = self.follow(post, &action).await;
        assert_eq!(end.path(), "/cb", "{end}: {page}");
    }

    async fn register(mut self, link: &str, name: &str, email: &str, role: &str) {
        let (login, _) = self.follow(self.http.get(link), link).await;
        let register = login.as_str().replacen("/login", "/register", 1);
        let (at, page) = self.follow(self.http.get(&register), &register).await;
        let (csrf, request) = (hidden(&page, "csrf"), hidden(&page, "request"));
        let form = [
            ("csrf", csrf.as_str()),
            ("request", request.as_str()),
            ("name", name),
            ("email", email),
            ("password", "a long enough phrase"),
            ("role", role),
            ("agreed", "yes"),
        ];
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let action = at.join("/register").expect("is a path").to_string();
        let post = self
            .http
            .post(&action)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        let (end, page) = self.follow(post, &action).await;
        assert_eq!(end.path(), "/cb", "{end}: {page}");
    }

    /// Sends and follows redirects, as far as the desktop's own page.
    async fn follow(
        &mut self,
        mut request: reqwest::RequestBuilder,
        address: &str,
    ) -> (url::Url, String) {
        let mut at = url::Url::parse(address).expect("is an address");
        loop {
            let cookies: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let answer = request
                .header("cookie", cookies.join("; "))
                .header("origin", origin(&at))
                .send()
                .await
                .expect("answers");
            for cookie in answer.headers().get_all("set-cookie") {
                let pair = cookie
                    .to_str()
                    .expect("is text")
                    .split(';')
                    .next()
                    .unwrap_or_default();
                if let Some((name, value)) = pair.split_once('=') {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
            let Some(location) = answer.headers().get("location") else {
                return (at, answer.text().await.expect("is text"));
            };
            at = at
                .join(location.to_str().expect("is text"))
                .expect("is an address");
            request = self.http.get(at.clone());
        }
    }
}

fn origin(at: &url::Url) -> String {
    at.origin().ascii_serialization()
}

fn hidden(page: &str, name: &str) -> String {
    let field = page
        .split("<input")
        .find(|field| field.contains(&format!("name=\"{name}\"")))
        .expect("has the field");
    let value = field.split("value=\"").nth(1).expect("has a value");
    let value = value.split('"').next().unwrap_or_default();
    value.replace("&amp;", "&")
}
