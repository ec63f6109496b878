//! A static host for the built page, as plain as any other, that tests can make difficult.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower_http::services::ServeDir;

/// The strictest policy under which the page must work: no inline script or style, nothing from elsewhere but what a
/// person configures to connect to.
pub const STRICT_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data: blob:; worker-src 'self'; connect-src 'self' ws: wss: http: https:";

/// What to serve, and how.
#[derive(Clone, Debug)]
pub struct Host {
    folder: PathBuf,
    mount: String,
    headers: Vec<(String, String)>,
    policy: Option<String>,
    knows_wasm: bool,
    port: u16,
}

impl Host {
    /// A host of that folder at `/`, on a port of the system's choice.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            mount: "/".to_owned(),
            headers: Vec::new(),
            policy: None,
            knows_wasm: true,
            port: 0,
        }
    }

    /// The `dist/` of this project.
    pub fn of_this_build() -> Self {
        Self::new(dist())
    }

    /// Serves under a path such as `/ops/wall/`.
    #[must_use]
    pub fn under(mut self, mount: &str) -> Self {
        self.mount = format!("/{}/", mount.trim_matches('/')).replace("//", "/");
        self
    }

    /// Sends a header with every answer.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends a Content-Security-Policy such as [`STRICT_POLICY`], and listens to what it forbids.
    #[must_use]
    pub fn policy(mut self, policy: &str) -> Self {
        self.policy = Some(policy.to_owned());
        self
    }

    /// Declares wasm as any bytes, as plain hosts do.
    #[must_use]
    pub const fn knows_no_wasm(mut self) -> Self {
        self.knows_wasm = false;
        self
    }

    /// Listens on that port of the loopback address; 0 is any free one.
    #[must_use]
    pub const fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Starts to serve.
    ///
    /// # Errors
    /// There is no built page, the port is taken, or a header is not one.
    pub async fn start(self) -> Result<Serving> {
        ensure!(
            self.folder.join("index.html").is_file(),
            "there is no built page in dist/; `cargo xtask build` makes one"
        );
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))
            .await
            .with_context(|| format!("port {} cannot be listened on", self.port))?;
        let address = listener.local_addr()?;

        let state = Arc::new(Shared {
            headers: self.parsed_headers()?,
            knows_wasm: self.knows_wasm,
            changing: Mutex::default(),
        });
        let files = Router::new()
            .fallback_service(ServeDir::new(&self.folder))
            .layer(from_fn_with_state(
                (Arc::clone(&state), self.mount.clone()),
                answer,
            ));
        let mut router = Router::new().route(REPORTS, post(report).with_state(Arc::clone(&state)));
        router = if self.mount == "/" {
            router.fallback_service(files)
        } else {
            router.nest_service(&self.mount, files)
        };
        let task = tokio::spawn(async move {
            // Ends only with the program or by being aborted.
            let _ended = axum::serve(listener, router).await;
        });
        Ok(Serving {
            address,
            url: format!("http://{address}{}", self.mount),
            state,
            task,
        })
    }

    fn parsed_headers(&self) -> Result<Vec<(HeaderName, HeaderValue)>> {
        let mut headers = self.headers.clone();
        if let Some(policy) = &self.policy {
            headers.push((
                header::CONTENT_SECURITY_POLICY.to_string(),
                format!("{policy}; report-uri {REPORTS}"),
            ));
        }
        headers
            .into_iter()
            .map(|(name, value)| Ok((name.parse()?, value.parse()?)))
            .collect()
    }
}

/// The `dist/` of this project.
pub(crate) fn dist() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist")
}

/// The folder of the build in `dist/`, which is the build's id.
///
/// # Errors
/// There is no built page.
pub fn build() -> Result<String> {
    let told = std::fs::read_to_string(dist().join("build.json"))?;
    let told: Value = serde_json::from_str(&told)?;
    let build = told["build"].as_str().context("no build")?;
    Ok(build.to_owned())
}

