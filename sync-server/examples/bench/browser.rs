//! What a person does in the system's browser: opens the link, fills in the sign-in form, follows to the end.

use anyhow::{Context as _, Result, ensure};
use guildhall_desktop::sign_in::Opener;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use url::Url;

/// Signs in on the page a link leads to.
pub(crate) fn signs_in(email: String, password: String) -> Opener {
    Arc::new(move |link: &str| {
        let (link, email, password) = (link.to_owned(), email.clone(), password.clone());
        tokio::runtime::Handle::current().spawn(async move {
            let entered = async { Browser::new()?.sign_in(&link, &email, &password).await };
            if let Err(error) = entered.await {
                tracing::error!("the sign-in page did not let us in: {error:#}");
            }
        });
        Ok(())
    })
}

/// How a password fared.
pub(crate) struct Tried {
    pub(crate) status: u16,
    /// From the password to the answer.
    pub(crate) took: Duration,
}

pub(crate) struct Browser {
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new() -> Result<Self> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            http,
            cookies: BTreeMap::new(),
        })
    }

    async fn sign_in(mut self, link: &str, email: &str, password: &str) -> Result<()> {
        let (at, page) = self.follow(self.http.get(link), link).await?;
        let (csrf, request) = (hidden(&page, "csrf")?, hidden(&page, "request")?);
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("csrf", csrf.as_str()),
                ("request", &request),
                ("email", email),
                ("password", password),
            ])
            .finish();
        let action = at.join("/login")?.to_string();
        let post = self
            .http
            .post(&action)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let (end, page) = self.follow(post, &action).await?;
        ensure!(end.path() == "/cb", "ended at {end}: {page}");
        Ok(())
    }

    /// Opens the page for signing in and enters a password; follows nowhere.
    pub(crate) async fn try_password(
        mut self,
        server: &str,
        email: &str,
        password: &str,
    ) -> Result<Tried> {
        let page = format!("{server}/login");
        let (at, page) = self.follow(self.http.get(&page), &page).await?;
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("csrf", &hidden(&page, "csrf")?)
            .append_pair("email", email)
            .append_pair("password", password)
            .finish();
        let post = self
            .http
            .post(at.clone())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let begun = Instant::now();
        let answer = self.send(post, &at).await?;
        Ok(Tried {
            status: answer.status().as_u16(),
            took: begun.elapsed(),
        })
    }

    /// Sends and follows redirects, as far as the desktop's own page.
    async fn follow(
        &mut self,
        mut request: reqwest::RequestBuilder,
        address: &str,
    ) -> Result<(Url, String)> {
        let mut at = Url::parse(address)?;
        loop {
            let answer = self.send(request, &at).await?;
            let Some(location) = answer.headers().get("location") else {
                return Ok((at, answer.text().await?));
            };
            at = at.join(location.to_str()?)?;
            request = self.http.get(at.clone());
        }
    }

    /// Sends with the cookies there are, and keeps those that come.
    async fn send(
        &mut self,
        request: reqwest::RequestBuilder,
        at: &Url,
    ) -> Result<reqwest::Response> {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let answer = request
            .header("cookie", cookies.join("; "))
            .header("origin", at.origin().ascii_serialization())
            .send()
            .await?;
        for cookie in answer.headers().get_all("set-cookie") {
            let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }
}

fn hidden(page: &str, name: &str) -> Result<String> {
    let field = page
        .split("<input")
        .find(|field| field.contains(&format!("name=\"{name}\"")))
        .with_context(|| format!("the page has no field {name}"))?;
    let value = field.split("value=\"").nth(1).unwrap_or_default();
    let value = value.split('"').next().unwrap_or_default();
    Ok(value.replace("&amp;", "&"))
}
