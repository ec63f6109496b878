//! What each fault is, done to a page that counts, until the page has noticed it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::time::sleep;

use super::passage::FLOODED;
use super::rows::{FROZEN, FROZEN_BRIEFLY, Row};
use super::source::Source;
use super::stand::{FEW, LONG, Stand};
use crate::broker::web_token;
use crate::brokers::{Make, PASSWORD, Running, USER};
use crate::interop::peer::Peer;
use crate::proxy::{Change, Cut, Framing, Way};
use crate::tape;
use crate::zone::now;

/// What the broker says otherwise than it would, from the beginning.
pub(super) fn changed(row: Row) -> Option<(Framing, Change)> {
    Some(match row {
        Row::Bytes => (Framing::Bytes, |_, _| None),
        Row::Joined => (Framing::Joined, |_, _| None),
        Row::NoConnack => (Framing::Each, |first, _| (first >> 4 == 2).then(Vec::new)),
        Row::SubackRefused => (Framing::Each, |first, body| {
            let mut refused = packet(first, body);
            // Not authorised, for each filter, because each has a SUBSCRIBE of its own.
            *refused.last_mut().filter(|_| first >> 4 == 9)? = 0x87;
            Some(refused)
        }),
        Row::KeepAliveLowered => (Framing::Each, |first, body| match (first >> 4, body) {
            // Server Keep Alive, a property of version 5.
            (2, [flags, code, length, properties @ ..]) => Some(packet(
                first,
                &[&[*flags, *code, length + 3, 0x13, 0, 2], properties].concat(),
            )),
            _ => None,
        }),
        // Set when it is connected.
        Row::TooLarge | Row::SignInExpired => (Framing::Each, |_, _| None),
        _ => return None,
    })
}

fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = Vec::new();
    crate::frames::append_packet(first, body, &mut packet);
    packet
}

