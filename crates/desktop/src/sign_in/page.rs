//! The one page the desktop itself serves: what the browser shows when the sign-in has come back.

use std::fmt::Write as _;

/// What the browser is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    /// The answer has arrived.
    Done,
    /// The person or the server said no.
    Refused,
    /// The answer belongs to no sign-in that is under way.
    Stray,
    /// Nothing else is served here.
    NotFound,
}

impl Page {
    /// The whole HTTP response, which also closes the connection.
    pub(super) fn response(self) -> String {
        let body = self.html();
        let mut response = String::with_capacity(body.len() + 512);
        // Writing into a string cannot fail.
        let _ = write!(
            response,
            "HTTP/1.1 {}\r\n\
             Content-Type: text/html; charset=utf-8\r\n\
             Content-Length: {}\r\n\
             Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'\r\n\
             X-Content-Type-Options: nosniff\r\n\
             Referrer-Policy: no-referrer\r\n\
             Cache-Control: no-store\r\n\
             Connection: close\r\n\r\n{body}",
            self.status(),
            body.len(),
        );
        response
    }

    fn status(self) -> &'static str {
        match self {
            Self::Done | Self::Refused => "200 OK",
            Self::Stray => "400 Bad Request",
            Self::NotFound => "404 Not Found",
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Done => (
                "You are signed in",
                "You can close this window and return to Guildhall.",
            ),
            Self::Refused => (
                "You are not signed in",
                "The sign-in was refused. You can close this window and try again in Guildhall.",
            ),
            Self::Stray => (
                "This link is not valid any more",
                "Close this window and start the sign-in again in Guildhall.",
            ),
            Self::NotFound => (
                "Nothing is here",
                "Close this window and return to Guildhall.",
            ),
        }
    }

    fn html(self) -> String {
        let (title, text) = self.words();
        let mark = match self {
            Self::Done => "<path d=\"M14 25l7 7 14-16\"/>",
            Self::Refused | Self::Stray | Self::NotFound => "<path d=\"M24 13v14M24 34v.5\"/>",
        };
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{title} · Guildhall</title><style>{STYLE}</style></head>\
             <body><main><svg viewBox=\"0 0 48 48\" width=\"56\" height=\"56\" aria-hidden=\"true\">\
             <rect width=\"48\" height=\"48\" rx=\"14\"/>{mark}</svg><h1>{title}</h1><p>{text}</p></main></body></html>"
        )
    }
}

const STYLE: &str = "\
:root{--ground:#f6f5f1;--card:#fff;--ink:#1c1f1d;--soft:#5a625e;--line:#e2e0d9;--accent:#1f6b4f;--on:#fff}\
@media(prefers-color-scheme:dark){:root{--ground:#141715;--card:#1c201e;--ink:#eef1ef;--soft:#a3aca7;--line:#2c322f;\
--accent:#58b58f;--on:#10130f}}\
*{box-sizing:border-box}\
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--ground);color:var(--ink);\
font:16px/1.5 system-ui,sans-serif}\
main{max-width:420px;padding:40px 32px;text-align:center;background:var(--card);border:1px solid var(--line);\
border-radius:16px}\
rect{fill:var(--accent)}path{fill:none;stroke:var(--on);stroke-width:4;stroke-linecap:round;stroke-linejoin:round}\
h1{margin:20px 0 8px;font-size:22px;line-height:1.25}p{margin:0;color:var(--soft)}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_whole_and_runs_no_script() {
        for page in [Page::Done, Page::Refused, Page::Stray, Page::NotFound] {
            let response = page.response();
            let (head, body) = response.split_once("\r\n\r\n").expect("has a body");

            assert!(
                head.contains(&format!("Content-Length: {}\r\n", body.len())),
                "{page:?}"
            );
            assert!(
                head.contains("default-src 'none'") && head.contains("no-store"),
                "{page:?}"
            );
            assert!(
                body.ends_with("</html>") && !body.contains("<script") && !body.contains("http"),
                "{page:?}"
            );
        }
    }
}
