//! Files that go with messages: sent in pieces, bound to their sender, then everybody's who sees the message.

use crate::deeds::hire;
use crate::desk::Desk;
use crate::server::TestServer;
use guildhall_domain::attachment::{Attachment, BlobHash, MAXIMUM_BYTES};
use guildhall_domain::denied::Code;
use guildhall_domain::id::{ApplicationId, MessageId};
use guildhall_domain::message::Message;
use guildhall_domain::mutation::Mutation;
use guildhall_protocol::blob::{self, COMPLETE, OFFSET, Received};
use guildhall_protocol::sync::Rest;
use guildhall_server::housekeeping;
use reqwest::{Method, Response, StatusCode};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use uuid::Uuid;

const HOUR_MS: i64 = 60 * 60 * 1_000;

fn hash(bytes: &[u8]) -> BlobHash {
    BlobHash(Sha256::digest(bytes).into())
}

/// Bytes that are no repetition of each other.
fn content(length: usize, seed: u8) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length + 32);
    let mut block = [seed; 32];
    while bytes.len() < length {
        block = Sha256::digest(block).into();
        bytes.extend(block);
    }
    bytes.truncate(length);
    bytes
}

fn named(bytes: &[u8]) -> Attachment {
    Attachment {
        blob: hash(bytes),
        name: "plan.pdf".to_owned(),
        size: bytes.len() as u64,
        media_type: "application/pdf".to_owned(),
    }
}

fn message(thread: ApplicationId, attachments: Vec<Attachment>) -> Mutation {
    Mutation::SendMessage {
        id: MessageId(Uuid::now_v7()),
        application: thread,
        body: "The plan.".to_owned(),
        attachments,
    }
}

/// A client and a freelancer who talk, and somebody who is no part of it.
async fn talk(server: &TestServer) -> (Desk, Desk, Desk, ApplicationId) {
    let mut ada = server.client("Ada").await;
    let mut ben = server.freelancer("Ben").await;
    ben.offers_skills(&["Rust"]).await;
    let (thread, _) = hire(&mut ada, &mut ben).await;
    (ada, ben, server.freelancer("Cleo").await, thread)
}

impl Desk {
    async fn blob(&self, method: Method, blob: BlobHash, query: &str) -> Response {
        self.blob_with(method, blob, query, Vec::new(), None).await
    }

    async fn blob_with(
        &self,
        method: Method,
        blob: BlobHash,
        query: &str,
        body: Vec<u8>,
        range: Option<&str>,
    ) -> Response {
        let url = format!("http://{}{}{query}", self.address, blob::path(blob));
        let mut request = reqwest::Client::new()
            .request(method, url)
            .bearer_auth(&self.token)
            .body(body);
        if let Some(range) = range {
            request = request.header("range", range);
        }
        request.send().await.expect("the server answers")
    }

    /// Sends a piece.
    async fn sends(&self, whole: &[u8], from: usize, to: usize) -> Response {
        let query = format!("?offset={from}&size={}", whole.len());
        let piece = whole[from..to].to_vec();
        self.blob_with(Method::PUT, hash(whole), &query, piece, None)
            .await
    }

    /// Sends a file whole.
    async fn uploads(&self, bytes: &[u8]) -> Attachment {
        let answer = self.sends(bytes, 0, bytes.len()).await;
        assert_eq!(received(answer).await, (bytes.len() as u64, true));
        named(bytes)
    }

    /// Status, bytes and completeness as the headers say them.
    async fn standing(&self, blob: BlobHash) -> String {
        let answer = self.blob(Method::HEAD, blob, "").await;
        let header = |name: &str| {
            let value = answer.headers().get(name);
            value
                .map_or("-", |value| value.to_str().expect("is text"))
                .to_owned()
        };
        format!(
            "{} {} {}",
            answer.status().as_u16(),
            header(OFFSET),
            header(COMPLETE)
        )
    }

    async fn fetches(&self, blob: BlobHash) -> (u16, Vec<u8>) {
        let answer = self.blob(Method::GET, blob, "").await;
        (
            answer.status().as_u16(),
            answer.bytes().await.expect("reads").to_vec(),
        )
    }
}

async fn received(answer: Response) -> (u64, bool) {
    assert_eq!(answer.status(), StatusCode::OK);
    let received: Received = answer.json().await.expect("is of the protocol");
    (received.offset, received.complete)
}

