//! The browser's session on the sign-in pages: one cookie, and the proof that a form is ours.

use axum::http::{HeaderMap, HeaderValue, header};
use guildhall_oauth::{Token, TokenHash, TokenKind};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{Failure, OAuth, OAuthConfig, chance};

/// The hidden field that carries the proof.
pub(crate) const CSRF_FIELD: &str = "csrf";

/// How often a visit is noted.
const NOTED_EVERY_MS: i64 = 60_000;

/// Somebody in a browser, signed in or not.
#[derive(Debug)]
pub(crate) struct Visitor {
    token: Token,
    is_new: bool,
    /// The account that is signed in.
    pub(crate) account: Option<Uuid>,
    /// Since when it is.
    pub(crate) since: Option<i64>,
    /// When its person last showed at a provider that it is still them.
    confirmed: Option<i64>,
}

impl Visitor {
    /// The proof that belongs to this browser. Another site can make the browser send its cookie
    /// but can neither read nor guess it, so it cannot know what follows from it.
    pub(crate) fn csrf(&self) -> String {
        let proof = Sha256::new()
            .chain_update("guildhall form ")
            .chain_update(self.token.reveal())
            .finalize();
        format!("{proof:x}")
    }

    /// Something that only this browser and the server can know, and that no other purpose or occasion leads to.
    pub(super) fn derive(&self, purpose: &str, occasion: &str) -> String {
        let derived = Sha256::new()
            .chain_update("guildhall provider ")
            .chain_update(purpose)
            .chain_update(" ")
            .chain_update(occasion)
            .chain_update(" ")
            .chain_update(self.token.reveal())
            .finalize();
        format!("{derived:x}")
    }

    /// What is kept of this browser's session.
    pub(super) fn hash(&self) -> TokenHash {
        self.token.hash()
    }

    /// Whether a form came from a page that this browser was shown.
    pub(crate) fn vouches_for(&self, csrf: &str) -> bool {
        let proof = self.csrf();
        // Without an early end, so that time tells nothing about how much was right.
        let differs = proof.len() != csrf.len()
            || proof
                .bytes()
                .zip(csrf.bytes())
                .fold(0, |sum, (one, other)| sum | (one ^ other))
                != 0;
        !self.is_new && !differs
    }

    /// The header that makes the browser keep this session, if it does not yet.
    pub(crate) fn cookie(&self, config: &OAuthConfig) -> Option<HeaderValue> {
        let cookie = format!(
            "{}={}{}",
            name(config),
            self.token.reveal(),
            attributes(config)
        );
        // A token is plain ASCII, and so is the rest.
        self.is_new
            .then(|| HeaderValue::from_str(&cookie).ok())
            .flatten()
    }
}

impl OAuth {
    /// Finds out who visits. Whoever comes without a cookie gets one.
    pub(crate) async fn visitor(&self, headers: &HeaderMap) -> Result<Visitor, Failure> {
        let Some(token) = read_cookie(headers, &name(&self.config)) else {
            return stranger();
        };
        let now = self.now();
        let seen_after = now - self.config.lifetimes.browser_idle_ms;
        let hash = token.hash();
        let session = self
            .accounts
            .browser_session(hash.as_bytes(), now, seen_after)
            .await?;
        if let Some(session) = session
            && session.seen_at + NOTED_EVERY_MS <= now
        {
            self.accounts.browser_seen(hash.as_bytes(), now).await?;
        }
        Ok(Visitor {
            token,
            is_new: false,
            account: session.map(|session| session.account),
            since: session.map(|session| session.created_at),
            confirmed: session.and_then(|session| session.confirmed_at),
        })
    }

    /// Whether somebody signed in within the last moments, so that it is still them.
    pub(crate) fn is_fresh(&self, visitor: &Visitor) -> bool {
        visitor
            .since
            .is_some_and(|since| since + self.config.lifetimes.fresh_ms > self.now())
    }

    /// The most seconds that may have passed since.
    pub(crate) fn fresh_s(&self) -> i64 {
        self.config.lifetimes.fresh_ms / 1_000
    }

