//! Leaks on purpose, to test the test: each takes one lock away, and the twin test (`tests/twin`) has to notice.
//!
//! Without the feature `seeded-leaks` a hook is the constant `false` and compiles to nothing; with it, a build without
//! debug assertions is refused, so that no release has them. The leak is chosen by `SEEDED_LEAK`.

#[cfg(all(feature = "seeded-leaks", not(debug_assertions)))]
compile_error!("seeded leaks are for the test of the twin test and never for a release");

macro_rules! leaks {
    ($($name:ident: $what:literal,)+) => {
        /// What is let through.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Leak { $(#[doc = $what] $name),+ }

        impl Leak {
            /// Every leak.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// What the environment calls it.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$name => stringify!($name)),+ } }
        }
    };
}

leaks! {
    EntriesOfEverybody: "Every entry opens to everybody, with its text.",
    RowsBeforeTheirTime: "A row of access opens before its time.",
    AddressesOfEverybody: "E-mail addresses are told to members.",
    QuestionsOfOthers: "Whoever sees an entry reads all its questions.",
    RepliesOfOthers: "Whoever sees an entry reads all its replies.",
    OnlookersNameTheReporter: "A reporter who asked to be hidden stands among the onlookers.",
    OnlookersNameFormerDeciders: "Former deciders stand among the onlookers for everybody.",
    OnlookersTellLevels: "Onlookers tell how much others see, and so how far an entry is.",
    OnlookersTellWhen: "Onlookers tell when the person was asked or told.",
    SessionsOfEverybody: "The list of one's sessions holds others'.",
    TokensOfEverybody: "The list of one's tokens holds others'.",
    NoticesOfEverybody: "Notices are read by whoever asks.",
    NoticePagesCountHidden: "Notices are filtered after the page was cut.",
    SearchReadsTheEntry: "The search of the feed looks into the entries behind it.",
    SpottedByUnasked: "Recognitions name reporters who did not ask for it.",
    OrderByDelivery: "One's entries are in the order of their delivery.",
    StateUnmasked: "The state tells of a decision that the person may not know.",
    ActionsKnowTheState: "What one may do tells of a decision that one may not know.",
    AgeKnowsTheDecision: "The age tells how long a decision took.",
    SurvivorWaits: "A duplicate tells that the entry it was merged into waits.",
    TextOfStubs: "A stub has its text.",
    ValuesOfStubs: "A stub has its values.",
    SubjectsOfStubs: "A stub names whom it is about.",
    DeciderOfStubs: "A stub names who decides.",
    ReporterUnmasked: "Everybody who sees an entry learns who logged it.",
    PlaceUnmasked: "Everybody who sees an entry learns where it was handled.",
    QuestionNamesTheReporter: "A question names a reporter who asked to be hidden.",
    DecisionUnmasked: "Everybody who sees an entry reads its decision.",
    RationaleUnmasked: "Everybody who sees a decision reads the leader's reason.",
    RepairUnmasked: "Whoever may know why an entry was closed reads what was weighed.",
    CareUnmasked: "Everybody who sees a decision reads the three answers.",
    HistoryToEverybody: "The sums of a leader are told to everybody.",
    HiddenIsForbidden: "What is hidden is refused in other words than what is absent.",
    DecisionIsForbidden: "A decision that one may not know is refused in other words than none.",
    ValidatesHidden: "The form is checked before the right, where there is an entry.",
    KeysOfEverybody: "A client key used by somebody else is taken for one's own.",
    SignInTellsAddresses: "Signing in tells which addresses have an account.",
    SharedEntries: "One cache of entries serves all viewers.",
    SharedPeople: "One cache of people serves all viewers.",
    EventsOfHiddenSteps: "Subscribers are woken by steps that they may not see.",
}

/// Whether a leak is open, in the words of a hook: `if leak!(NoticesOfEverybody) { … }`.
macro_rules! leak {
    ($leak:ident) => {
        $crate::leaks::open($crate::leaks::Leak::$leak)
    };
}

#[cfg(not(feature = "seeded-leaks"))]
pub(crate) use closed::*;
#[cfg(not(feature = "seeded-leaks"))]
pub use closed::{one_cache, open};
#[cfg(feature = "seeded-leaks")]
#[path = "leaks_seeded.rs"]
mod seeded;
#[cfg(feature = "seeded-leaks")]
pub(crate) use seeded::*;
#[cfg(feature = "seeded-leaks")]
pub use seeded::{one_cache, open};

/// What stands in for every leak where there are none.
#[cfg(not(feature = "seeded-leaks"))]
mod closed {
    use std::collections::HashMap;

    use sea_orm::Select;

    use super::Leak;
    use crate::entities::{notices, recognitions};
    use crate::error::StoreError;
    use crate::viewer::ViewerStore;

    /// Never.
    #[must_use]
    #[inline(always)]
    pub const fn open(_: Leak) -> bool {
        false
    }

    /// What was found, and nothing else.
    #[must_use]
    #[inline(always)]
    pub fn one_cache<K, V>(_: Leak, _: impl Iterator<Item = K>, found: HashMap<K, V>) -> HashMap<K, V> {
        found
    }

    pub(crate) fn search_entries(
        select: Select<recognitions::Entity>,
        _: &[String],
    ) -> Select<recognitions::Entity> {
        select
    }

    pub(crate) async fn own_notices(
        _: &ViewerStore,
        rows: Vec<notices::Model>,
    ) -> Result<Vec<notices::Model>, StoreError> {
        Ok(rows)
    }

    pub(crate) async fn name_reporters(
        _: &ViewerStore,
        _: &mut [recognitions::Model],
    ) -> Result<(), StoreError> {
        Ok(())
    }

    pub(crate) async fn tell(_: &ViewerStore) -> Result<(), StoreError> {
        Ok(())
    }
}
