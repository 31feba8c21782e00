//! API keys: who may ask what. The file holds only SHA-256 hashes; neither a key nor its id ever reaches the log.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::{ConditionallySelectable as _, ConstantTimeEq as _};
use validator::{Validate, ValidationError};

use crate::request::is_plain;

/// What a key allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Single screenings.
    Screen,
    /// Batches.
    Batch,
    /// The catalogue, the events and the offices.
    Read,
}

impl Scope {
    /// The printed form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Batch => "batch",
            Self::Read => "read",
        }
    }
}

/// Largest file of keys.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Most keys; each is compared with every key that is presented.
const KEYS_MAX: usize = 1_000;
/// Live keys of one id: the one in use and the one that replaces it.
const KEYS_PER_ID_MAX: usize = 2;
/// Longest key that is looked at.
const KEY_CHARS_MAX: usize = 512;

/// The keys of a service.
pub struct Keys {
    keys: Vec<Key>,
    digest: [u8; 32],
}

/// Shows how many keys there are, and nothing else.
impl fmt::Debug for Keys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Keys({})", self.keys.len())
    }
}

struct Key {
    id: String,
    hash: [u8; 32],
    scopes: Vec<Scope>,
    expires: Option<Date>,
}

impl Key {
    fn has_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|last| today > last)
    }
}

/// Whoever presented a valid key.
pub struct Holder<'a> {
    /// The id of the key: what requests are counted by.
    pub id: &'a str,
    scopes: &'a [Scope],
}

impl Holder<'_> {
    /// Whether the key allows this.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    keys: Vec<Entry>,
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[validate(
        length(
            min = 1,
            max = 64,
            message = "an id has letters, digits, `.`, `_`, `-`, and 64 of them at most"
        ),
        custom(function = "plain")
    )]
    id: String,
    #[validate(length(
        equal = 64,
        message = "sha256 is the SHA-256 of the key in 64 hexadecimal digits"
    ))]
    sha256: String,
    #[validate(length(
        min = 1,
        message = "a key without scopes allows nothing; give screen, batch or read"
    ))]
    scopes: Vec<Scope>,
    #[serde(default)]
    #[validate(custom(function = "day"))]
    expires: Option<String>,
}

fn plain(id: &str) -> Result<(), ValidationError> {
    is_plain(id).then_some(()).ok_or_else(|| {
        ValidationError::new("plain")
            .with_message("an id has letters, digits, `.`, `_`, `-`, and 64 of them at most".into())
    })
}

fn day(text: &str) -> Result<(), ValidationError> {
    crate::dates::parse(text).map(drop).ok_or_else(|| {
        ValidationError::new("day").with_message("expires is a day such as 2027-12-31".into())
    })
}

/// The digest of a file of keys as it is now; none if it cannot be read, or is longer than such a file may be.
#[must_use]
pub fn digest(path: &Path) -> Option<[u8; 32]> {
    let length = std::fs::metadata(path).ok()?.len();
    let bytes = (length <= FILE_BYTES_MAX).then(|| std::fs::read(path).ok())?;
    Some(Sha256::digest(bytes?).into())
}

impl Keys {
    /// Reads a file of keys.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence that repeats nothing of it.
    pub fn load(path: &Path) -> Result<Self, String> {
        let metadata = std::fs::metadata(path)
            .map_err(|error| format!("the file of keys cannot be read: {error}"))?;
        if metadata.len() > FILE_BYTES_MAX {
            return Err(format!(
                "the file of keys has more than {FILE_BYTES_MAX} bytes"
            ));
        }
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("the file of keys cannot be read: {error}"))?;
        Self::parse(&text)
    }

    /// Reads the text of a file of keys.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence that repeats nothing of it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(text).map_err(|error| {
            // The reader's own message would quote the file.
            format!(
                "the file of keys is not of the form {{\"keys\":[{{\"id\",\"sha256\",\"scopes\",\"expires\"}}]}} (line {}, column {}); scopes are screen, batch, read",
                error.line(),
                error.column()
            )
        })?;
        if file.keys.is_empty() {
            return Err(
                "the file of keys holds no key, so nobody could ask; leave the setting out to answer everybody"
                    .to_owned(),
            );
        }
        if file.keys.len() > KEYS_MAX {
            return Err(format!("the file of keys holds more than {KEYS_MAX} keys"));
        }
        let mut live: BTreeMap<String, usize> = BTreeMap::new();
        let mut keys: Vec<Key> = Vec::with_capacity(file.keys.len());
        for (place, entry) in file.keys.into_iter().enumerate() {
            let key = entry
                .read()
                .map_err(|problem| format!("key {} of the file: {problem}", place + 1))?;
            let count = live.entry(key.id.clone()).or_default();
            *count += 1;
            if *count > KEYS_PER_ID_MAX {
                return Err(format!(
                    "key {} of the file: an id may have {KEYS_PER_ID_MAX} keys, the one in use and the one that replaces it",
                    place + 1
                ));
            }
            if keys.iter().any(|other| other.hash == key.hash) {
                return Err(format!(
                    "key {} of the file: its hash stands twice",
                    place + 1
                ));
            }
            keys.push(key);
        }
        Ok(Self {
            keys,
            digest: Sha256::digest(text).into(),
        })
    }

    /// How many keys there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.keys.len()
    }

    /// The digest of the text they were read from.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// How many keys open nothing any more.
    #[must_use]
    pub fn expired(&self, today: Date) -> usize {
        self.keys
            .iter()
            .filter(|key| key.has_expired(today))
            .count()
    }

    /// Whoever holds this key, if it is known and has not expired. Compares with every key in constant time, so that the time of an
    /// answer says nothing about any of them.
    #[must_use]
    pub fn holder(&self, presented: &str, today: Date) -> Option<Holder<'_>> {
        if presented.is_empty() || presented.len() > KEY_CHARS_MAX {
            return None;
        }
        let hash: [u8; 32] = Sha256::digest(presented.as_bytes()).into();
        let mut found = u32::MAX;
        for (place, key) in (0_u32..).zip(&self.keys) {
            found.conditional_assign(&place, key.hash.ct_eq(&hash));
        }
        let key = self.keys.get(usize::try_from(found).ok()?)?;
        if key.has_expired(today) {
            return None;
        }
        Some(Holder {
            id: &key.id,
            scopes: &key.scopes,
        })
    }
}

