//! How an act is written: `thing.act`, or `thing.act@2` where its arguments were given another shape later.
//!
//! A name says the shape of its arguments for good. Whoever needs another shape gives it the next number and says in [`UPCASTS`] how
//! the one before becomes it; from then on both are served. A program that does not know a name keeps its hands off: the server
//! answers `upgrade`, and the act waits on its desktop until one of both is updated.

use super::push::Unreadable;
use guildhall_domain::mutation::Mutation;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// One step from an older shape of arguments to the next.
struct Upcast {
    /// Of which act.
    act: &'static str,
    /// From which version.
    from: u16,
    /// The arguments in the next version's shape, or why they are not of this one. From text to text: a tree of arguments that
    /// were meant to do harm can take a hundred times their size.
    step: fn(&str) -> Result<String, String>,
}

/// Every step, in the order of versions.
const UPCASTS: &[Upcast] = &[Upcast {
    act: "message.send",
    from: 1,
    step: without_files,
}];

/// A message when it was words alone, and the files that it has now.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Words<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(borrow)]
    application: &'a RawValue,
    #[serde(borrow)]
    body: &'a RawValue,
    #[serde(skip_deserializing)]
    attachments: [u8; 0],
}

/// Until files could go with a message, it was words alone.
fn without_files(args: &str) -> Result<String, String> {
    let words: Words<'_> = serde_json::from_str(args).map_err(|error| error.to_string())?;
    serde_json::to_string(&words).map_err(|error| error.to_string())
}

/// Name and arguments of an act. The name is of the oldest version that says all of it, so that a server that knows no later one
/// takes what it can take.
///
/// # Errors
/// When the arguments cannot be written as JSON.
pub fn write(mutation: &Mutation) -> serde_json::Result<(String, Box<RawValue>)> {
    let mut value = serde_json::to_value(mutation)?;
    let mut name = value["name"].as_str().unwrap_or_default().to_owned();
    if !mutation.attachments().is_empty() {
        name.push_str("@2");
    }
    let args = serde_json::value::to_raw_value(&value["args"].take())?;
    Ok((name, args))
}

/// The act of a name and arguments in JSON.
///
/// # Errors
/// [`Unreadable`] when this version does not know the name, or the arguments do not fit.
pub fn read(name: &str, args: &str) -> Result<Mutation, Unreadable> {
    read_with(UPCASTS, name, args)
}

fn read_with(upcasts: &[Upcast], name: &str, args: &str) -> Result<Mutation, Unreadable> {
    let (act, version) = split(name).ok_or(Unreadable::UnknownName)?;
    if !is_known(act) {
        return Err(Unreadable::UnknownName);
    }
    let bad = |error: serde_json::Error| Unreadable::BadArguments(error.to_string());
    let steps = upcasts.iter().filter(|step| step.act == act);
    let current = 1 + steps.clone().map(|step| step.from).max().unwrap_or(0);
    if version > current {
        return Err(Unreadable::UnknownName);
    }
    let mut args = Cow::Borrowed(args);
    for step in steps.filter(|step| step.from >= version) {
        args = Cow::Owned((step.step)(&args).map_err(Unreadable::BadArguments)?);
    }
    let args: &RawValue = serde_json::from_str(&args).map_err(bad)?;
    let named = serde_json::to_string(&Named { name: act, args }).map_err(bad)?;
    serde_json::from_str(&named).map_err(bad)
}

/// An act as [`Mutation`] is read: the name first, so that the arguments are read straight into what it says.
#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    args: &'a RawValue,
}

/// Act and version of a name. The first version is written without its number.
fn split(name: &str) -> Option<(&str, u16)> {
    match name.split_once('@') {
        None => Some((name, 1)),
        Some((act, number)) => {
            let version: u16 = number.parse().ok()?;
            (version > 1 && number == version.to_string()).then_some((act, version))
        }
    }
}

/// True for an act of this program. Asked of the name alone, because an unknown word inside the arguments gives the same error as
/// an unknown name, and must be refused instead of holding up the queue.
fn is_known(act: &str) -> bool {
    let alone = serde_json::json!({ "name": act });
    match serde_json::from_value::<Mutation>(alone) {
        Ok(_) => true,
        Err(error) => !error.to_string().starts_with("unknown variant"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    const ID: &str = "00000000-0000-7000-8000-000000000001";

    fn renamed(from: &'static str, to: &'static str, args: &str) -> String {
        let mut args: Value = serde_json::from_str(args).expect("is JSON");
        let value = args[from].take();
        args.as_object_mut().expect("is an object").remove(from);
        args[to] = value;
        args.to_string()
    }

    /// `request.pause` was `{"which": …}` once, then `{"request": …}`, and is `{"id": …}`.
    const TWICE: &[Upcast] = &[
        Upcast {
            act: "request.pause",
            from: 1,
            step: |args| Ok(renamed("which", "request", args)),
        },
        Upcast {
            act: "request.pause",
            from: 2,
            step: |args| Ok(renamed("request", "id", args)),
        },
    ];

    #[test]
    fn each_older_shape_becomes_the_present_one_step_by_step() {
        let shapes = [
            ("request.pause", "which"),
            ("request.pause@2", "request"),
            ("request.pause@3", "id"),
        ];
        for (name, field) in shapes {
            let args = format!(r#"{{"{field}": "{ID}"}}"#);
            assert_eq!(
                read_with(TWICE, name, &args),
                read("request.pause", &format!(r#"{{"id": "{ID}"}}"#)),
                "{name}"
            );
        }
    }

    #[test]
    fn a_later_version_and_a_number_that_is_none_are_unknown() {
        let args = format!(r#"{{"id": "{ID}"}}"#);
        for name in [
            "request.pause@4",
            "request.pause@1",
            "request.pause@0",
            "request.pause@03",
            "request.pause@",
            "request.pause@x",
            "request.pause@2@2",
            "request.pause@70000",
        ] {
            assert_eq!(
                read_with(TWICE, name, &args),
                Err(Unreadable::UnknownName),
                "{name}"
            );
        }
    }

    #[test]
    fn a_step_goes_up_by_one_from_the_first_version_on() {
        for step in UPCASTS {
            assert!(is_known(step.act), "{}", step.act);
            let of = UPCASTS.iter().filter(|other| other.act == step.act);
            let versions: Vec<u16> = of.map(|step| step.from).collect();
            let expected: Vec<u16> = (1..).take(versions.len()).collect();
            assert_eq!(versions, expected, "{}", step.act);
        }
    }
}
