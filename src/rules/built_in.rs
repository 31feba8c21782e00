//! The invariants that every rule set must stand, whatever law it is about: their stable codes and what each claims.
//!
//! The claims are proved elsewhere; here they only have names, because a rule set may declare exceptions from them.

macro_rules! built_in {
    ($($variant:ident $code:literal $claim:literal;)*) => {
        /// An invariant that needs no declaration.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum BuiltIn {
            $(#[doc = $claim] $variant,)*
        }

        impl BuiltIn {
            /// Every built-in invariant.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// Their printed forms, in the same order.
            pub const CODES: &'static [&'static str] = &[$($code),*];

            /// The printed form; stable.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// What it claims, in one sentence.
            #[must_use]
            pub fn claim(self) -> &'static str {
                match self { $(Self::$variant => $claim,)* }
            }

            /// The invariant with this printed form.
            #[must_use]
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == code)
            }
        }
    };
}

built_in! {
    SomebodyPossible "somebody-possible" "The impossible combinations leave somebody, in every period.";
    RuleNeverHolds "rule-never-holds" "Every rule holds for somebody, in at least one period in which it is valid.";
    RuleAlwaysHolds "rule-always-holds" "No rule holds for everybody in all its periods, unless it says so with `always`.";
    RequirementImplied "requirement-implied" "Every requirement can change the outcome of its pathway for somebody; the others do not imply it already.";
    PathwayUnreachable "pathway-unreachable" "Every pathway is open for somebody, in every period in which it is in force.";
    ModuleUnreachable "module-unreachable" "Every module reaches somebody, in at least one period in which it is valid.";
    OfferUnreachable "offer-unreachable" "Every offer reaches somebody, in at least one period in which it is valid.";
    ContactRouteUnreachable "contact-route-unreachable" "Every contact route reaches somebody, in at least one period in which it is valid.";
    NoticeUnreachable "notice-unreachable" "Every notice reaches somebody, in at least one period in which it is valid.";
    DecisionUnreachable "decision-unreachable" "Every rule on who decides decides for somebody; those before it do not leave it nobody.";
    NoContactRoute "no-contact-route" "Everybody gets a contact route, whatever they leave open: for all for whom none is merely possible, one and the same is certain.";
    DecisionWithoutContact "decision-without-contact" "Whoever is told which body decides gets a contact route to its offices, if any route leads to offices of that kind.";
    NothingFits "nothing-fits" "Whoever meets the conditions of no pathway gets an offer, or a contact route that a statute gives everybody or that is there for a reason of their own.";
    OfferWithoutContact "offer-without-contact" "Whoever gets an offer also gets one of the contact routes that the offer names.";
    HeadlineMissing "headline-missing" "Everybody gets a headline.";
    FactTurnsPathway "fact-turns-pathway" "A stated fact that contradicts nothing neither opens a pathway that was closed nor closes one that was open.";
    AcuteDangerFirst "acute-danger-first" "Whoever is in acute danger is led to the emergency call first.";
    AssumptionImpossible "assumption-impossible" "Nothing follows from what is taken for granted of somebody who leaves a fact out, where that is called impossible and something else is not.";
    OfferUnbounded "offer-unbounded" "Every benefit offered under a statute has a declared invariant that keeps it from somebody: whom the law excludes.";
    InvariantEmpty "invariant-empty" "Every declared invariant with `given` speaks of somebody, in at least one period in which it is valid.";
    ExceptionUnused "exception-unused" "Every declared exception excuses something.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back() {
        for (built_in, code) in BuiltIn::ALL.iter().zip(BuiltIn::CODES) {
            assert_eq!(built_in.as_str(), *code);
            assert_eq!(BuiltIn::parse(code), Some(*built_in));
        }
        assert_eq!(BuiltIn::parse("nothing-of-the-kind"), None);
    }
}
