//! Files of records in a bucket: the same program against a server that speaks S3.

use std::{net::TcpListener, path::Path, thread};

use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use relasi_tests::{Backend, Method, TestApp};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use serde_json::json;

use crate::bodies::{id, make};

const KEY: &str = "kunci";
const SECRET: &str = "rahasia-sekali";

/// A server that keeps buckets as folders below `root`; its address.
fn server(root: &Path) -> String {
    let mut builder = S3ServiceBuilder::new(FileSystem::new(root).unwrap());
    builder.set_auth(SimpleAuth::from_single(KEY, SECRET));
    let service = builder.build();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let service = service.clone();
                tokio::spawn(async move {
                    let connections = Builder::new(TokioExecutor::new());
                    // A client that goes away is no fault of the test.
                    let _ = connections
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
    });
    format!("http://{address}")
}

#[test]
fn files_are_kept_in_a_bucket() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("relasi")).unwrap();
    let endpoint = server(root.path());
    let app = TestApp::with(
        Backend::Sqlite,
        &[
            ("RELASI_FILES", "s3://relasi/kantor"),
            ("AWS_ENDPOINT", &endpoint),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_REGION", "ap-southeast-3"),
            ("AWS_ACCESS_KEY_ID", KEY),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
        ],
    );
    let client = app.client();
    let record = format!("contacts/{}", id(&make(client, "contact")));
    let send = |name: &str, bytes: &[u8]| {
        let headers = [("content-type", "application/octet-stream")];
        let path = format!("{record}/files?name={name}");
        client.send(Method::POST, &path, &headers, bytes)
    };
    // The larger one goes in several parts.
    let large: Vec<u8> = (0..12_000_000_u32)
        .map(|n| u8::try_from(n % 251).unwrap())
        .collect();
    for (name, bytes) in [("small.txt", b"satu".as_slice()), ("large.bin", &large)] {
        let file = send(name, bytes).ok(201);
        let address = file["content_url"].as_str().unwrap().to_owned();
        let sent = client
            .anonymous()
            .get(address.trim_start_matches("/api/v1/"));
        assert_eq!(sent.status, 200);
        assert!(sent.bytes == bytes, "{name} comes back as it was sent");
    }
    let workspace = id(&client.get("workspace").ok(200));
    let folder = root.path().join("relasi/kantor").join(workspace);
    let kept = || std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(kept(), 2);
    assert_eq!(
        send("a.png", b"%PDF-1.7").faults(),
        ["?name file_is_not_its_name"]
    );
    assert_eq!(
        kept(),
        2,
        "what is refused is taken out of the bucket again"
    );
    assert!(!app.at.settings.data_dir.join("attachments").exists());
}

#[test]
fn a_bucket_that_does_not_answer_is_said_and_nothing_is_stored() {
    let app = TestApp::with(
        Backend::Sqlite,
        &[
            ("RELASI_FILES", "s3://relasi"),
            ("AWS_ENDPOINT", "http://127.0.0.1:9"),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_ACCESS_KEY_ID", KEY),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
        ],
    );
    let client = app.client();
    let record = format!("contacts/{}", id(&make(client, "contact")));
    let headers = [("content-type", "application/octet-stream")];
    let path = format!("{record}/files?name=a.txt");
    let refused = client.send(Method::POST, &path, &headers, b"satu");
    refused.problem(503, "unavailable");
    assert_eq!(
        client.get(&format!("{record}/files")).ok(200)["items"],
        json!([])
    );
}
