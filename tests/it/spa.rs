//! The browser app out of the binary.

use std::io::Read as _;

use flate2::read::GzDecoder;
use relasi_tests::{Backend, Client, Empty, Method, Reply, Start as _};

/// How a gzip stream begins.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// The path of an asset that the page names.
#[track_caller]
pub fn asset(client: &Client, suffix: &str) -> String {
    let page = client.get("/").text();
    let found = page
        .split('"')
        .find(|part| part.starts_with("/assets/") && part.ends_with(suffix));
    found
        .unwrap_or_else(|| panic!("no {suffix} in the page; build the app: scripts/build.sh debug"))
        .to_owned()
}

fn accepting(client: &Client, path: &str, encoding: &str) -> Reply {
    client.send(Method::GET, path, &[("accept-encoding", encoding)], &[])
}

#[test]
fn the_page_is_asked_for_again_and_costs_nothing_when_it_is_the_same() {
    let app = Empty::start(Backend::Sqlite);
    let client = app.client();
    for path in [
        "/",
        "/contacts",
        "/deals/board/0198c0de",
        "/invite/abc",
        "/setup",
    ] {
        let page = client.get(path);
        assert_eq!(
            (page.status, page.header("cache-control")),
            (200, "no-cache"),
            "{path}"
        );
        assert!(
            page.header("content-type").starts_with("text/html")
                && page.text().starts_with("<!doctype html>"),
            "{path}"
        );
        let etag = page.header("etag").to_owned();
        assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
        for known in [
            &etag,
            &format!("W/{etag}"),
            &format!("\"other\", {etag}"),
            "*",
        ] {
            let again = client.send(Method::GET, path, &[("if-none-match", known)], &[]);
            assert_eq!(
                (again.status, again.bytes.len(), again.header("etag")),
                (304, 0, etag.as_str()),
                "{path} {known}"
            );
        }
        assert_eq!(
            client
                .send(Method::GET, path, &[("if-none-match", "\"other\"")], &[])
                .status,
            200
        );
        let head = client.send(Method::HEAD, path, &[], &[]);
        assert_eq!((head.status, head.header("etag")), (200, etag.as_str()));
    }
}

#[test]
fn assets_keep_for_ever_in_the_smallest_form() {
    let app = Empty::start(Backend::Sqlite);
    let client = app.client();
    for (suffix, kind) in [
        (".wasm", "application/wasm"),
        (".js", "text/javascript; charset=utf-8"),
        (".css", "text/css; charset=utf-8"),
    ] {
        let path = asset(&client, suffix);
        let plain = accepting(&client, &path, "identity");
        assert_eq!(
            (plain.status, plain.header("content-encoding")),
            (200, ""),
            "{path}"
        );
        assert_ne!(&plain.bytes[..2], GZIP, "{path}");
        for (accepted, expected) in [
            ("br", "br"),
            ("gzip", "gzip"),
            ("gzip, deflate, br, zstd", "br"),
            ("gzip;q=1.0, br;q=0", "gzip"),
            ("deflate", ""),
            ("", ""),
        ] {
            let reply = accepting(&client, &path, accepted);
            let coding = reply.header("content-encoding");
            // A quick build of the app does not compress its modules.
            assert!(
                coding == expected || (coding.is_empty() && suffix == ".wasm"),
                "{path} {accepted}: {coding}"
            );
            assert_eq!(
                (
                    reply.status,
                    reply.header("content-type"),
                    reply.header("vary")
                ),
                (200, kind, "accept-encoding"),
                "{path} {accepted}"
            );
            assert_eq!(
                reply.header("cache-control"),
                "public, max-age=31536000, immutable",
                "{path}"
            );
            if !coding.is_empty() {
                assert!(reply.bytes.len() < plain.bytes.len(), "{path} {accepted}");
                assert_ne!(
                    reply.header("etag"),
                    plain.header("etag"),
                    "{path} {accepted}: other bytes, other tag"
                );
            }
            if coding == "gzip" {
                let mut whole = Vec::new();
                let read = GzDecoder::new(reply.bytes.as_slice()).read_to_end(&mut whole);
                assert!(read.is_ok() && whole == plain.bytes, "{path} {accepted}");
            }
        }
    }
    let font = client.get(&asset(&client, ".woff2"));
    assert_eq!(
        (font.status, font.header("content-type")),
        (200, "font/woff2")
    );
}

#[test]
fn what_is_not_there_is_not_a_page() {
    let app = Empty::start(Backend::Sqlite);
    let client = app.client();
    for path in [
        "/assets/app-0000.js",
        "/assets/",
        "/assets/none",
        "/favicon.ico",
        "/contacts/none.css",
        "/index.html.br",
        "/.env",
    ] {
        client.get(path).problem(404, "not_found");
    }
    for path in [
        "/api",
        "/api/",
        "/api/none",
        "/api/v1",
        "/api/v1/",
        "/api/v1/none",
        "/api/v2/contacts",
        "/api/docs/none.js",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            client
                .send(method, path, &[], &[])
                .problem(404, "not_found");
        }
    }
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        client
            .send(method, "/contacts", &[], &[])
            .problem(405, "method_not_allowed");
    }
}

/// What the policy would refuse: scripts, styles and handlers in the page, and anything from elsewhere.
fn inline(page: &str) -> Vec<&str> {
    let tags = page
        .split('<')
        .map(|rest| rest.split('>').next().unwrap_or_default());
    let attribute = |tag: &str| {
        let handler = |part: &str| part.starts_with("on") && part.contains('=');
        tag.contains(" style=")
            || tag.split_whitespace().any(handler)
            || tag.contains("javascript:")
            || tag.contains("=\"http")
            || tag.contains("=\"//")
    };
    tags.filter(|tag| {
        (tag.starts_with("script") && !tag.contains(" src="))
            || tag.starts_with("style")
            || attribute(tag)
    })
    .collect()
}

#[test]
fn pages_have_nothing_that_their_policy_refuses() {
    let app = Empty::start(Backend::Sqlite);
    for path in ["/", "/api/docs"] {
        let page = app.client().get(path);
        let foreign: Vec<_> = inline(&page.text())
            .into_iter()
            .map(str::to_owned)
            .filter(|tag| !tag.starts_with("svg xmlns="))
            .collect();
        assert_eq!(foreign, Vec::<String>::new(), "{path}");
        assert!(
            !page
                .header("content-security-policy")
                .contains("unsafe-inline"),
            "{path}"
        );
    }
}

#[test]
fn the_documentation_comes_whole_out_of_the_binary() {
    let app = Empty::start(Backend::Sqlite);
    let client = app.client();
    let page = client.get("/api/docs").text();
    let named: Vec<&str> = page
        .split('"')
        .filter(|part| part.starts_with('/'))
        .collect();
    assert!(named.len() >= 3, "{named:?}");
    for path in named {
        let reply = client.get(path);
        assert_eq!(reply.status, 200, "{path}");
        assert!(
            !reply.bytes.is_empty() && !reply.header("content-type").is_empty(),
            "{path}"
        );
        let text = reply.text();
        assert!(
            !text.contains("innerHTML") && !text.contains("eval("),
            "{path}"
        );
    }
    let document = client.get("/api/openapi.json");
    assert!(
        document
            .header("content-type")
            .starts_with("application/json")
    );
    let program = app.settings.run(&["openapi"]);
    assert_eq!(
        program,
        document.text(),
        "the program prints what the server serves"
    );
    assert_eq!(
        document.ok(200)["openapi"]
            .as_str()
            .map(|version| &version[..3]),
        Some("3.1")
    );
}
