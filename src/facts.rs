//! What may be said about a trainee, and what was said in one screening.
//!
//! Values are typed by the declared fact. [`Given`] hides them when printed: no fact about a person reaches a log by accident.

use std::fmt;

use jiff::civil::Date;

/// Number of a fact in declaration order; also its place in [`Given`].
pub type FactId = u16;

/// What kind of value a fact has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// Yes or no.
    Bool,
    /// One of the options.
    One,
    /// Any number of the options; an empty list means "none of these".
    Many,
    /// A whole number within the bounds, both included.
    Int {
        /// Smallest accepted value.
        min: i64,
        /// Largest accepted value.
        max: i64,
    },
    /// A calendar day.
    Date,
    /// A German postal code.
    PostalCode,
}

impl FactKind {
    /// The printed form, in rule files and in answers.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::One => "one",
            Self::Many => "many",
            Self::Int { .. } => "int",
            Self::Date => "date",
            Self::PostalCode => "plz",
        }
    }
}

/// What an absent fact is taken for, so that nobody has to speak of it to get an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsentMeans {
    /// The cell of the fact's (first) variable; for `many` every option is then unset.
    pub cell: u8,
    /// Only for the order of contact routes; elsewhere the fact stays unknown.
    pub order_only: bool,
}

/// One fact of the vocabulary.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The name in requests and rules, camelCase.
    pub id: String,
    /// German label, as rule authors know it.
    pub label: String,
    /// Kind of value.
    pub kind: FactKind,
    /// Option ids, in order; for `bool` these are `false` and `true`.
    pub options: Vec<String>,
    /// Whether the fact belongs to Art. 9 DSGVO or is comparably delicate.
    pub sensitive: bool,
    /// Whether a person can change it at all.
    pub changeable: bool,
    /// Rank in the questionnaire; lower is asked earlier.
    pub ask: u32,
    /// What absence means, if anything.
    pub absent_means: Option<AbsentMeans>,
    /// The cell that `impliedBy` gives, if the fact has one.
    pub implied_cell: Option<u8>,
    /// Other cells that do not contradict `impliedBy`.
    pub consistent_cells: Vec<u8>,
}

impl Fact {
    /// Number of an option.
    #[must_use]
    pub fn option(&self, id: &str) -> Option<u8> {
        self.options
            .iter()
            .position(|option| option == id)
            .and_then(|at| u8::try_from(at).ok())
    }

    /// Number of variables the fact has in the diagrams.
    #[must_use]
    pub fn variables(&self) -> usize {
        match self.kind {
            FactKind::Many => self.options.len(),
            FactKind::Bool
            | FactKind::One
            | FactKind::Int { .. }
            | FactKind::Date
            | FactKind::PostalCode => 1,
        }
    }
}

/// Every declared fact, in declaration order.
#[derive(Clone, Debug, Default)]
pub struct FactCatalog {
    facts: Vec<Fact>,
    assumable: Vec<FactId>,
}

impl FactCatalog {
    /// A catalog of these facts.
    #[must_use]
    pub fn new(facts: Vec<Fact>) -> Self {
        let assumable = (0..).zip(&facts);
        let assumable = assumable
            .filter(|(_, fact)| fact.absent_means.is_some())
            .map(|(number, _)| number)
            .collect();
        Self { facts, assumable }
    }

    /// The facts whose absence means something.
    #[must_use]
    pub fn assumable(&self) -> &[FactId] {
        &self.assumable
    }

    /// All facts.
    #[must_use]
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Number of a fact by its name.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<FactId> {
        // A linear search over some sixty short names costs less than hashing one.
        self.facts
            .iter()
            .position(|fact| fact.id == id)
            .and_then(|at| FactId::try_from(at).ok())
    }

    /// The fact with this number.
    #[must_use]
    pub fn get(&self, fact: FactId) -> Option<&Fact> {
        self.facts.get(usize::from(fact))
    }

    /// The name of a fact, empty for a number that is not declared.
    #[must_use]
    pub fn name(&self, fact: FactId) -> &str {
        self.get(fact).map_or("", |fact| fact.id.as_str())
    }
}

/// A German postal code: five digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PostalCode(u32);

impl PostalCode {
    /// Reads exactly five ASCII digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let five_digits = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
        if five_digits {
            text.parse().ok().map(Self)
        } else {
            None
        }
    }
}

impl fmt::Display for PostalCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:05}", self.0)
    }
}

impl fmt::Debug for PostalCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PostalCode(…)")
    }
}

/// A stated value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// Number of the option.
    One(u8),
    /// The options, as bits.
    Many(u64),
    /// A whole number.
    Int(i64),
    /// A calendar day.
    Date(Date),
    /// A postal code.
    PostalCode(PostalCode),
}

impl fmt::Debug for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("(hidden)")
    }
}

/// The facts stated in one screening; what is absent is unknown, and unknown is never taken for no.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Given {
    values: Vec<Option<Value>>,
}

impl Given {
    /// Nothing stated, for a catalog of `facts` facts.
    #[must_use]
    pub fn nothing(facts: usize) -> Self {
        Self {
            values: vec![None; facts],
        }
    }

    /// States a fact.
    pub fn set(&mut self, fact: FactId, value: Value) {
        if let Some(slot) = self.values.get_mut(usize::from(fact)) {
            *slot = Some(value);
        }
    }

    /// Takes a statement back.
    pub fn clear(&mut self, fact: FactId) {
        if let Some(slot) = self.values.get_mut(usize::from(fact)) {
            *slot = None;
        }
    }

    /// What was stated about a fact.
    #[must_use]
    pub fn get(&self, fact: FactId) -> Option<Value> {
        self.values.get(usize::from(fact)).copied().flatten()
    }

    /// The stated facts with their values, in declaration order.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (FactId, Value)> {
        self.values
            .iter()
            .enumerate()
            .filter_map(|(fact, value)| Some((FactId::try_from(fact).ok()?, (*value)?)))
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Given({} facts)", self.values.iter().flatten().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stated_value_is_not_printed() {
        let mut given = Given::nothing(2);
        given.set(1, Value::Int(4711));
        assert_eq!(format!("{given:?}"), "Given(1 facts)");
        assert!(!format!("{:?}", given.get(1)).contains("4711"));
        assert!(!format!("{:?}", PostalCode::parse("70173")).contains("70173"));
    }

    #[test]
    fn a_postal_code_keeps_its_leading_zero_and_has_five_digits() {
        assert_eq!(
            PostalCode::parse("01067")
                .map(|code| code.to_string())
                .as_deref(),
            Some("01067")
        );
        for text in ["1067", "010670", "0106a", " 1067", "+1067", "٠١٠٦٧", ""] {
            assert_eq!(PostalCode::parse(text), None, "{text}");
        }
    }
}
