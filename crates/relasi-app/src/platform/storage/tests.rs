use super::*;

const ONE: Uuid = Uuid::from_u128(1);
const TWO: Uuid = Uuid::from_u128(2);

fn storage(limit: u64) -> (tempfile::TempDir, Storage) {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::folder(&folder.path().join("files"), limit).unwrap();
    (folder, storage)
}

async fn text(storage: &Storage, part: Option<Range<u64>>) -> Result<Vec<u8>> {
    let pieces: Vec<Bytes> = storage
        .read(ONE, TWO, part)
        .await?
        .try_collect()
        .await
        .unwrap();
    Ok(pieces.concat())
}

#[tokio::test]
async fn what_is_written_is_read() {
    let (_folder, storage) = storage(10 << 20);
    let mut incoming = storage.begin(ONE, TWO);
    incoming.write(Bytes::from_static(b"ab")).await.unwrap();
    incoming.write(vec![b'c'; 6 << 20].into()).await.unwrap();
    let content = incoming.finish().await.unwrap();
    assert_eq!(
        (content.size, content.kind.as_str()),
        (2 + (6 << 20), "text/plain")
    );
    assert_eq!(text(&storage, None).await.unwrap().len(), 2 + (6 << 20));
    assert_eq!(text(&storage, Some(1..4)).await.unwrap(), b"bcc");
    let old: Vec<_> = storage
        .before(Utc::now() + chrono::TimeDelta::hours(1))
        .collect()
        .await;
    assert_eq!(*old[0].as_ref().unwrap(), vec![(ONE, TWO)]);
    assert!(
        storage
            .before(DateTime::UNIX_EPOCH)
            .collect::<Vec<_>>()
            .await
            .is_empty()
    );
    storage.remove(ONE, TWO).await;
    storage.remove(ONE, TWO).await;
    assert!(matches!(text(&storage, None).await, Err(Refusal::NotFound)));
}

#[tokio::test]
async fn too_much_is_refused_and_nothing_is_left() {
    let (_folder, storage) = storage(3);
    let mut incoming = storage.begin(ONE, TWO);
    incoming.write(Bytes::from_static(b"ab")).await.unwrap();
    let refused = incoming.write(Bytes::from_static(b"cd")).await;
    assert!(matches!(refused, Err(Refusal::TooLarge)));
    assert!(matches!(text(&storage, None).await, Err(Refusal::NotFound)));
}

#[test]
fn kinds_come_from_the_content() {
    let kinds = [
        (&b"\x89PNG\r\n\x1a\n\0\0"[..], "image/png"),
        (b"%PDF-1.7", "application/pdf"),
        (b"<!DOCTYPE html><p>", "text/html"),
        ("สวัสดี".as_bytes(), "text/plain"),
        (&"สวัสดี".as_bytes()[..4], "text/plain"),
        (b"a\0b", UNKNOWN),
        (b"\xff\xfe\x01", UNKNOWN),
        (b"", UNKNOWN),
    ];
    for (head, kind) in kinds {
        assert_eq!(kind_of(head), kind);
    }
}
