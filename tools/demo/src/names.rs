//! A name server by HTTPS [RFC 8484], so that a host's name can be gone for one browser while nothing else on the machine
//! notices.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::authority::Signed;
use crate::tls::Tls;

/// The name that can be gone. All others are of this machine, too: a browser first looks whether a server knows any.
pub const NAME: &str = "broker.example";

/// A running server. Dropping it ends it.
#[derive(Debug)]
pub struct Names {
    tls: Tls,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Shared {
    is_gone: AtomicBool,
    /// How often somebody was told that there is no such name.
    denials: AtomicUsize,
}

impl Names {
    /// A server on a free port that shows that certificate.
    ///
    /// # Errors
    /// It cannot listen.
    pub async fn start(signed: &Signed) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let tls = Tls::before(listener.local_addr()?, signed).await?;
        let shared = Arc::<Shared>::default();
        let router = Router::new()
            .route(PATH, post(answer))
            .with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            // Ends only with the program or by being aborted.
            let _ended = axum::serve(listener, router).await;
        });
        Ok(Self { tls, shared, task })
    }

    /// What a Chromium is told, before it starts, so that it asks this server and no other.
    pub fn chromium_state(&self) -> Value {
        let url = format!("https://localhost:{}{PATH}", self.tls.port());
        json!({ "dns_over_https": { "mode": "secure", "templates": url } })
    }

    /// Whether the name is gone from now on.
    pub fn set_gone(&self, is_gone: bool) {
        self.shared.is_gone.store(is_gone, Ordering::Relaxed);
    }

    /// How often a browser was told that the name is gone.
    pub fn denials(&self) -> usize {
        self.shared.denials.load(Ordering::Relaxed)
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, question: Bytes) -> impl IntoResponse {
    let is_gone = shared.is_gone.load(Ordering::Relaxed);
    let answered = answered(&question, is_gone).unwrap_or_default();
    if answered.get(3) == Some(&NO_SUCH_NAME) {
        shared.denials.fetch_add(1, Ordering::Relaxed);
    }
    ([(CONTENT_TYPE, "application/dns-message")], answered)
}

/// The answer to a question of one name [RFC 1035, 4.1]; `None`: it is no such question.
fn answered(message: &[u8], is_gone: bool) -> Option<Vec<u8>> {
    let (head, mut rest) = message.split_first_chunk::<12>()?;
    let mut name = Vec::new();
    while let (&length @ 1.., after) = rest.split_first()? {
        let (label, after) = after.split_at_checked(usize::from(length))?;
        name.push(String::from_utf8_lossy(label).to_ascii_lowercase());
        rest = after;
    }
    let kind = rest.get(1..3)?;
    // The end of the name, kind, class.
    let question = &message[12..message.len() - rest.len() + 5];
    let is_gone = is_gone && name.join(".") == NAME;
    let knows_number = !is_gone && kind == ADDRESS;
    let code = if is_gone { NO_SUCH_NAME } else { 0 };
    let mut answer = vec![head[0], head[1], 0x81, code];
    // Questions, answers, and two kinds of others.
    answer.extend([0, 1, 0, u8::from(knows_number), 0, 0, 0, 0]);
    answer.extend_from_slice(question);
    if knows_number {
        // The name of the question, of the Internet, for a second, four bytes.
        answer.extend([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1]);
    }
    Some(answer)
}

const PATH: &str = "/dns-query";
/// The kind of question for a number of IPv4.
const ADDRESS: [u8; 2] = [0, 1];
const NO_SUCH_NAME: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_until_it_is_gone() {
        let mut question = vec![7, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1];
        question.extend(b"\x06broker\x07example\0\0\x01\0\x01");
        let asked = question.len();
        // What a browser adds behind it.
        question.extend([0, 0, 41, 16, 0, 0, 0, 0, 0, 0, 0]);
        let known = answered(&question, false).unwrap();
        assert_eq!(known[..4], [7, 9, 0x81, 0]);
        assert_eq!(known[12..asked], question[12..asked]);
        assert!(known.ends_with(&[0, 4, 127, 0, 0, 1]));
        let gone = answered(&question, true).unwrap();
        assert_eq!((gone[3], gone.len()), (NO_SUCH_NAME, asked));
        question[13] = b'x';
        assert_eq!(answered(&question, true), answered(&question, false));
        assert_eq!(answered(&question[..20], true), None);
    }
}
