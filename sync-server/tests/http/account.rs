//! One's own account: where it is signed in, and ending that from afar.

use crate::live::Live;
use crate::server::TestServer;
use guildhall_protocol::account::SignIn;
use guildhall_protocol::path;
use reqwest::{Method, StatusCode};

async fn sign_ins(server: &TestServer, token: &str) -> Vec<SignIn> {
    let answer = server.send(Method::GET, path::ME_SIGN_INS, Some(token), None);
    answer.await.json()
}

async fn end(server: &TestServer, token: &str, id: &str) -> crate::server::Answer {
    let path = format!("{}/{id}", path::ME_SIGN_INS);
    server.send(Method::DELETE, &path, Some(token), None).await
}

#[tokio::test]
async fn a_sign_in_ended_from_afar_is_over_at_once_and_its_socket_closed() {
    let server = TestServer::start().await;
    let ada = server.client("Ada Client").await;
    let mut elsewhere = server.desk(ada.account).await;
    let mut live = Live::open(&elsewhere, None).await;
    live.follow(&mut elsewhere).await;

    let seen = sign_ins(&server, &ada.token).await;
    let current: Vec<_> = seen.iter().filter(|sign_in| sign_in.current).collect();
    let other = seen.iter().find(|sign_in| !sign_in.current);
    let other = other.expect("is listed").id.to_string();
    let ended = end(&server, &ada.token, &other).await;

    assert_eq!((seen.len(), current.len()), (2, 1));
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    live.ends_with("revoked").await;
    assert_eq!(
        elsewhere.get(path::ME).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(ada.get(path::ME).await.status, StatusCode::OK);
    assert_eq!(sign_ins(&server, &ada.token).await.len(), 1);
    assert_eq!(
        end(&server, &ada.token, &other).await.refusal(),
        "404 not_found"
    );
}

#[tokio::test]
async fn all_others_are_ended_and_the_one_that_asks_stays() {
    let server = TestServer::start().await;
    let ada = server.client("Ada Client").await;
    let others = [
        server.desk(ada.account).await,
        server.desk(ada.account).await,
    ];
    let ben = server.client("Ben Neighbour").await;

    let answer = ada.post(path::ME_SIGN_INS_END_OTHERS, String::new()).await;

    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    for other in &others {
        assert_eq!(other.get(path::ME).await.status, StatusCode::UNAUTHORIZED);
    }
    let left = sign_ins(&server, &ada.token).await;
    assert_eq!(left.len(), 1);
    assert!(left[0].current);
    assert_eq!(ben.get(path::ME).await.status, StatusCode::OK);
}

#[tokio::test]
async fn nobody_sees_or_ends_the_sign_in_of_another() {
    let server = TestServer::start().await;
    let (ada, ben) = (
        server.client("Ada Client").await,
        server.client("Ben Neighbour").await,
    );
    let [hers] = sign_ins(&server, &ada.token)
        .await
        .try_into()
        .expect("is one");

    for id in [hers.id.to_string().as_str(), "nonsense", &"x".repeat(2_000)] {
        assert_eq!(
            end(&server, &ben.token, id).await.refusal(),
            "404 not_found"
        );
    }

    assert!(!sign_ins(&server, &ben.token).await.contains(&hers));
    assert_eq!(ada.get(path::ME).await.status, StatusCode::OK);
    for path in [path::ME_SIGN_INS, path::ME_SIGN_INS_END_OTHERS] {
        let nobody = server.send(Method::GET, path, None, None).await.status;
        assert!(
            matches!(
                nobody,
                StatusCode::UNAUTHORIZED | StatusCode::METHOD_NOT_ALLOWED
            ),
            "{nobody}"
        );
    }
}