impl Stand<'_> {
    pub(super) async fn harm(
        &mut self,
        row: Row,
        broker: &mut Running,
        source: &Source,
        quick: bool,
    ) -> Result<()> {
        let proxy = &self.page.proxy;
        match row {
            Row::CutAmid => {
                proxy.set(Way::CutAmid);
                self.connects_again().await?;
            }
            Row::Reset => {
                proxy.cut(Cut::Reset);
                self.connects_again().await?;
            }
            Row::Garbage => {
                proxy.reframe(Framing::Each, |first, body| {
                    Some(packet(first, body).into_iter().map(|byte| !byte).collect())
                });
                proxy.cut(Cut::Finish);
                self.says("is not MQTT").await?;
            }
            Row::NoConnack => self.says("did not answer as an MQTT broker").await?,
            Row::SubackRefused => self.says("The broker refused 3").await?,
            Row::TooLarge => {
                proxy.reframe(Framing::Each, |first, body| {
                    let too_large = [body, &vec![b' '; TOO_LARGE]].concat();
                    (first >> 4 == 3).then(|| packet(first, &too_large))
                });
                self.says("larger message").await?;
            }
            Row::SignInExpired => {
                proxy.reframe(Framing::Each, |first, body| match (first >> 4, body) {
                    (2, [flags, 0, rest @ ..]) => {
                        Some(packet(first, &[&[*flags, 0x87], rest].concat()))
                    }
                    _ => None,
                });
                proxy.cut(Cut::Finish);
                self.says("refused the connection").await?;
                proxy.reframe(Framing::Each, |_, _| None);
                if self.page.asks_for_the_password().await? {
                    self.page.unlock(PASSWORD).await?;
                } else {
                    self.page.try_now().await?;
                }
            }
            Row::TokenExpired => {
                // The broker looks at it when somebody signs in, and counts in seconds.
                let over = self.token_end.after(Duration::from_secs(2));
                let is_over = async || Ok(now() > over);
                self.page.until("the token is over", LONG, is_over).await?;
                proxy.cut(Cut::Finish);
                self.says("refused the connection").await?;
                self.ask_doctor(false).await?;
                let hour = Duration::from_secs(3600);
                let token = web_token(USER, PASSWORD, now().after(hour));
                self.page.unlock(&token).await?;
            }
            Row::CertificateExpired => {
                let front = self.front.as_ref().context("it has a certificate")?;
                front.tls.show(&front.expired)?;
                proxy.cut(Cut::Finish);
                self.says("can no longer be reached").await?;
                front.tls.show(&front.good)?;
                self.page.try_now().await?;
            }
            Row::NameGone => self.lose_name().await?,
            Row::SameClientId => self.meet_twin(broker).await?,
            Row::Killed | Row::SessionLost => {
                broker.kill().await?;
                self.says("can no longer be reached").await?;
                sleep(SHORT).await;
                broker.start_again().await?;
                source.follow(broker)?;
            }
            Row::Paused => {
                broker.pause()?;
                self.says("no longer answers").await?;
                broker.go_on()?;
            }
            Row::HalfOpen => {
                proxy.set(Way::Stall);
                self.says("no longer answers").await?;
            }
            Row::Trapped => {
                self.tell("trap").await?;
                self.says("Counting restarted").await?;
            }
            Row::ClockForward | Row::ClockBack => {
                let hours = if row == Row::ClockForward { 2 } else { -2 };
                self.tell(&(hours * 3_600_000).to_string()).await?;
                self.counts_more(FEW).await?;
                self.tell("0").await?;
            }
            Row::IdleCut => {
                // A quiet night: who passes would keep it awake.
                source.set_resting(true);
                proxy.cut_idle(Some(IDLE));
                for _ in 0..3 {
                    self.connects_again().await?;
                }
                proxy.cut_idle(None);
                source.set_resting(false);
            }
            Row::Slow => {
                proxy.set(Way::Slow);
                self.counts_more(FEW).await?;
            }
            Row::Flood => {
                source.flood(broker, FLOOD).await?;
                let all = usize::try_from(FLOOD)?;
                let counts = async || Ok(self.page.counted(FLOODED).await? >= all);
                self.page
                    .until("all of them are counted", LONG, counts)
                    .await?;
            }
            Row::Frozen => {
                let browser = self.page.browser;
                browser.client().minimize_window().await?;
                browser.set_frozen(true).await?;
                sleep(if quick { FROZEN_BRIEFLY } else { FROZEN }).await;
                browser.set_frozen(false).await?;
                // Any size shows the window again. Whoever thaws unseen draws nothing.
                browser.client().set_window_size(1600, 1200).await?;
            }
            Row::Bytes | Row::Joined => self.counts_more(FEW).await?,
            Row::WrongPassword
            | Row::WrongPath
            | Row::NobodyListens
            | Row::NoSuchHost
            | Row::KeepAliveLowered
            | Row::BrowserKilled => {}
        }
        Ok(())
    }

    /// Waits until the present connection is lost and the broker has let the page in by another one.
    async fn connects_again(&self) -> Result<()> {
        let before = self.page.proxy.tapes().len();
        let again = async || {
            let is_new = self.page.proxy.tapes().len() > before;
            let let_in = self.page.answers().connack;
            Ok(is_new && let_in.is_some_and(|connack| connack.code == 0))
        };
        self.page.until("it connects again", LONG, again).await
    }

    /// The name is gone until the page has said so. A browser remembers where a host was for a minute: connections that
    /// are cut meanwhile come back.
    async fn lose_name(&self) -> Result<()> {
        let names = self.names.context("it has a name server")?;
        names.set_gone(true);
        let (proxy, page) = (&self.page.proxy, &self.page);
        let asked = async || {
            if page.link().await? == "connected" {
                proxy.cut(Cut::Finish);
            }
            Ok(names.denials() > 0)
        };
        page.until("the browser asks where the host is", LONG, asked)
            .await?;
        self.says("can no longer be reached").await?;
        names.set_gone(false);
        page.try_now().await
    }

    /// Another client has the same client identifier. Where the broker says so, the page steps back for a minute, so that
    /// two screens do not throw each other out for ever; where it does not, they do.
    async fn meet_twin(&self, broker: &Running) -> Result<()> {
        let said = self.page.proxy.said().pop().context("it is connected")?;
        let ids = tape::connected_as(&said);
        let id = ids.last().context("it named itself")?;
        ensure!(*id == self.page.root, "it is {id}, not as configured");
        let address = broker.tcp_url()?;
        if broker.make() != Make::Mosquitto {
            let _twin = Peer::connect_to(&address, id, None).await?;
            return self.says("client identifier").await;
        }
        for _ in 0..3 {
            let connects_again = self.connects_again();
            let (twin, again) = tokio::join!(Peer::connect_to(&address, id, None), connects_again);
            drop(twin?);
            again?;
        }
        Ok(())
    }
}

/// More than the page says that it takes.
const TOO_LARGE: usize = 5 << 20;
const FLOOD: i64 = 10_000;
const SHORT: Duration = Duration::from_secs(3);
/// A little more than what the page takes for a connection that somebody threw out.
const IDLE: Duration = Duration::from_secs(7);
