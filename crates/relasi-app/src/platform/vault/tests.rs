use super::*;

fn row() -> Row {
    Row {
        column: "webhook_endpoints.secret",
        id: Uuid::now_v7(),
        workspace: Uuid::now_v7(),
    }
}

#[test]
fn a_secret_is_read_in_its_own_row_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let vault = Vault::open(&path).unwrap();
    let here = row();
    let sealed = vault.seal(here, b"kopi");
    assert!(!sealed.contains("kopi") && sealed != vault.seal(here, b"kopi"));
    assert_eq!(
        Vault::open(&path).unwrap().reveal(here, &sealed).unwrap(),
        b"kopi"
    );
    let elsewhere = [
        Row {
            id: Uuid::now_v7(),
            ..here
        },
        Row {
            workspace: Uuid::now_v7(),
            ..here
        },
        Row {
            column: "other.secret",
            ..here
        },
    ];
    for other in elsewhere {
        assert!(matches!(
            vault.reveal(other, &sealed),
            Err(VaultError::Damaged)
        ));
    }
    let stranger = Vault::open(&folder.path().join("others")).unwrap();
    assert!(matches!(
        stranger.reveal(here, &sealed),
        Err(VaultError::UnknownKey(_))
    ));
}

#[test]
fn who_has_the_file_open_takes_a_new_key_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let (running, here) = (Vault::open(&path).unwrap(), row());
    let new = Vault::add_key(&path).unwrap().seal(here, b"kopi");
    assert_eq!(running.reveal(here, &new).unwrap(), b"kopi");
    let (name, sealed) = (new.split(':').next().unwrap(), running.seal(here, b"teh"));
    assert!(sealed.starts_with(name), "from now on with the new one");
    // A damaged file takes no keys away.
    fs::write(&path, "nothing").unwrap();
    assert!(running.reveal(here, "0:0").is_err());
    assert_eq!(running.reveal(here, &new).unwrap(), b"kopi");
}

#[test]
fn a_new_key_encrypts_and_the_old_one_still_decrypts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let here = row();
    let old = Vault::open(&path).unwrap().seal(here, b"kopi");
    let vault = Vault::add_key(&path).unwrap();
    assert_eq!(vault.reveal(here, &old).unwrap(), b"kopi");
    let new = vault.seal(here, b"kopi");
    assert_ne!(new.split(':').next(), old.split(':').next());
    assert_eq!(
        Vault::open(&path).unwrap().reveal(here, &new).unwrap(),
        b"kopi"
    );
}

#[test]
fn marks_are_known_again_by_their_keys_in_their_workspace_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
    let old = Vault::open(&path)
        .unwrap()
        .marks(one, "email", "a@b.example");
    assert_eq!(
        old,
        Vault::open(&path)
            .unwrap()
            .marks(one, "email", "a@b.example")
    );
    let vault = Vault::add_key(&path).unwrap();
    let both = vault.marks(one, "email", "a@b.example");
    assert_eq!((both.len(), both.contains(&old[0])), (2, true));
    for other in [
        vault.marks(two, "email", "a@b.example"),
        vault.marks(one, "phone", "a@b.example"),
        Vault::open(&folder.path().join("others"))
            .unwrap()
            .marks(one, "email", "a@b.example"),
    ] {
        assert!(!other.contains(&old[0]));
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_keys() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/keys");
    Vault::open(&path).unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn a_file_of_something_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    for (text, wrong) in [("\n", "no key"), ("a:b\n", "line 1"), ("nothing", "line 1")] {
        fs::write(&path, text).unwrap();
        let error = Vault::open(&path).err().unwrap().to_string();
        assert!(error.contains(wrong), "{error}");
    }
}
