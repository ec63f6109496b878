//! What Firefox is asked for in its own way: scripts in its own window, which no page may run.

use std::time::Instant;

use anyhow::{Result, ensure};
use fantoccini::Client;
use serde_json::{Value, json};

use super::driver::{DriverCommand, browser};
use super::{ConsoleLine, Make, PATIENCE, POLL};

/// How it is started: without a window on the screen, and without anything that talks to the network by itself.
pub(super) fn capabilities() -> Result<Value> {
    Ok(json!({
        "moz:firefoxOptions": {
            "binary": browser(Make::Firefox)?,
            "args": ["-headless"],
            "prefs": {
                // What scripts write to the console goes to the standard output as well, but not what Firefox writes itself.
                "devtools.console.stdout.content": true,
                "devtools.console.stdout.chrome": false,
                "app.normandy.enabled": false,
                "app.shield.optoutstudies.enabled": false,
            },
        },
    }))
}

/// Shows the page in that size, as its tool for small screens does; the window has room for it.
pub(super) async fn resize(client: &Client, width: u32, height: u32, ratio: f64) -> Result<()> {
    let size = vec![width.into(), height.into(), ratio.into()];
    privileged(client, RESIZE, size).await?;
    let deadline = Instant::now() + PATIENCE;
    let wanted = json!([width, height, ratio]);
    loop {
        let has = client.execute(HAS, Vec::new()).await?;
        if same_numbers(&has, &wanted) {
            return Ok(());
        }
        ensure!(
            Instant::now() < deadline,
            "the page should be {wanted}, but is {has}"
        );
        tokio::time::sleep(POLL).await;
    }
}

/// Shows the page as to a reader with these wishes, and no others.
pub(super) async fn prefer(client: &Client, wishes: &[(&str, &str)]) -> Result<()> {
    let wishes = wishes
        .iter()
        .map(|(name, value)| json!([name, value]))
        .collect();
    let unknown = privileged(client, PREFER, vec![Value::Array(wishes)]).await?;
    ensure!(unknown.is_null(), "Firefox cannot be told {unknown}");
    Ok(())
}

/// The console: errors that Firefox has found, and what scripts have written, which stands in its output.
pub(super) async fn console(client: &Client, output: &[String]) -> Result<Vec<ConsoleLine>> {
    let found = privileged(client, CONSOLE, Vec::new()).await?;
    let mut lines: Vec<ConsoleLine> = found
        .as_array()
        .into_iter()
        .flatten()
        .map(|line| ConsoleLine {
            level: line[0].as_str().unwrap_or_default().to_owned(),
            text: line[1].as_str().unwrap_or_default().to_owned(),
        })
        .collect();
    lines.extend(output.iter().filter_map(|line| written(line)));
    Ok(lines)
}

/// The focus comes back from Firefox's own buttons, where Tab goes after the last of the page, but further keys would not.
pub(super) async fn bring_focus_back(client: &Client) -> Result<()> {
    privileged(client, FOCUS, Vec::new()).await?;
    Ok(())
}

/// `console.error: "the text"`, but not `console.error: Name: `, with which Firefox begins what it writes itself.
fn written(line: &str) -> Option<ConsoleLine> {
    let (method, text) = line.strip_prefix("console.")?.split_once(": ")?;
    if text.trim_end().ends_with(':') {
        return None;
    }
    let level = match method {
        "error" | "assert" => "SEVERE",
        "warn" => "WARNING",
        _ => "INFO",
    };
    Some(ConsoleLine {
        level: level.to_owned(),
        text: text.to_owned(),
    })
}

/// Runs a script in Firefox's own window.
async fn privileged(client: &Client, script: &str, arguments: Vec<Value>) -> Result<Value> {
    enter(client, "chrome").await?;
    let answer = client.execute(script, arguments).await;
    enter(client, "content").await?;
    Ok(answer?)
}

async fn enter(client: &Client, context: &str) -> Result<()> {
    let command = DriverCommand {
        path: "moz/context",
        body: json!({ "context": context }),
    };
    client.issue_cmd(command).await?;
    Ok(())
}

fn same_numbers(left: &Value, right: &Value) -> bool {
    (0..3).all(|index| left[index].as_f64() == right[index].as_f64())
}

const RESIZE: &str = "
    const [width, height, ratio] = arguments, browser = gBrowser.selectedBrowser;
    resizeTo(Math.max(width, 800) + 100, height + 300);
    browser.style = `width: ${width}px; min-width: ${width}px; max-width: ${width}px;
        height: ${height}px; min-height: ${height}px; max-height: ${height}px`;
    browser.browsingContext.overrideDPPX = ratio;";

const HAS: &str = "return [innerWidth, innerHeight, devicePixelRatio]";

/// What it cannot be told, else null. More contrast is what colours of a system with much contrast mean that pages need not take.
const PREFER: &str = "
    const wishes = Object.fromEntries(arguments[0]);
    const take = name => { const wish = wishes[name]; delete wishes[name]; return wish; };
    const set = (name, value) => {
        if (value === undefined) Services.prefs.clearUserPref(name);
        else if (typeof value === 'number') Services.prefs.setIntPref(name, value);
        else Services.prefs.setStringPref(name, value);
    };
    const scheme = take('prefers-color-scheme'), forced = take('forced-colors') === 'active';
    const contrast = take('prefers-contrast') === 'more', still = take('prefers-reduced-motion') === 'reduce';
    const black = forced && scheme === 'dark';
    set('layout.css.prefers-color-scheme.content-override', { dark: 0, light: 1 }[scheme]);
    set('ui.prefersReducedMotion', still ? 1 : undefined);
    set('ui.useAccessibilityTheme', contrast ? 1 : undefined);
    set('browser.display.document_color_use', forced ? 2 : contrast ? 1 : undefined);
    set('browser.display.background_color', black ? '#000000' : undefined);
    set('browser.display.foreground_color', black ? '#ffffff' : undefined);
    set('browser.anchor_color', black ? '#ffff00' : undefined);
    return Object.keys(wishes)[0];";

const FOCUS: &str =
    "if (document.activeElement !== gBrowser.selectedBrowser) gBrowser.selectedBrowser.focus();";

/// Errors and warnings of pages since this was last asked, each with where it comes from; not those of Firefox itself.
const CONSOLE: &str = "
    const lines = Services.console.getMessageArray();
    Services.console.reset();
    return lines
        .filter(line => line instanceof Ci.nsIScriptError && !line.isFromChromeContext
            && !/^(chrome|resource|moz-extension):/.test(line.sourceName))
        .map(line => [line.flags & 1 ? 'WARNING' : 'SEVERE',
            `${line.sourceName} ${line.lineNumber}:${line.columnNumber} ${line.category}: ${line.errorMessage}
            ${line.stack ?? ''}`]);";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_consoles_line_is_found_in_the_output() {
        let severe = ConsoleLine {
            level: "SEVERE".to_owned(),
            text: r#""panicked at src/main.rs""#.to_owned(),
        };
        assert_eq!(
            written(r#"console.error: "panicked at src/main.rs""#),
            Some(severe)
        );
        assert_eq!(written("console.error: RSLoader: "), None);
        assert_eq!(
            written("1763770000000	Marionette	INFO	Listening on port 39533"),
            None
        );
    }
}