/// A running host. Dropping it stops it.
#[derive(Debug)]
pub struct Serving {
    address: SocketAddr,
    url: String,
    state: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Serving {
    /// The address of the page, ending in `/`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on answers this file (`config.json`, relative to the mount) with that content.
    pub fn replace(&self, file: &str, content: impl Into<String>) {
        self.changing()
            .replaced
            .insert(file.to_owned(), content.into());
    }

    /// From now on answers this file of the build's own folder with something before it and after it.
    ///
    /// # Errors
    /// There is no built page, or no such file in it.
    pub fn wrap(&self, file: &str, before: &str, after: &str) -> Result<()> {
        let file = format!("{}/{file}", build()?);
        let content = std::fs::read_to_string(dist().join(&file))?;
        self.replace(&file, format!("{before}{content}{after}"));
        Ok(())
    }

    /// From now on answers every file whose name ends so with 404.
    pub fn hide(&self, ending: &str) {
        self.changing().hidden.insert(ending.to_owned());
    }

    /// Takes back every `replace` and `hide`.
    pub fn restore(&self) {
        let mut changing = self.changing();
        changing.replaced.clear();
        changing.hidden.clear();
    }

    /// What the policy has forbidden so far, as the browser reported it, of page and workers alike.
    pub fn violations(&self) -> Vec<String> {
        self.changing().violations.clone()
    }

    /// The files that were asked for and sent so far, relative to the mount, each once, in the order of the first time.
    pub fn requests(&self) -> Vec<String> {
        self.changing().requests.clone()
    }

    fn changing(&self) -> MutexGuard<'_, Changing> {
        self.state.changing()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Debug)]
struct Shared {
    headers: Vec<(HeaderName, HeaderValue)>,
    knows_wasm: bool,
    changing: Mutex<Changing>,
}

#[derive(Debug, Default)]
struct Changing {
    replaced: BTreeMap<String, String>,
    hidden: BTreeSet<String>,
    violations: Vec<String>,
    requests: Vec<String>,
}

impl Shared {
    fn changing(&self) -> MutexGuard<'_, Changing> {
        // Nobody panics while holding it; and if so, the content is still whole.
        self.changing
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn note(&self, file: &str) {
        let name = if file.is_empty() { "index.html" } else { file };
        let mut changing = self.changing();
        if !changing.requests.iter().any(|known| known == name) {
            changing.requests.push(name.to_owned());
        }
    }

    /// The answer of a test instead of the file's, if any.
    fn instead(&self, file: &str) -> Option<Response> {
        let changing = self.changing();
        if changing.hidden.iter().any(|ending| file.ends_with(ending)) {
            return Some(StatusCode::NOT_FOUND.into_response());
        }
        let content = changing.replaced.get(file)?.clone();
        // Of another type a browser runs no script and shows no page.
        let kind = match file.rsplit('.').next() {
            Some("js") => "text/javascript",
            Some("html") => "text/html",
            _ => "application/json",
        };
        Some(([(header::CONTENT_TYPE, kind)], content).into_response())
    }
}

async fn answer(
    State((shared, mount)): State<(Arc<Shared>, String)>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    // Below a nested service the mount is taken off already.
    let file = path
        .strip_prefix(mount.as_str())
        .unwrap_or(path)
        .trim_start_matches('/')
        .to_owned();
    let mut response = match shared.instead(&file) {
        Some(response) => response,
        None => next.run(request).await,
    };
    if response.status().is_success() {
        shared.note(&file);
    }
    if !shared.knows_wasm && file.ends_with(".wasm") {
        let bytes = HeaderValue::from_static("application/octet-stream");
        response.headers_mut().insert(header::CONTENT_TYPE, bytes);
    }
    for (name, value) in &shared.headers {
        response.headers_mut().insert(name, value.clone());
    }
    response
}

async fn report(State(shared): State<Arc<Shared>>, body: Bytes) -> StatusCode {
    let report = String::from_utf8_lossy(&body).into_owned();
    shared.changing().violations.push(report);
    StatusCode::NO_CONTENT
}

/// Where a browser posts what the policy forbade.
const REPORTS: &str = "/.policy-reports";
