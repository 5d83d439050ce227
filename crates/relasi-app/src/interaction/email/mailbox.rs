//! A line to a mailbox, over IMAP.

use std::{fmt::Debug, pin::pin, sync::Arc, time::Duration};

use async_imap::{Client, Session, error::Error, extensions::idle::IdleResponse, types::Fetch};
use futures_util::{
    TryStreamExt,
    future::{Either, select},
};
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::watch,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::{
    Emails,
    account::{Server, Tls},
};
use crate::platform::mail::Trouble;

/// How long the other side may take for an answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a message may take.
const PATIENCE_FOR_ONE: Duration = Duration::from_mins(2);

/// What is read from and written to.
pub(super) trait Line: AsyncRead + AsyncWrite + Unpin + Debug + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Debug + Send> Line for T {}

/// An open mailbox.
pub(super) struct Mailbox {
    session: Session<Box<dyn Line>>,
    /// The numbers of its messages hold as long as this is the same.
    pub(super) validity: i64,
}

/// What one who listens has heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noticed {
    /// Something has changed.
    News,
    /// Nothing for a long time.
    Nothing,
    /// It is over.
    Over,
}

fn trouble(code: &'static str, reply: impl ToString) -> Trouble {
    Trouble {
        is_final: false,
        slows: true,
        slows_domain: false,
        code,
        reply: reply.to_string().chars().take(300).collect(),
    }
}

fn failed(error: Error) -> Trouble {
    match error {
        Error::No(said) | Error::Bad(said) => trouble("mailbox_refused", said),
        other => trouble("mail_unreachable", other),
    }
}

async fn soon<T>(
    work: impl Future<Output = Result<T, Error>>,
    patience: Duration,
) -> Result<T, Trouble> {
    match timeout(patience, work).await {
        Ok(done) => done.map_err(failed),
        Err(late) => Err(trouble("mail_unreachable", late)),
    }
}

fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    roots
}

async fn encrypted(server: &Server, line: Box<dyn Line>) -> Result<Box<dyn Line>, Trouble> {
    let not_private = |error: &dyn std::fmt::Display| trouble("mail_not_private", error);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| not_private(&error))?
        .with_root_certificates(roots())
        .with_no_client_auth();
    let name = ServerName::try_from(server.host.clone()).map_err(|error| not_private(&error))?;
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, line);
    match timeout(PATIENCE, connecting).await {
        Ok(Ok(line)) => Ok(Box::new(line)),
        Ok(Err(error)) => Err(not_private(&error)),
        Err(late) => Err(trouble("mail_unreachable", late)),
    }
}

impl Mailbox {
    /// Opens the inbox for reading only: nothing there is marked or moved.
    pub(super) async fn open(
        emails: &Emails,
        server: &Server,
        password: &str,
    ) -> Result<Self, Trouble> {
        let address = emails.addresses(server)?[0];
        let line = match timeout(PATIENCE, TcpStream::connect(address)).await {
            Ok(Ok(line)) => line,
            Ok(Err(error)) => return Err(trouble("mail_unreachable", error)),
            Err(late) => return Err(trouble("mail_unreachable", late)),
        };
        let mut line: Box<dyn Line> = Box::new(line);
        if server.tls == Tls::Implicit {
            line = encrypted(server, line).await?;
        }
        let mut client = Client::new(line);
        greeted(&mut client).await?;
        if server.tls == Tls::Required {
            soon(client.run_command_and_check_ok("STARTTLS", None), PATIENCE).await?;
            client = Client::new(encrypted(server, client.into_inner()).await?);
        }
        let signing_in = client.login(&server.user, password);
        let mut session = match timeout(PATIENCE, signing_in).await {
            Ok(Ok(session)) => session,
            Ok(Err((Error::No(said) | Error::Bad(said), _))) => {
                return Err(trouble("mail_sign_in_refused", said));
            }
            Ok(Err((error, _))) => return Err(failed(error)),
            Err(late) => return Err(trouble("mail_unreachable", late)),
        };
        let inbox = soon(session.examine("INBOX"), PATIENCE).await?;
        Ok(Self {
            session,
            validity: i64::from(inbox.uid_validity.unwrap_or_default()),
        })
    }

    /// The numbers of messages after `last`, or since a day when there is none, in their order.
    pub(super) async fn after(&mut self, last: i64, since: &str) -> Result<Vec<u32>, Trouble> {
        let query = if last > 0 {
            format!("UID {}:*", last + 1)
        } else {
            format!("SINCE {since}")
        };
        let found = soon(self.session.uid_search(query), PATIENCE).await?;
        // `7:*` has the last message in it even when its number is less.
        let new = found.into_iter().filter(|uid| i64::from(*uid) > last);
        let mut new: Vec<u32> = new.collect();
        new.sort_unstable();
        Ok(new)
    }

    /// A message; none when it is larger than `most` bytes or gone.
    pub(super) async fn message(
        &mut self,
        uid: u32,
        most: u32,
    ) -> Result<Option<Vec<u8>>, Trouble> {
        let found = self.fetch(uid, "(UID RFC822.SIZE)").await?;
        let size = found.iter().find_map(|one| one.size);
        if size.is_none_or(|size| size > most) {
            return Ok(None);
        }
        let found = self.fetch(uid, "(UID BODY.PEEK[])").await?;
        let body = found.iter().find_map(|one| one.body());
        Ok(body.map(<[u8]>::to_vec))
    }

    async fn fetch(&mut self, uid: u32, what: &str) -> Result<Vec<Fetch>, Trouble> {
        let fetching = async {
            let found = self.session.uid_fetch(uid.to_string(), what).await?;
            found.try_collect::<Vec<Fetch>>().await
        };
        soon(fetching, PATIENCE_FOR_ONE).await
    }

    /// Whether the server says by itself what comes.
    pub(super) async fn can_tell(&mut self) -> Result<bool, Trouble> {
        let known = soon(self.session.capabilities(), PATIENCE).await?;
        Ok(known.has_str("IDLE"))
    }

    /// Waits until the server says that something has changed, for so long at most, or all is over.
    pub(super) async fn wait(
        self,
        longest: Duration,
        over: &mut watch::Receiver<bool>,
    ) -> Result<(Self, Noticed), Trouble> {
        let mut listening = self.session.idle();
        soon(listening.init(), PATIENCE).await?;
        let noticed = {
            // The second one would end the wait if it were gone.
            let (heard, _held) = listening.wait_with_timeout(longest);
            let ended = over.wait_for(|over| *over);
            match select(pin!(ended), pin!(heard)).await {
                Either::Left(_) => Noticed::Over,
                Either::Right((Ok(IdleResponse::NewData(_)), _)) => Noticed::News,
                Either::Right((Ok(_), _)) => Noticed::Nothing,
                Either::Right((Err(error), _)) => return Err(failed(error)),
            }
        };
        let session = soon(listening.done(), PATIENCE).await?;
        let same = Self {
            session,
            validity: self.validity,
        };
        Ok((same, noticed))
    }

    /// Says goodbye; who does not hear it, sees the line end.
    pub(super) async fn close(mut self) {
        let _ = timeout(Duration::from_secs(5), self.session.logout()).await;
    }
}

async fn greeted(client: &mut Client<Box<dyn Line>>) -> Result<(), Trouble> {
    match timeout(PATIENCE, client.read_response()).await {
        Ok(Ok(Some(_))) => Ok(()),
        Ok(Ok(None)) => Err(trouble("mail_unreachable", "no greeting")),
        Ok(Err(error)) => Err(trouble("mail_unreachable", error)),
        Err(late) => Err(trouble("mail_unreachable", late)),
    }
}
