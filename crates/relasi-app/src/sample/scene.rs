//! Kinds of things that happen between a seller and a customer, and the parts of their texts.

/// A kind of activity with what its text is made of.
#[derive(Debug)]
pub(super) struct Scene {
    /// First part of its section names.
    pub(super) key: &'static str,
    /// Kind of activity.
    pub(super) kind: &'static str,
    /// Sections its text takes a line from; `.x` belongs to the scene, `need` depends on the product.
    pub(super) parts: &'static [&'static str],
    /// Who began it, unless the text says so.
    pub(super) direction: Option<&'static str>,
    /// Shortest and longest time it takes, in minutes.
    pub(super) minutes: (i64, i64),
}

const fn scene(
    key: &'static str,
    kind: &'static str,
    direction: Option<&'static str>,
    minutes: (i64, i64),
    parts: &'static [&'static str],
) -> Scene {
    Scene {
        key,
        kind,
        parts,
        direction,
        minutes,
    }
}

const OUT: Option<&str> = Some("outbound");
const IN: Option<&str> = Some("inbound");

static SCENES: &[Scene] = &[
    scene("call.new", "call", OUT, (6, 25), &[".a", "need", "next"]),
    scene("call.none", "call", OUT, (0, 1), &[".a"]),
    scene("call.message", "call", OUT, (0, 2), &[".a"]),
    scene("call.follow", "call", OUT, (3, 18), &[".a", "need", "next"]),
    scene("call.price", "call", OUT, (5, 30), &[".a", "next"]),
    scene("call.care", "call", OUT, (3, 20), &[".a", ".c"]),
    scene("call.lost", "call", OUT, (3, 10), &[".a", "why", "lost.c"]),
    scene("call.renew", "call", OUT, (4, 20), &[".a", "need", "next"]),
    scene(
        "meeting.visit",
        "meeting",
        None,
        (45, 120),
        &[".a", "need", "need", "next"],
    ),
    scene(
        "meeting.demo",
        "meeting",
        None,
        (60, 120),
        &[".a", "need", "next"],
    ),
    scene("meeting.terms", "meeting", None, (45, 90), &[".a", "next"]),
    scene(
        "meeting.install",
        "meeting",
        None,
        (120, 360),
        &[".a", "install.c"],
    ),
    scene(
        "meeting.supply",
        "meeting",
        None,
        (45, 150),
        &[".a", "call.care.c"],
    ),
    scene(
        "meeting.care",
        "meeting",
        None,
        (30, 75),
        &[".a", "call.care.c"],
    ),
    scene(
        "meeting.service",
        "meeting",
        None,
        (60, 240),
        &[".a", "install.c"],
    ),
    scene(
        "email.enquiry",
        "email",
        IN,
        (0, 0),
        &["hello.in", ".a", ".c"],
    ),
    scene(
        "email.info",
        "email",
        OUT,
        (0, 0),
        &["hello", ".a", "thanks"],
    ),
    scene(
        "email.quote",
        "email",
        OUT,
        (0, 0),
        &["hello", ".a", ".b", "thanks"],
    ),
    scene(
        "email.question",
        "email",
        IN,
        (0, 0),
        &["hello.in", ".a", ".b", ".c"],
    ),
    scene(
        "email.revised",
        "email",
        OUT,
        (0, 0),
        &["hello", ".a", "email.quote.b", "thanks"],
    ),
    scene(
        "email.order",
        "email",
        IN,
        (0, 0),
        &["hello.in", ".a", ".c"],
    ),
    scene(
        "email.decline",
        "email",
        IN,
        (0, 0),
        &["hello.in", ".a", ".c"],
    ),
    scene(
        "email.care",
        "email",
        OUT,
        (0, 0),
        &["hello", ".a", "thanks"],
    ),
    scene(
        "email.renew",
        "email",
        OUT,
        (0, 0),
        &["hello", ".a", "email.quote.b", "thanks"],
    ),
    scene("note.lead", "note", None, (0, 0), &[".a", "need"]),
    scene("note.needs", "note", None, (0, 0), &[".a", "need", "need"]),
    scene("note.terms", "note", None, (0, 0), &[".a", "next"]),
    scene("note.won", "note", None, (0, 0), &[".a"]),
    scene("note.lost", "note", None, (0, 0), &["why", ".a", "lost.c"]),
    scene("note.person", "note", None, (0, 0), &[".a"]),
    scene("note.moved", "note", None, (0, 0), &[".a", ".c"]),
    scene("task.new", "task", None, (0, 0), &["task.a"]),
    scene("task.qualified", "task", None, (0, 0), &["task.a"]),
    scene("task.proposal", "task", None, (0, 0), &["task.a"]),
    scene("task.negotiation", "task", None, (0, 0), &["task.a"]),
    scene("task.won", "task", None, (0, 0), &["task.a"]),
    scene("task.care", "task", None, (0, 0), &["task.a"]),
    scene("task.service", "task", None, (0, 0), &["task.a"]),
];

/// The scene of a key; the first one for a key that is not there, which a test rules out.
pub(super) fn find(key: &str) -> &'static Scene {
    SCENES
        .iter()
        .find(|scene| scene.key == key)
        .unwrap_or(&SCENES[0])
}

/// Every scene.
#[cfg(test)]
pub(super) fn all() -> &'static [Scene] {
    SCENES
}

/// What happens to a deal in an open stage, phase by phase, in the order of time, each with its chance in per cent.
pub(super) static PHASES: [&[(&str, i64)]; 4] = [
    &[
        ("call.none", 25),
        ("call.new", 90),
        ("note.lead", 35),
        ("email.info", 60),
        ("task.new", 30),
    ],
    &[
        ("task.qualified", 40),
        ("meeting.visit", 75),
        ("note.needs", 50),
        ("meeting.demo", 60),
    ],
    &[
        ("task.proposal", 45),
        ("email.quote", 95),
        ("call.message", 25),
        ("call.follow", 75),
        ("email.question", 55),
    ],
    &[
        ("call.price", 75),
        ("note.terms", 45),
        ("meeting.terms", 60),
        ("email.revised", 55),
        ("task.negotiation", 35),
    ],
];

/// The same for service contracts.
pub(super) static SERVICE: [&[(&str, i64)]; 2] = [
    &[
        ("meeting.service", 70),
        ("call.renew", 90),
        ("task.service", 45),
    ],
    &[
        ("email.renew", 95),
        ("email.question", 45),
        ("call.renew", 60),
    ],
];

/// What follows when a deal is won, with the days after it.
pub(super) static WON: &[(&str, i64, (i64, i64))] = &[
    ("email.order", 80, (0, 0)),
    ("note.won", 60, (0, 1)),
    ("task.won", 50, (1, 6)),
    ("meeting.handover", 75, (9, 30)),
    ("call.care", 60, (35, 60)),
    ("meeting.care", 30, (70, 120)),
];

/// What is still to be done in each phase.
pub(super) static STEPS: [&[&str]; 4] = [
    &["task.new", "call.new", "email.info"],
    &["task.qualified", "meeting.demo", "meeting.visit"],
    &["task.proposal", "call.follow", "email.quote"],
    &["task.negotiation", "meeting.terms", "call.price"],
];

/// What happens between people without a deal, with weights.
pub(super) static CARE: &[(&str, i64)] = &[
    ("call.care", 34),
    ("email.care", 26),
    ("note.person", 16),
    ("meeting.care", 14),
    ("call.none", 6),
    ("call.message", 5),
    ("task.care", 10),
];