    /// Whether somebody showed at a provider, within the last moments, that it is still them.
    pub(crate) fn is_confirmed(&self, visitor: &Visitor) -> bool {
        visitor
            .confirmed
            .is_some_and(|at| at + self.config.lifetimes.confirmed_ms > self.now())
    }

    /// Signs a browser in, under a cookie that nobody can have planted before.
    pub(crate) async fn sign_browser_in(&self, account: Uuid) -> Result<Visitor, Failure> {
        let token = chance::token(TokenKind::Browser)?;
        let now = self.now();
        let expires_at = now + self.config.lifetimes.browser_absolute_ms;
        self.accounts
            .begin_browser_session(token.hash().as_bytes(), account, now, expires_at)
            .await?;
        Ok(Visitor {
            token,
            is_new: true,
            account: Some(account),
            since: Some(now),
            confirmed: None,
        })
    }

    /// Signs a browser out, and gives it another cookie.
    pub(crate) async fn sign_browser_out(&self, visitor: &Visitor) -> Result<Visitor, Failure> {
        self.accounts
            .end_browser_session(visitor.token.hash().as_bytes())
            .await?;
        stranger()
    }
}

fn stranger() -> Result<Visitor, Failure> {
    Ok(Visitor {
        token: chance::token(TokenKind::Browser)?,
        is_new: true,
        account: None,
        since: None,
        confirmed: None,
    })
}

/// The name of the cookie. Over TLS the prefix makes browsers refuse one that a neighbouring
/// domain planted. Plain loopback cannot have that; there the port keeps two servers on one
/// machine apart, because cookies know no ports.
fn name(config: &OAuthConfig) -> String {
    if config.is_secure() {
        return "__Host-guildhall".to_owned();
    }
    let port = config
        .issuer
        .rsplit(':')
        .next()
        .filter(|port| port.parse::<u16>().is_ok());
    format!("guildhall_{}", port.unwrap_or("80"))
}

fn attributes(config: &OAuthConfig) -> &'static str {
    if config.is_secure() {
        "; Path=/; HttpOnly; SameSite=Lax; Secure"
    } else {
        "; Path=/; HttpOnly; SameSite=Lax"
    }
}

fn read_cookie(headers: &HeaderMap, name: &str) -> Option<Token> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter(|(found, _)| *found == name)
        .find_map(|(_, value)| Token::parse_as(TokenKind::Browser, value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(chance: u8, is_new: bool) -> Visitor {
        Visitor {
            token: Token::mint(TokenKind::Browser, [chance; 32]),
            is_new,
            account: None,
            since: None,
            confirmed: None,
        }
    }

    #[test]
    fn a_form_is_ours_only_with_the_proof_of_the_same_browser() {
        let (one, other) = (visitor(1, false), visitor(2, false));

        assert!(one.vouches_for(&one.csrf()));
        assert!(!one.vouches_for(&other.csrf()));
        assert!(!one.vouches_for(""));
        assert!(
            !visitor(1, true).vouches_for(&one.csrf()),
            "it came without a cookie"
        );
    }

    #[test]
    fn the_cookie_is_as_strict_as_the_address_allows() {
        for (issuer, start, end) in [
            (
                "http://localhost:4810",
                "guildhall_4810=gdhb_",
                "; Path=/; HttpOnly; SameSite=Lax",
            ),
            (
                "https://market.example",
                "__Host-guildhall=gdhb_",
                "; Path=/; HttpOnly; SameSite=Lax; Secure",
            ),
        ] {
            let cookie = visitor(1, true)
                .cookie(&OAuthConfig::new(issuer))
                .expect("is new");
            let cookie = cookie.to_str().expect("is ASCII");
            assert!(
                cookie.starts_with(start) && cookie.ends_with(end),
                "{cookie}"
            );
        }
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let token = Token::mint(TokenKind::Browser, [9; 32]);
        let mut headers = HeaderMap::new();
        let line = format!(
            "theme=dark; guildhall_1=rubbish; guildhall_4810={}",
            token.reveal()
        );
        headers.insert(header::COOKIE, line.parse().expect("is a header"));

        assert_eq!(read_cookie(&headers, "guildhall_4810"), Some(token));
        assert_eq!(read_cookie(&headers, "guildhall_1"), None);
    }
}
