//! Each rule about decisions, alone.

use chrono::{TimeZone, Utc};
use proptest::prelude::*;

use super::*;

fn yes() -> Consideration {
    Consideration { only_one_who_knows: true, nobody_else_affected: true, known_at_first_hand: true }
}
fn correction() -> DecisionForm {
    DecisionForm {
        outcome: Some(Outcome::Correction),
        handling: Some(Handling::Public),
        venue_audience: Some(Audience::Team),
        consideration: Some(yes()),
        heard: Some(Heard::ReplyAttached),
        heard_reason: None,
        rationale: "Seen by all.".into(),
        wording: Some("We let each other finish.".into()),
        names_subject: false,
        witness_word: WitnessWord::Nothing,
        principle: None,
        repair: None,
    }
}
fn case() -> Case {
    Case {
        kind: IncidentKind::Violated,
        audience: Audience::Team,
        subject_names: vec!["Larch".into()],
        has_reply: true,
        was_asked: true,
        has_witnesses: true,
        own_lapse: false,
        before_the_tool: false,
    }
}
fn fields(form: &DecisionForm, case: &Case) -> Vec<String> {
    check(form, case).err().map(|e| e.0.into_iter().map(|f| f.field).collect()).unwrap_or_default()
}

#[test]
fn a_whole_decision_is_fine_and_each_gap_is_named() {
    assert!(fields(&correction(), &case()).is_empty());
    type Spoil = fn(&mut DecisionForm);
    let gaps: [(&str, Spoil); 13] = [
        ("outcome", |f| f.outcome = None),
        ("outcome", |f| f.outcome = Some(Outcome::Recognition)),
        ("handling", |f| f.handling = None),
        ("venueId", |f| f.venue_audience = None),
        ("venueId", |f| f.venue_audience = Some(Audience::OneToOne)),
        ("consideration", |f| f.consideration = None),
        ("heard", |f| f.heard = None),
        ("heardReason", |f| f.heard = Some(Heard::InTheMoment)),
        ("rationale", |f| f.rationale = " ".into()),
        ("wording", |f| f.wording = None),
        ("wording", |f| f.wording = Some("larch, let each other finish".into())),
        ("principle", |f| f.witness_word = WitnessWord::Principle),
        ("repair", |f| f.repair = Some("x".repeat(501))),
    ];
    for (field, spoil) in gaps {
        let mut f = correction();
        spoil(&mut f);
        assert_eq!(fields(&f, &case()), [field]);
    }
}

#[test]
fn naming_the_person_is_a_choice_and_never_in_a_principle() {
    let mut f = correction();
    f.wording = Some("Larch, let each other finish.".into());
    f.names_subject = true;
    assert!(fields(&f, &case()).is_empty());
    f.witness_word = WitnessWord::Principle;
    f.principle = Some("Larch lets others finish.".into());
    assert_eq!(fields(&f, &case()), ["principle"]);
}

#[test]
fn a_word_to_witnesses_needs_witnesses() {
    let f = DecisionForm { witness_word: WitnessWord::Addressed, ..correction() };
    assert!(fields(&f, &case()).is_empty());
    assert_eq!(fields(&f, &Case { has_witnesses: false, ..case() }), ["witnessWord"]);
}

#[test]
fn no_action_fits_both_and_needs_a_reason_but_no_handling() {
    for kind in IncidentKind::ALL {
        let c = Case { kind: *kind, ..case() };
        let mut f =
            DecisionForm { outcome: Some(Outcome::NoAction), handling: None, heard: None, ..correction() };
        assert!(fields(&f, &c).is_empty());
        f.rationale.clear();
        assert_eq!(fields(&f, &c), ["rationale"]);
        f.handling = Some(Handling::OneToOne);
        assert_eq!(fields(&f, &c), ["handling", "rationale"]);
    }
}

#[test]
fn the_three_questions_come_before_a_violation_that_others_saw() {
    let f = DecisionForm { consideration: None, ..correction() };
    assert!(fields(&f, &Case { audience: Audience::OneToOne, ..case() }).is_empty());
    assert_eq!(fields(&f, &Case { audience: Audience::SmallGroup, ..case() }), ["consideration"]);
    assert!(fields(&f, &Case { before_the_tool: true, ..case() }).is_empty());
}

