//! What goes over the wire, byte names and all. A test that fails here means that desktops and servers of two versions no
//! longer understand each other: then [`guildhall_protocol::sync::PROTOCOL`] has to rise, or the change has to go.

mod acts;
mod admin;
mod find;
mod pack;
mod rows;
mod sync;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a message as it was written down and expects to write it the same.
#[track_caller]
fn stays<T: Serialize + DeserializeOwned>(written: &str) -> T {
    let message: T = match serde_json::from_str(written) {
        Ok(message) => message,
        Err(error) => panic!("is not understood any more: {error}\n{written}"),
    };
    let again = serde_json::to_string(&message).expect("is JSON");
    let (again, written): (Value, Value) = (parse(&again), parse(written));
    assert_eq!(again, written, "is written otherwise by now");
    message
}

/// Expects a message not to be understood.
#[track_caller]
fn is_refused<T: DeserializeOwned>(written: &str) {
    let read: Result<T, _> = serde_json::from_str(written);
    assert!(read.is_err(), "{written}");
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("is JSON")
}
