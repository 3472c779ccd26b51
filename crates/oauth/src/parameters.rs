//! Form parameters as RFC 6749 §3.1 wants them: each at most once, empty means absent.

use std::collections::BTreeMap;

use crate::OAuthError;

/// More than any request has. What comes after is not kept, so that a body of many tiny parameters costs no more than its size.
const MAXIMUM: usize = 48;

/// The parameters of a query string or a form body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    values: BTreeMap<String, String>,
    doubled: bool,
    too_many: bool,
}

impl Parameters {
    /// Reads `application/x-www-form-urlencoded` text.
    pub fn parse(text: &[u8]) -> Self {
        let mut parameters = Self::default();
        for (name, value) in url::form_urlencoded::parse(text) {
            if value.is_empty() {
                continue;
            }
            if parameters.values.len() == MAXIMUM {
                parameters.too_many = true;
                break;
            }
            let before = parameters
                .values
                .insert(name.into_owned(), value.into_owned());
            parameters.doubled |= before.is_some();
        }
        parameters
    }

    /// Returns a parameter, if it was sent with a value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Returns a parameter or the error that names its absence.
    pub fn require(&self, name: &str, missing: &'static str) -> Result<&str, OAuthError> {
        self.get(name).ok_or(OAuthError::invalid_request(missing))
    }

    /// Refuses a request that gives one parameter twice, because readers differ on which counts, or more than any request has.
    pub fn refuse_doubled(&self) -> Result<(), OAuthError> {
        if self.too_many {
            return Err(OAuthError::invalid_request(
                "there are more parameters than any request has",
            ));
        }
        if self.doubled {
            return Err(OAuthError::invalid_request(
                "a parameter is given more than once",
            ));
        }
        Ok(())
    }

    /// Writes the parameters back as a query string, in the order of their names.
    pub fn to_query(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.values)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_value_counts_as_absent() {
        let parameters = Parameters::parse(b"state=&scope=marketplace");

        assert_eq!(parameters.get("state"), None);
        assert_eq!(parameters.get("scope"), Some("marketplace"));
    }

    #[test]
    fn a_doubled_parameter_is_refused() {
        assert!(Parameters::parse(b"a=1&b=2").refuse_doubled().is_ok());
        assert!(Parameters::parse(b"a=1&a=1").refuse_doubled().is_err());
    }

    #[test]
    fn more_parameters_than_any_request_has_are_refused() {
        let many = |count: usize| -> String {
            let each: Vec<String> = (0..count).map(|number| format!("a{number}=b")).collect();
            each.join("&")
        };
        let parse = |count| Parameters::parse(many(count).as_bytes()).refuse_doubled();
        assert!(parse(MAXIMUM).is_ok());
        assert!(parse(MAXIMUM + 1).is_err());
    }

    #[test]
    fn a_query_survives_the_way_through() {
        let parameters = Parameters::parse(b"state=a%26b%3D%C3%A9&client_id=x");

        assert_eq!(
            Parameters::parse(parameters.to_query().as_bytes()),
            parameters
        );
        assert_eq!(parameters.get("state"), Some("a&b=é"));
    }
}
