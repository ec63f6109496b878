//! What is known of a broker and of the page → a text for whoever is asked for help.
//!
//! Its keys are the same in every language, so that support finds them. No password comes here, and an address comes
//! without its query.

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
}