impl Entry {
    fn read(self) -> Result<Key, String> {
        self.validate().map_err(|refused| {
            // Only the messages: an error also holds the value.
            let messages: BTreeSet<String> = refused
                .field_errors()
                .values()
                .flat_map(|errors| errors.iter())
                .filter_map(|error| error.message.as_deref().map(str::to_owned))
                .collect();
            messages.into_iter().collect::<Vec<_>>().join("; ")
        })?;
        let hash = unhex(&self.sha256)
            .ok_or("sha256 is the SHA-256 of the key in 64 hexadecimal digits")?;
        if hash == <[u8; 32]>::from(Sha256::digest(b"")) {
            return Err("sha256 is the hash of nothing".to_owned());
        }
        Ok(Key {
            id: self.id,
            hash,
            scopes: self.scopes,
            expires: self.expires.as_deref().and_then(crate::dates::parse),
        })
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (place, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    fn hash(key: &str) -> String {
        let mut hex = String::new();
        for byte in Sha256::digest(key.as_bytes()) {
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }

    fn entry(id: &str, key: &str, rest: &str) -> String {
        format!(r#"{{"id":"{id}","sha256":"{}"{rest}}}"#, hash(key))
    }

    fn file(entries: &[String]) -> String {
        format!(r#"{{"keys":[{}]}}"#, entries.join(","))
    }

    #[test]
    fn a_key_is_valid_through_its_last_day_and_only_for_its_scopes() {
        let entries = [
            entry("a", "old", r#","scopes":["read"],"expires":"2026-11-23""#),
            entry("a", "new", r#","scopes":["read","screen"]"#),
        ];
        let keys = Keys::parse(&file(&entries)).expect("valid");
        let day = jiff::civil::date(2026, 11, 23);
        let old = keys.holder("old", day).expect("still valid");
        assert!(old.may(Scope::Read) && !old.may(Scope::Screen) && !old.may(Scope::Batch));
        assert_eq!(old.id, "a");
        assert!(
            keys.holder("old", jiff::civil::date(2026, 11, 24))
                .is_none()
        );
        assert!(
            keys.holder("new", day)
                .is_some_and(|new| new.may(Scope::Screen))
        );
        for unknown in ["", "neW", "new ", &"a".repeat(600)] {
            assert!(keys.holder(unknown, day).is_none());
        }
        assert_eq!(format!("{keys:?}"), "Keys(2)");
    }

    #[test]
    fn a_thousand_keys_are_read_and_one_more_is_not() {
        let entries = |count: usize| -> Vec<String> {
            (0..count)
                .map(|number| {
                    let id = format!("portal-{number}");
                    entry(&id, &id, r#","scopes":["read"]"#)
                })
                .collect()
        };
        assert_eq!(
            Keys::parse(&file(&entries(KEYS_MAX)))
                .expect("reads")
                .count(),
            1_000
        );
        let refused = Keys::parse(&file(&entries(KEYS_MAX + 1))).expect_err("too many");
        assert!(refused.contains("1000"), "{refused}");
    }

    #[test]
    fn an_id_may_have_64_letters_and_no_more() {
        let with = |length: usize| {
            let id = "a".repeat(length);
            Keys::parse(&file(&[entry(&id, "k", r#","scopes":["read"]"#)]))
        };
        assert!(with(64).is_ok());
        assert!(with(65).expect_err("refused").contains("64 of them"));
        assert!(with(0).is_err());
    }

    #[test]
    fn a_file_that_cannot_be_meant_is_refused_and_not_quoted() {
        let good = r#","scopes":["read"]"#;
        for text in [
            "MARKER".to_owned(),
            "{}".to_owned(),
            r#"{"keys":[]}"#.to_owned(),
            r#"{"keys":[{"id":"MARKER","sha256":"MARKER","scopes":["read"]}]}"#.to_owned(),
            file(&[entry("MAR KER", "k", good)]),
            file(&[entry("MARKER", "k", r#","scopes":[]"#)]),
            file(&[entry("MARKER", "k", r#","scopes":["MARKER"]"#)]),
            file(&[entry(
                "MARKER",
                "k",
                r#","scopes":["read"],"expires":"MARKER""#,
            )]),
            file(&[entry("MARKER", "k", r#","scopes":["read"],"MARKER":1"#)]),
            file(&[entry("MARKER", "", good)]),
            file(&[entry("a", "k", good), entry("b", "k", good)]),
            file(&[
                entry("a", "1", good),
                entry("a", "2", good),
                entry("a", "3", good),
            ]),
        ] {
            let problem = Keys::parse(&text).expect_err("refused");
            assert!(!problem.contains("MARKER"), "{problem}");
        }
    }
}
