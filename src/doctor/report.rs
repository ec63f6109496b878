//! What is known of a broker and of the page → a text for whoever is asked for help.
//!
//! Its keys are the same in every language, so that support finds them. No password comes here, and an address comes
//! without its query.

use crate::problem::Address;

/// The text, a line for each thing that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report(String);

impl Report {
    /// Adds a line. What holds line ends or other control characters is said on one line all the same.
    pub fn line(&mut self, key: &str, said: &str) {
        self.0.push_str(key);
        self.0.push_str(": ");
        self.0.push_str(&said.replace(char::is_control, " "));
        self.0.push('\n');
    }

    /// Adds a line for each address of a broker.
    pub fn addresses<'a>(&mut self, urls: impl Iterator<Item = &'a str>) {
        for url in urls {
            let shown = Address::parse(url).map(|address| address.to_string());
            self.line("address", &shown.unwrap_or_default());
        }
    }

    /// All of it.
    pub fn into_text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn a_name_cannot_begin_a_line_of_its_own() {
        let mut report = Report::default();
        report.line("name", "Lobby\nfault: none");
        report.line("fault", "closed");
        assert_eq!(
            report.into_text(),
            "name: Lobby fault: none\nfault: closed\n"
        );
    }

    #[test]
    fn every_address_of_a_broker_is_told_without_what_is_secret_in_it() {
        let urls = [
            "wss://first/mqtt?site=4",
            "wss://wall:hunter2@second:8084/mqtt?token=hunter2#x",
        ];
        let mut report = Report::default();
        report.addresses(urls.into_iter());
        assert_eq!(
            report.into_text(),
            "address: wss://first/mqtt\naddress: wss://second:8084/mqtt\n"
        );
    }
}
