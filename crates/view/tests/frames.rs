//! The talk on the local socket, with well-behaved and with broken peers.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use latchkey_view::{
    Answer, Command, Folder, FrameError, MAX_FRAME, PinDigits, ToAgent, ToWindow, VERSION,
    read_frame, write_frame,
};
use serde_json::{Value, json};

async fn there_and_back<T: serde::Serialize, U: serde::de::DeserializeOwned>(frame: &T) -> U {
    let (mut one, mut other) = tokio::io::duplex(64);
    let (written, read) = tokio::join!(write_frame(&mut one, frame), read_frame(&mut other));
    written.unwrap();
    read.unwrap()
}

fn framed(body: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(body.len()).unwrap().to_be_bytes().to_vec();
    bytes.extend_from_slice(body);
    bytes
}

#[tokio::test]
async fn every_command_arrives_as_it_was_sent() {
    let commands = [
        json!({"command": "sign_in", "practice": "https://juniper.example"}),
        json!({"command": "cancel_sign_in"}),
        json!({"command": "sign_out"}),
        json!({"command": "show", "folder": "solved"}),
        json!({"command": "select", "request": "r1"}),
        json!({"command": "select", "request": null}),
        json!({"command": "mark_unread", "request": "r1"}),
        json!({"command": "issue_pin", "request": "r1", "evidence": "with_me"}),
        json!({"command": "revoke_pin", "request": "r1"}),
        json!({"command": "close_pin"}),
        json!({"command": "resend_link", "request": "r1"}),
        json!({"command": "undo_resend", "request": "r1"}),
        json!({"command": "reply", "request": "r1", "phrase": {"phrase": "after_my_session", "at": 5}}),
        json!({"command": "solve", "request": "r1"}),
        json!({"command": "connect_now"}),
        json!({"command": "dismiss_notice"}),
    ];
    for written in commands {
        let command: Command = serde_json::from_value(written.clone()).unwrap();
        let frame = ToAgent::Command { id: 7, command };
        let read: Value = there_and_back(&frame).await;
        assert_eq!(read["id"], 7);
        assert_eq!(read["command"], written);
    }
}

#[tokio::test]
async fn the_digits_of_a_pin_cross_the_socket() {
    let frame = ToWindow::Answer {
        id: 1,
        answer: Answer::Pin {
            request: "r1".into(),
            digits: PinDigits::new("482913".into()),
            ends_at: latchkey_protocol::UnixMillis(600_000),
        },
    };
    let read: Value = there_and_back(&frame).await;
    assert_eq!(read["answer"]["digits"], "482913");
}

// RULES X1
#[tokio::test]
async fn unknown_codes_and_fields_from_a_newer_service_are_read() {
    let refused = json!({
        "kind": "answer", "id": 3, "later": true,
        "answer": {"answer": "refused", "code": "moon_phase", "by": null, "retry_at": null, "more": 1}
    });
    let read: ToWindow = there_and_back(&refused).await;
    let ToWindow::Answer {
        answer: Answer::Refused(refusal),
        ..
    } = read
    else {
        panic!("not the answer that was sent");
    };
    assert_eq!(refusal.code, latchkey_protocol::ErrorCode::Unknown);
}

#[tokio::test]
async fn garbage_is_refused() {
    for body in [
        &b"{"[..],
        b"",
        b"null",
        b"\xff\xfe",
        b"{\"kind\":\"dance\"}",
        b"[1,2,3]",
    ] {
        let bytes = framed(body);
        let read = read_frame::<ToAgent>(&mut &bytes[..]).await;
        assert!(matches!(read, Err(FrameError::Malformed(_))), "{body:?}");
    }
}

#[tokio::test]
async fn a_frame_that_is_too_long_is_refused_before_anything_is_allocated() {
    let bytes = (MAX_FRAME + 1).to_be_bytes();
    let read = read_frame::<ToAgent>(&mut &bytes[..]).await;
    assert!(matches!(read, Err(FrameError::TooLong(_))));
}

#[tokio::test]
async fn nothing_of_a_frame_that_is_too_long_is_written() {
    let mut written = Vec::new();
    let frame = ToAgent::Command {
        id: 1,
        command: Command::SignIn {
            practice: "x".repeat(MAX_FRAME as usize),
        },
    };
    let result = write_frame(&mut written, &frame).await;
    assert!(matches!(result, Err(FrameError::TooLong(_))));
    assert!(written.is_empty());
}

#[tokio::test]
async fn a_frame_that_is_cut_is_an_error_not_a_wait() {
    let mut bytes = Vec::new();
    write_frame(
        &mut bytes,
        &ToAgent::Command {
            id: 1,
            command: Command::Show {
                folder: Folder::Inbox,
            },
        },
    )
    .await
    .unwrap();
    for end in 0..bytes.len() {
        let read = read_frame::<ToAgent>(&mut &bytes[..end]).await;
        assert!(matches!(read, Err(FrameError::Io(_))), "cut at {end}");
    }
    let whole = read_frame::<ToAgent>(&mut &bytes[..]).await.unwrap();
    assert!(matches!(whole, ToAgent::Command { id: 1, .. }));
}

#[tokio::test]
async fn frames_that_follow_each_other_are_read_one_by_one() {
    let mut bytes = Vec::new();
    write_frame(&mut bytes, &ToAgent::Hello { version: VERSION })
        .await
        .unwrap();
    write_frame(&mut bytes, &ToAgent::Status).await.unwrap();
    let mut from = &bytes[..];
    assert!(matches!(
        read_frame(&mut from).await.unwrap(),
        ToAgent::Hello { version: VERSION }
    ));
    assert!(matches!(
        read_frame(&mut from).await.unwrap(),
        ToAgent::Status
    ));
    assert!(from.is_empty());
}