#[test]
fn the_person_is_heard_before_a_public_correction() {
    let unheard = Case { has_reply: false, was_asked: false, ..case() };
    assert_eq!(fields(&correction(), &unheard), ["heard"]);
    let asked = DecisionForm { heard: Some(Heard::Asked), ..correction() };
    assert_eq!(fields(&asked, &unheard), ["heard"]);
    let moment = DecisionForm {
        heard: Some(Heard::InTheMoment),
        heard_reason: Some("It was happening.".into()),
        ..correction()
    };
    assert!(fields(&moment, &unheard).is_empty());
    let alone = DecisionForm { heard: None, handling: Some(Handling::OneToOne), ..correction() };
    assert!(fields(&alone, &unheard).is_empty(), "a 1:1 is where the person is heard");
}

#[test]
fn an_own_lapse_is_a_public_correction() {
    let own = Case { own_lapse: true, ..case() };
    let f = DecisionForm { heard: None, ..correction() };
    assert!(fields(&f, &own).is_empty());
    assert_eq!(fields(&DecisionForm { handling: Some(Handling::OneToOne), ..f.clone() }, &own), ["handling"]);
    assert_eq!(
        fields(&DecisionForm { outcome: Some(Outcome::NoAction), handling: None, ..f }, &own),
        ["outcome"]
    );
}

#[test]
fn the_hint_is_1_to_1_only_when_all_three_are_yes() {
    assert_eq!(yes().hint(), Hint::OneToOneFits);
    for n in 0..3 {
        let mut answers = [true; 3];
        answers[n] = false;
        let [only_one_who_knows, nobody_else_affected, known_at_first_hand] = answers;
        let c = Consideration { only_one_who_knows, nobody_else_affected, known_at_first_hand };
        assert_eq!(c.hint(), Hint::ConsiderTheTeam);
    }
}

#[test]
fn reach_compares_audiences_and_outside_counts_as_the_organisation() {
    use Audience as A;
    assert_eq!(reach(A::Team, true, A::Organisation), Reach::Matched);
    assert_eq!(reach(A::Team, false, A::Team), Reach::Matched);
    assert_eq!(reach(A::Organisation, false, A::OneToOne), Reach::Narrower);
    assert_eq!(reach(A::External, false, A::Organisation), Reach::Matched);
    assert_eq!(reach(A::Team, false, A::Organisation), Reach::Wider);
}

#[test]
fn delivery_is_after_the_decision_not_in_the_future_and_where_others_are() {
    let t = |h| Utc.with_ymd_and_hms(2026, 3, 10, h, 0, 0).unwrap();
    let case = DeliveryCase {
        handling: Some(Handling::Public),
        heard: None,
        decided_at: t(12),
        occurred_on: NaiveDate::from_ymd_opt(2026, 3, 10).unwrap(),
        venue_audience: Some(Audience::Team),
    };
    let field = |c: &DeliveryCase, at, now| check_delivery(c, at, now).err().map(|e| e.field);
    assert_eq!(field(&case, t(12), t(13)), None);
    assert_eq!(field(&case, t(11), t(13)).as_deref(), Some("deliveredAt"));
    assert_eq!(field(&case, t(14), t(13)).as_deref(), Some("deliveredAt"));
    let moment = DeliveryCase { heard: Some(Heard::InTheMoment), ..case };
    assert_eq!(field(&moment, t(11), t(13)), None);
    let private = DeliveryCase { venue_audience: Some(Audience::OneToOne), ..case };
    assert_eq!(field(&private, t(12), t(13)).as_deref(), Some("venueId"));
    let alone = DeliveryCase { handling: Some(Handling::OneToOne), ..case };
    assert_eq!(field(&alone, t(12), t(13)).as_deref(), Some("venueId"));
}

proptest! {
    /// No text that holds the person's name as a word gets into an unnamed public wording.
    #[test]
    fn no_unnamed_wording_holds_the_name(before in "[a-z ]{0,20}", after in "[ a-z]{0,20}", upper: bool) {
        let name = if upper { "LARCH" } else { "larch" };
        let f = DecisionForm { wording: Some(format!("{before} {name}, {after}")), ..correction() };
        prop_assert_eq!(fields(&f, &case()), ["wording"]);
    }
}