async fn refusal(answer: Response) -> String {
    let status = answer.status().as_u16();
    let problem: serde_json::Value = answer.json().await.expect("is a problem");
    format!("{status} {}", problem["code"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn a_file_sent_in_pieces_reaches_the_other_side_and_nobody_else() {
    let server = TestServer::start().await;
    let (mut ada, mut ben, cleo, thread) = talk(&server).await;
    let plan = content(150_000, 1);
    let blob = hash(&plan);
    assert_eq!(ada.standing(blob).await, "404 - -");

    assert_eq!(
        received(ada.sends(&plan, 0, 50_000).await).await,
        (50_000, false)
    );
    assert_eq!(ada.standing(blob).await, "200 50000 ?0");
    assert_eq!(ada.fetches(blob).await.0, 404, "not before it is whole");
    assert_eq!(
        received(ada.sends(&plan, 50_000, 150_000).await).await,
        (150_000, true)
    );
    assert_eq!(ada.standing(blob).await, "200 150000 ?1");
    assert_eq!(
        received(ada.sends(&plan, 0, 10).await).await,
        (150_000, true),
        "again is fine"
    );
    assert_eq!(ben.fetches(blob).await.0, 404, "no message names it yet");
    ada.does(message(thread, vec![named(&plan)])).await;

    let seen = ben.sees::<Message>().await;
    let file = seen.iter().find_map(|message| message.attachments.first());
    assert_eq!(file, Some(&named(&plan)));
    assert_eq!(ben.fetches(blob).await, (200, plan.clone()));
    assert_eq!(ada.fetches(blob).await.0, 200);
    let stranger = cleo.fetches(blob).await;
    let nothing = cleo.fetches(hash(b"nothing")).await;
    assert_eq!(
        (stranger.0, &stranger.1),
        (404, &nothing.1),
        "a hash opens nothing"
    );
    assert_eq!(
        cleo.standing(blob).await,
        cleo.standing(hash(b"nothing")).await
    );
    let nobody = server
        .send(Method::GET, &blob::path(blob), None, None)
        .await;
    assert_eq!(nobody.refusal(), "401 unauthorized");
}

#[tokio::test]
async fn a_part_is_given_from_any_byte_and_never_as_a_page() {
    let server = TestServer::start().await;
    let (ada, _, _, _) = talk(&server).await;
    let page = b"<script>alert(1)</script>".to_vec();
    let blob = ada.uploads(&page).await.blob;

    let rest = ada
        .blob_with(Method::GET, blob, "", Vec::new(), Some("bytes=8-"))
        .await;
    assert_eq!(rest.status(), StatusCode::PARTIAL_CONTENT);
    let header = |name: &str| rest.headers()[name].to_str().expect("is text").to_owned();
    assert_eq!(header("content-range"), "bytes 8-24/25");
    assert_eq!(header("content-type"), "application/octet-stream");
    assert_eq!(header("content-disposition"), "attachment");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").contains("sandbox"));
    assert_eq!(rest.bytes().await.expect("reads"), &page[8..]);
    let beyond = ada
        .blob_with(Method::GET, blob, "", Vec::new(), Some("bytes=25-"))
        .await;
    assert_eq!(beyond.headers()["content-range"], "bytes */25");
    assert_eq!(refusal(beyond).await, "416 beyond_the_end");
}

#[tokio::test]
async fn after_a_cut_in_mid_piece_what_arrived_is_kept() {
    let server = TestServer::start().await;
    let (ada, _, _, _) = talk(&server).await;
    let plan = content(90_000, 2);
    let blob = hash(&plan);
    let mut line = TcpStream::connect(server.address).await.expect("connects");
    let head = format!(
        "PUT {}?offset=0&size=90000 HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\ncontent-length: 90000\r\n\r\n",
        blob::path(blob),
        ada.token
    );
    line.write_all(head.as_bytes()).await.expect("sends");
    line.write_all(&plan[..40_000]).await.expect("sends");
    line.shutdown().await.expect("hangs up");
    let mut answer = Vec::new();
    // The server may hang up as well; either way it is done with what came.
    let _ = line.read_to_end(&mut answer).await;

    assert_eq!(ada.standing(blob).await, "200 40000 ?0");
    assert_eq!(
        received(ada.sends(&plan, 40_000, 90_000).await).await,
        (90_000, true)
    );
    assert_eq!(ada.fetches(blob).await, (200, plan));
}

#[tokio::test]
async fn a_half_open_sender_gives_way_to_the_one_who_comes_later() {
    let server = TestServer::start().await;
    let (ada, _, _, _) = talk(&server).await;
    let plan = content(90_000, 3);
    let blob = hash(&plan);
    let mut line = TcpStream::connect(server.address).await.expect("connects");
    let head = format!(
        "PUT {}?offset=0&size=90000 HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\ncontent-length: 90000\r\n\r\n",
        blob::path(blob),
        ada.token
    );
    line.write_all(head.as_bytes()).await.expect("sends");
    line.write_all(&plan[..40_000]).await.expect("sends");

    // The line is still open and says nothing more. Where the file ends is known once the later sender has the turn.
    let taken = ada.sends(&plan, 90_000, 90_000).await;
    assert_eq!(taken.status(), StatusCode::CONFLICT);
    let ends: usize = taken.headers()[OFFSET]
        .to_str()
        .expect("is text")
        .parse()
        .expect("is a number");
    assert!(ends <= 40_000);
    assert_eq!(
        received(ada.sends(&plan, ends, 90_000).await).await,
        (90_000, true)
    );

    assert_eq!(ada.fetches(blob).await, (200, plan));
    drop(line);
}

#[tokio::test]
async fn pieces_that_do_not_fit_are_refused_and_say_why() {
    let server = TestServer::start().await;
    let (ada, _, _, _) = talk(&server).await;
    let plan = content(1_000, 4);
    let blob = hash(&plan);
    ada.sends(&plan, 0, 300).await;

    for offset in [0, 299, 301, 1_000] {
        let answer = ada.sends(&plan, offset, 1_000).await;
        assert_eq!(answer.headers()[OFFSET], "300", "{offset}");
        assert_eq!(refusal(answer).await, "409 wrong_offset");
    }
    for size in [0, MAXIMUM_BYTES + 1, u64::MAX] {
        let query = format!("?offset=0&size={size}");
        let other = hash(b"other");
        let answer = ada
            .blob_with(Method::PUT, other, &query, vec![1], None)
            .await;
        assert_eq!(refusal(answer).await, "413 too_large", "{size}");
    }
    let longer = ada
        .blob_with(
            Method::PUT,
            blob,
            "?offset=300&size=1000",
            vec![0; 701],
            None,
        )
        .await;
    assert_eq!(refusal(longer).await, "413 too_large");
    for query in ["", "?offset=0", "?offset=-1&size=3", "?offset=x&size=3"] {
        let answer = ada.blob_with(Method::PUT, blob, query, vec![1], None).await;
        assert_eq!(refusal(answer).await, "400 malformed", "{query}");
    }
    let path = format!("{}/{}", guildhall_protocol::path::BLOB, "../guildhall.db");
    let answer = server
        .send(Method::GET, &path, Some(&ada.token), None)
        .await;
    assert_eq!(answer.refusal(), "404 not_found");
}

#[tokio::test]
async fn bytes_of_another_hash_are_thrown_away() {
    let server = TestServer::start().await;
    let (ada, _, _, _) = talk(&server).await;
    let plan = content(1_000, 5);
    let blob = hash(&plan);
    let mut bent = plan.clone();
    bent[500] ^= 1;

    let answer = ada
        .blob_with(Method::PUT, blob, "?offset=0&size=1000", bent, None)
        .await;

    assert_eq!(refusal(answer).await, "422 wrong_hash");
    assert_eq!(ada.standing(blob).await, "404 - -");
    ada.uploads(&plan).await;
    assert_eq!(ada.fetches(blob).await, (200, plan));
}

#[tokio::test]
async fn a_message_waits_for_its_file_and_nobody_names_what_is_not_theirs() {
    let server = TestServer::start().await;
    let (mut ada, mut ben, mut cleo, thread) = talk(&server).await;
    let plan = content(1_000, 6);
    let letter = message(thread, vec![named(&plan)]);
    let envelope = ada.seal(&letter);
    let later = ada.seal(&message(thread, Vec::new()));

    let waits = ada.push(&[envelope.clone(), later.clone()]).await;
    assert!(matches!(waits.rest, Some(Rest::Retry { .. })));
    assert!(waits.decisions.is_empty(), "what comes after waits as well");
    // Ben talks in the same thread, but the file is Ada's alone.
    ada.uploads(&plan).await;
    let tried = ben.seal(&message(thread, vec![named(&plan)]));
    let theirs = ben.push(std::slice::from_ref(&tried)).await;
    let absent = {
        let act = message(thread, vec![named(b"nobody has this")]);
        let mut other = server.desk(ben.account).await;
        let envelope = other.seal(&act);
        other.push(&[envelope]).await
    };
    assert_eq!(
        (theirs.rest, theirs.decisions),
        (absent.rest, absent.decisions)
    );

    let sent = ada.push(&[envelope, later]).await;
    assert_eq!((sent.decisions.len(), sent.rest), (2, None));
    assert_eq!(ben.sees::<Message>().await.len(), 2);
    // Who sees it may send it on, without having its bytes sent again.
    let again = ben.push(&[tried]).await;
    assert_eq!((again.decisions.len(), again.rest), (1, None));
    let outside = cleo.code(message(thread, vec![named(&plan)])).await;
    assert_eq!(outside, Code::NotFound, "the thread comes before its files");
}

#[tokio::test]
async fn a_file_with_another_size_than_was_said_is_refused() {
    let server = TestServer::start().await;
    let (mut ada, _, _, thread) = talk(&server).await;
    let file = ada.uploads(&content(1_000, 7)).await;

    let lie = Attachment { size: 5, ..file };
    let denied = ada.is_denied(message(thread, vec![lie])).await;

    assert_eq!(denied.code, Code::Validation);
    assert_eq!(denied.errors[0].pointer, "/attachments/0/size");
}

#[tokio::test]
async fn the_same_file_of_two_people_is_sent_by_each_and_kept_once() {
    let server = TestServer::start().await;
    let (ada, _, cleo, _) = talk(&server).await;
    let plan = content(1_000, 8);
    let blob = ada.uploads(&plan).await.blob;

    assert_eq!(
        cleo.standing(blob).await,
        "404 - -",
        "nothing tells that it is here"
    );
    assert_eq!(
        received(cleo.sends(&plan, 0, 400).await).await,
        (400, false)
    );
    assert_eq!(cleo.fetches(blob).await.0, 404);
    assert_eq!(
        received(cleo.sends(&plan, 400, 1_000).await).await,
        (1_000, true)
    );

    assert_eq!(cleo.fetches(blob).await, (200, plan));
}

#[tokio::test]
async fn an_account_sends_no_more_than_its_space() {
    let limits = guildhall_server::blob::BlobLimits {
        account_bytes: 20_000,
        ..guildhall_server::blob::BlobLimits::default()
    };
    let server = TestServer::start_with(limits).await;
    let (ada, _, cleo, _) = talk(&server).await;
    ada.uploads(&content(12_000, 9)).await;
    // Small files count a little, too.
    ada.uploads(&content(10, 10)).await;

    let third = content(5_000, 11);
    let answer = ada.sends(&third, 0, 5_000).await;

    assert_eq!(refusal(answer).await, "413 no_space");
    assert_eq!(ada.standing(hash(&third)).await, "404 - -");
    cleo.uploads(&third).await;
}

#[tokio::test]
async fn what_was_given_up_goes_after_a_day_and_what_nobody_names_after_a_week() {
    let server = TestServer::start().await;
    let (mut ada, ben, _, thread) = talk(&server).await;
    let (half, lone, sent) = (content(900, 12), content(901, 13), content(902, 14));
    ada.sends(&half, 0, 100).await;
    let lone_file = ada.uploads(&lone).await;
    let file = ada.uploads(&sent).await;
    ada.does(message(thread, vec![file])).await;
    let tidy = async || {
        housekeeping::round(&server.market)
            .await
            .expect("goes round");
    };

    server.wait(23 * HOUR_MS);
    tidy().await;
    let ada = server.desk(ada.account).await;
    assert_eq!(ada.standing(hash(&half)).await, "200 100 ?0");
    server.wait(2 * HOUR_MS);
    tidy().await;
    let ada = server.desk(ada.account).await;
    assert_eq!(ada.standing(hash(&half)).await, "404 - -");
    assert_eq!(ada.standing(lone_file.blob).await, "200 901 ?1");
    server.wait(7 * 24 * HOUR_MS);
    tidy().await;

    let (ada, ben) = (
        server.desk(ada.account).await,
        server.desk(ben.account).await,
    );
    assert_eq!(ada.standing(lone_file.blob).await, "404 - -");
    assert_eq!(ben.fetches(hash(&sent)).await, (200, sent));
    assert_eq!(server.files().len(), 1, "{:?}", server.files());
}
