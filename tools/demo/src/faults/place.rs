//! Where a page is shown: a browser with its own log, and what a page passes on its way to the proxy.

use anyhow::Result;
use tempfile::TempDir;

use super::rows::Row;
use crate::authority::{Authority, Signed};
use crate::browser::Browser;
use crate::frame_log::FrameLog;
use crate::interop::page;
use crate::names::{NAME, Names};
use crate::proxy::Proxy;
use crate::tls::Tls;

/// A browser, and who it believes.
pub(super) struct Place {
    pub(super) browser: Browser,
    pub(super) log: FrameLog,
    /// Who tells it where a host is, if not the machine.
    pub(super) names: Option<Names>,
    authority: Option<Authority>,
    // Removed after the browser has ended: fields are dropped in their order.
    _home: Option<TempDir>,
}

/// A broker's certificate, which can be another.
pub(super) struct Front {
    pub(super) tls: Tls,
    pub(super) good: Signed,
    pub(super) expired: Signed,
}

impl Place {
    /// With that browser, before it has shown anything.
    pub(super) async fn of(browser: Browser) -> Result<Self> {
        let log = FrameLog::of(&browser).await?;
        page::size(&browser).await?;
        Ok(Self {
            browser,
            log,
            names: None,
            authority: None,
            _home: None,
        })
    }

    /// As that row needs it; `None`: any will do.
    pub(super) async fn own_of(row: Row) -> Result<Option<Self>> {
        if !row.needs_certificates() {
            return Ok(None);
        }
        let authority = Authority::new("Footfall test CA")?;
        let home = authority.home(None)?;
        let names = if row == Row::NameGone {
            Some(Names::start(&authority.sign("names", 30)?).await?)
        } else {
            None
        };
        let state = names.as_ref().map(Names::chromium_state);
        let state = state.unwrap_or_else(|| serde_json::json!({}));
        let browser = Browser::start_at_home_in(home.path(), state).await?;
        Ok(Some(Self {
            names,
            authority: Some(authority),
            _home: Some(home),
            ..Self::of(browser).await?
        }))
    }

    /// The address of a broker, through that proxy, and the certificate on the way to it.
    pub(super) async fn through(
        &self,
        proxy: &Proxy,
        url: &str,
    ) -> Result<(String, Option<Front>)> {
        let through = proxy.through(url)?;
        let Some(authority) = &self.authority else {
            return Ok((through, None));
        };
        let (good, expired) = (authority.sign(NAME, 30)?, authority.sign("expired", -1)?);
        let tls = Tls::before(proxy.address(), &good).await?;
        // A password goes to another machine only encrypted.
        let host = self.names.as_ref().map_or("localhost", |_names| NAME);
        let path = url::Url::parse(&through)?.path().to_owned();
        let url = format!("wss://{host}:{}{path}", tls.port());
        Ok((url, Some(Front { tls, good, expired })))
    }
}
