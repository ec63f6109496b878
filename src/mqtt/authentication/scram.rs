//! A password and a broker's challenge → the proof that we know it, and whether the broker knows it too: SCRAM-SHA-256
//! [RFC 5802, RFC 7677].
//!
//! Without channel binding, which a browser cannot do. User name and password are taken as typed: what SASLprep would make of
//! letters that can be written in several ways would be larger than all else here.

use base64ct::{Base64, Encoding};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::mqtt::Violation;
use crate::secret::Secret;

/// One exchange. Each has a nonce of its own.
pub(super) struct Scram {
    password: Secret<String>,
    nonce: String,
    /// "n,," and the user name and the nonce.
    first: String,
    /// Until the broker's last word: what it must say in that.
    server_signature: Option<Hmac<Sha256>>,
    is_answered: bool,
}

impl Scram {
    pub(super) fn new(username: &str, password: Secret<String>, nonce: String) -> Self {
        let name = username.replace('=', "=3D").replace(',', "=2C");
        Self {
            password,
            first: format!("{GS2_HEADER}n={name},r={nonce}"),
            nonce,
            server_signature: None,
            is_answered: false,
        }
    }

    /// The client's first message.
    pub(super) fn begin(&self) -> &str {
        &self.first
    }

    /// The server's first message → the client's final one.
    pub(super) fn answer(&mut self, challenge: &[u8]) -> Result<String, Violation> {
        if std::mem::replace(&mut self.is_answered, true) {
            return Err(Violation::Authentication);
        }
        self.prove(challenge).ok_or(Violation::Authentication)
    }

    /// The server's final message: whether it knows the password.
    pub(super) fn verify(&mut self, said: &[u8]) -> Result<(), Violation> {
        self.is_right(said).ok_or(Violation::Authentication)
    }

    fn is_right(&mut self, said: &[u8]) -> Option<()> {
        let said = std::str::from_utf8(said).ok()?;
        let said = attribute(said.split(',').next(), "v=")?;
        let said = Base64::decode_vec(said).ok()?;
        // In a time that does not tell where they differ.
        self.server_signature.take()?.verify_slice(&said).ok()
    }

    fn prove(&mut self, challenge: &[u8]) -> Option<String> {
        let challenge = std::str::from_utf8(challenge).ok()?;
        let mut attributes = challenge.split(',');
        // One that begins with an extension that must be known begins otherwise.
        let nonce = attribute(attributes.next(), "r=")?;
        let salt = Base64::decode_vec(attribute(attributes.next(), "s=")?).ok()?;
        let rounds: u64 = attribute(attributes.next(), "i=")?.parse().ok()?;
        let rounds = u32::try_from(rounds).ok()?;
        let is_ours = nonce.len() > self.nonce.len() && nonce.starts_with(&self.nonce);
        if !is_ours || !ROUNDS.contains(&rounds) {
            return None;
        }
        let mut salted = [0; 32];
        let password = self.password.reveal().as_bytes();
        pbkdf2::pbkdf2_hmac::<Sha256>(password, &salt, rounds, &mut salted);
        let last = format!("c={GS2_HEADER_BASE64},r={nonce}");
        let first = &self.first[GS2_HEADER.len()..];
        let all = format!("{first},{challenge},{last}");
        let client_key = signed(&salted, "Client Key")?.finalize().into_bytes();
        let stored_key = Sha256::digest(client_key);
        let mut proof = client_key;
        let signature = signed(&stored_key, &all)?.finalize().into_bytes();
        for (byte, other) in proof.iter_mut().zip(signature) {
            *byte ^= other;
        }
        let server_key = signed(&salted, "Server Key")?.finalize().into_bytes();
        self.server_signature = signed(&server_key, &all);
        Some(format!("{last},p={}", Base64::encode_string(&proof)))
    }
}

fn signed(key: &[u8], text: &str) -> Option<Hmac<Sha256>> {
    // A key of any length is one.
    let mut mac = Hmac::new_from_slice(key).ok()?;
    mac.update(text.as_bytes());
    Some(mac)
}

fn attribute<'a>(text: Option<&'a str>, name: &str) -> Option<&'a str> {
    text?.strip_prefix(name)
}

/// The client does without channel binding, and signs in as itself.
const GS2_HEADER: &str = "n,,";
const GS2_HEADER_BASE64: &str = "biws";

/// Fewer make a password easy to guess for who pretends to be the broker [RFC 7677, 4]; more than twice what brokers use would
/// hold up all other links: a browser does some 500,000 a second.
const ROUNDS: std::ops::RangeInclusive<u32> = 4_096..=650_000;

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER_FIRST: &str =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    const SERVER_FINAL: &str = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    fn scram(username: &str, nonce: &str) -> Scram {
        let password = Secret::new("pencil".to_owned());
        Scram::new(username, password, nonce.to_owned())
    }

    fn example() -> Scram {
        scram("user", "rOprNGfwEbeRWgbNEkqO")
    }

    #[test]
    fn the_example_of_the_standard_is_said_word_for_word() {
        let mut scram = example();
        assert_eq!(scram.begin(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        let answer = scram.answer(SERVER_FIRST.as_bytes()).unwrap();
        assert_eq!(
            answer,
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
             p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        );
        assert_eq!(scram.verify(SERVER_FINAL.as_bytes()), Ok(()));
    }

    #[test]
    fn a_broker_that_does_not_know_the_password_is_found_out() {
        let other = SERVER_FINAL.replace("6rri", "7rri");
        for said in [
            &other,
            "",
            "v=",
            "v=AAAA",
            "e=invalid-proof",
            &SERVER_FINAL[2..],
        ] {
            let mut scram = example();
            scram.answer(SERVER_FIRST.as_bytes()).unwrap();
            assert!(scram.verify(said.as_bytes()).is_err(), "{said}");
        }
        // Its last word before its first, and twice.
        let mut scram = example();
        assert!(scram.verify(SERVER_FINAL.as_bytes()).is_err());
        scram.answer(SERVER_FIRST.as_bytes()).unwrap();
        assert_eq!(scram.verify(SERVER_FINAL.as_bytes()), Ok(()));
        assert!(scram.verify(SERVER_FINAL.as_bytes()).is_err());
        assert!(scram.answer(SERVER_FIRST.as_bytes()).is_err());
    }

    #[test]
    fn a_challenge_that_is_not_for_us_or_makes_guessing_easy_is_not_answered() {
        let changed = |from, to| SERVER_FIRST.replace(from, to);
        for challenge in [
            changed("r=rOpr", "r=sOpr"),
            "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096".to_owned(),
            changed("i=4096", "i=4095"),
            changed("i=4096", "i=4294967295"),
            changed("i=4096", "i=-1"),
            changed("s=W22", "s=!22"),
            format!("m=new,{SERVER_FIRST}"),
            String::new(),
            "r=,s=,i=".to_owned(),
        ] {
            assert!(
                example().answer(challenge.as_bytes()).is_err(),
                "{challenge}"
            );
        }
        assert!(example().answer(&[0xFF, 0xFE]).is_err());
    }

    #[test]
    fn a_user_name_cannot_say_more_than_a_name() {
        assert_eq!(scram("a=b,r=x", "N").begin(), "n,,n=a=3Db=2Cr=3Dx,r=N");
    }
}
