//! `relasi --help` and that of every command.

use std::process::Command;

use relasi_tests::program;

/// What `--help` says, with the environment left out: values of the machine have no place in it.
fn help(arguments: &[&str]) -> String {
    let mut command = Command::new(program());
    command
        .args(arguments)
        .arg("--help")
        .env("DATABASE_URL", "postgres://canary:canary@a/b")
        .env("RELASI_SMTP_URL", "smtps://canary:canary@a.example");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_command_and_every_option_is_explained() {
    let commands = [
        &[][..],
        &["serve"],
        &["migrate"],
        &["demo"],
        &["openapi"],
        &["backup"],
        &["check"],
        &["user"],
        &["user", "list"],
        &["user", "add"],
        &["user", "reset-password"],
        &["user", "deactivate"],
        &["user", "remove-factors"],
        &["workspace", "open-networks"],
        &["keys", "rotate"],
    ];
    for command in commands {
        let text = help(command);
        assert!(!text.contains("canary"), "{command:?} shows a password");
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let word = line.trim_start();
            if line.starts_with("  ")
                && !word.starts_with("- ")
                && (word.starts_with('-') || word.starts_with('<') || word.starts_with('['))
                && !word.starts_with("[env")
                && !word.starts_with("[default")
                && !word.starts_with("[possible")
            {
                let beside = word
                    .split_once("  ")
                    .map(|(_, text)| text.trim())
                    .unwrap_or_default();
                let below = lines.get(at + 1).map_or("", |line| line.trim());
                assert!(
                    beside.len() > 5 || below.len() > 5,
                    "{command:?}: {line} is not explained"
                );
            }
        }
        if let Some(name) = command.last() {
            assert!(
                text.lines().next().is_some_and(|about| about.len() > 10),
                "{name}: {text}"
            );
        }
    }
    for name in [
        "serve", "migrate", "demo", "user", "openapi", "backup", "check",
    ] {
        let line = help(&[])
            .lines()
            .find(|line| line.trim_start().starts_with(&format!("{name} ")))
            .map(str::to_owned);
        assert!(
            line.is_some_and(|line| line.trim().len() > name.len() + 10),
            "{name}"
        );
    }
    let unknown = Command::new(program()).arg("nonsense").output().unwrap();
    assert_eq!(unknown.status.code(), Some(2));
}
