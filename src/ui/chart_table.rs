//! A chart as a table, for who reads numbers, or cannot see lines.

use leptos::prelude::*;

use super::hand::press;

/// What stands in the lines below the first.
pub(super) type Rows = Box<dyn Fn() -> Vec<Vec<String>> + Send>;

/// The first line names the columns; the first column of each is the time.
#[component]
pub(super) fn ChartTable(title: &'static str, names: Vec<String>, rows: Rows) -> impl IntoView {
    let names: Vec<_> = names
        .into_iter()
        .map(|name| view! { <th scope="col">{name}</th> }.into_any())
        .collect();
    view! {
        // Scrolls within itself, so the keyboard must be able to reach it.
        <div class="chart__table" tabindex="0" role="group" aria-label=title>
            <table aria-label=title>
                <thead>
                    <tr>{names}</tr>
                </thead>
                <tbody>{move || rows().into_iter().map(line).collect::<Vec<_>>()}</tbody>
            </table>
        </div>
    }
}

fn line(cells: Vec<String>) -> AnyView {
    let mut cells = cells.into_iter();
    let time = cells.next();
    let cells: Vec<_> = cells
        .map(|cell| view! { <td>{cell}</td> }.into_any())
        .collect();
    view! {
        <tr>
            <th scope="row">{time}</th>
            {cells}
        </tr>
    }
    .into_any()
}

/// The button that changes between chart and table.
pub(super) fn table_button(
    show_table: &'static str,
    show_chart: &'static str,
    table: RwSignal<bool>,
) -> AnyView {
    view! {
        <button
            type="button"
            class="button chart__toggle"
            data-kind="bare"
            aria-pressed=move || table.get().to_string()
            title=move || if table.get() { show_chart } else { show_table }
            aria-label=show_table
            on:click=press(move || table.update(|table| *table = !*table))
        >
            <svg viewBox="0 0 16 16" width="1em" height="1em" fill="none" stroke="currentColor" aria-hidden="true">
                <path d="M1.5 3.5h13v9h-13zM1.5 6.5h13M1.5 9.5h13M6 3.5v9" stroke-width="1.3" />
            </svg>
        </button>
    }
    .into_any()
}
