//! The second factor: time-based codes of an authenticator app (RFC 6238), and recovery codes for when it is lost.
//!
//! The secret of the codes has a table of its own and is not encrypted: the server must compute the codes, and a key for
//! it would lie in the same database and the same backup as the key of the sessions. Nothing but this file reads it.

use chrono::TimeDelta;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use totp_rs::{Algorithm, Builder, Secret, Totp};
use upheld_domain::{Id, Instant};

use crate::access::{accounts, rules};
use crate::audit::{self, Event, hash};
use crate::entities::{recovery_codes, second_factors};
use crate::error::StoreError;
use crate::store::Store;
use crate::viewer::ViewerStore;

const STEP_SECONDS: u64 = 30;
const DIGITS: u8 = 6;
/// Codes of the step before and after hold too: clocks differ, and people type slowly.
const SKEW: u16 = 1;
/// A set-up that was begun must be finished within this time.
const SET_UP_LASTS: TimeDelta = TimeDelta::minutes(15);
const RECOVERY_CODES: usize = 10;
const WRONG_CODE: &str = "Please type the code that the app shows now: this one is wrong or was used before.";

/// How the viewer's second factor stands.
#[derive(Debug, Clone)]
pub struct SecondFactor {
    /// Since when signing in asks for a code; off when none.
    pub since: Option<Instant>,
    /// The recovery codes that are left.
    pub recovery_codes_left: u64,
}

/// What an authenticator app needs to know, shown once.
#[derive(Debug, Clone)]
pub struct NewSecondFactor {
    /// The secret in base32, to type.
    pub secret: String,
    /// The same as an `otpauth:` address, to scan.
    pub uri: String,
}

impl ViewerStore {
    /// How the viewer's own second factor stands.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn second_factor(&self) -> Result<SecondFactor, StoreError> {
        let db = &self.db().read;
        let since = accounts::second_factor(db, self.viewer().id()).await?.and_then(|f| f.since);
        let left = if since.is_some() { accounts::recovery_codes_left(db, self.viewer()).await? } else { 0 };
        Ok(SecondFactor { since, recovery_codes_left: left })
    }

    /// Begins to set the second factor up. It is on once a code has shown that the app knows the secret.
    ///
    /// # Errors
    /// A wrong password, `Conflict` when it is on, `Forbidden` for a personal access token.
    pub async fn start_second_factor(&self, password: &str) -> Result<NewSecondFactor, StoreError> {
        let person = self.prove_password("password", password).await?;
        let secret = Secret::new_stack(rand::random()).to_base32();
        let at = crate::now();
        let tx = self.db().begin().await?;
        rules::lock_person(&tx, person.id).await?;
        if accounts::second_factor(&tx, person.id).await?.is_some_and(|f| f.since.is_some()) {
            return Err(StoreError::Conflict("The second factor is on. Please turn it off first."));
        }
        second_factors::Entity::delete_by_id(person.id).exec(&tx).await?;
        let row = second_factors::ActiveModel {
            person_id: Set(person.id),
            secret: Set(secret.clone()),
            started_at: Set(at),
            since: Set(None),
            last_step: Set(0),
        };
        row.insert(&tx).await?;
        audit::append(&tx, at, event(person.id, "secondFactor.start")).await?;
        tx.commit().await?;
        let uri = format!(
            "otpauth://totp/Upheld:{}?secret={secret}&issuer=Upheld&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}",
            escaped(&person.email)
        );
        Ok(NewSecondFactor { secret, uri })
    }

    /// Turns the second factor on with the app's first code; gives the recovery codes, which are shown once.
    ///
    /// # Errors
    /// A wrong code, or `Conflict` when no set-up was begun.
    pub async fn confirm_second_factor(&self, code: &str) -> Result<Vec<String>, StoreError> {
        self.store().throttle().try_own(self.browser_session()?)?;
        let (person, at) = (self.viewer().id(), crate::now());
        let tx = self.db().begin().await?;
        rules::lock_person(&tx, person).await?;
        let begun = accounts::second_factor(&tx, person)
            .await?
            .filter(|f| f.since.is_none() && at - f.started_at < SET_UP_LASTS)
            .ok_or(StoreError::Conflict("Please begin again: there is no set-up to finish."))?;
        let step = step_of(&begun, code, at)?.ok_or_else(|| StoreError::field("code", WRONG_CODE))?;
        second_factors::Entity::update_many()
            .col_expr(second_factors::Column::Since, Expr::value(at))
            .col_expr(second_factors::Column::LastStep, Expr::value(step))
            .filter(second_factors::Column::PersonId.eq(person))
            .exec(&tx)
            .await?;
        let codes = replace_recovery_codes(&tx, person).await?;
        audit::append(&tx, at, event(person, "secondFactor.on")).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Ten new recovery codes in the place of the old ones, shown once.
    ///
    /// # Errors
    /// A wrong code, or `Conflict` when the second factor is off.
    pub async fn new_recovery_codes(&self, code: &str) -> Result<Vec<String>, StoreError> {
        self.store().throttle().try_own(self.browser_session()?)?;
        let (person, at) = (self.viewer().id(), crate::now());
        let tx = self.db().begin().await?;
        rules::lock_person(&tx, person).await?;
        must_be_on(&tx, person).await?;
        check(&tx, person, Some(code), at).await?;
        let codes = replace_recovery_codes(&tx, person).await?;
        audit::append(&tx, at, event(person, "recoveryCodes.make")).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Turns the second factor off. The password and a code in one are the confirmation that this needs.
    ///
    /// # Errors
    /// A wrong password or code, or `Conflict` when it is off.
    pub async fn end_second_factor(&self, password: &str, code: &str) -> Result<SecondFactor, StoreError> {
        let person = self.prove_password("password", password).await?.id;
        let at = crate::now();
        let tx = self.db().begin().await?;
        rules::lock_person(&tx, person).await?;
        must_be_on(&tx, person).await?;
        check(&tx, person, Some(code), at).await?;
        remove(&tx, person).await?;
        audit::append(&tx, at, event(person, "secondFactor.off")).await?;
        tx.commit().await?;
        self.second_factor().await
    }
}

impl Store {
    /// Turns the second factor of somebody off who lost the app and the recovery codes. This is the host's to do, with
    /// the command line: an admin with a link alone must not get past it. Whether it was on.
    ///
    /// # Errors
    /// `NotFound` when nobody has this address.
    pub async fn end_second_factor_of(&self, email: &str) -> Result<bool, StoreError> {
        let email = email.trim().to_lowercase();
        let person = rules::person_by_email(&self.db().read, &email).await?.ok_or(StoreError::NotFound)?.id;
        let at = crate::now();
        let tx = self.db().begin().await?;
        rules::lock_person(&tx, person).await?;
        let was_on = remove(&tx, person).await?;
        if was_on {
            audit::append(&tx, at, Event { actor: None, ..event(person, "secondFactor.off") }).await?;
        }
        tx.commit().await?;
        Ok(was_on)
    }
}

fn event(person: Id, action: &'static str) -> Event<'static> {
    Event { actor: Some(person), action, kind: "person", object: person, content: "" }
}

async fn must_be_on<C: ConnectionTrait>(db: &C, person: Id) -> Result<(), StoreError> {
    match accounts::second_factor(db, person).await? {
        Some(factor) if factor.since.is_some() => Ok(()),
        _ => Err(StoreError::Conflict("The second factor is off.")),
    }
}

/// Passes where the second factor is off, or with a code that holds; the code is used up in the same transaction.
pub(crate) async fn check<C: ConnectionTrait>(
    db: &C,
    person: Id,
    code: Option<&str>,
    at: Instant,
) -> Result<(), StoreError> {
    let Some(factor) = accounts::second_factor(db, person).await?.filter(|f| f.since.is_some()) else {
        return Ok(());
    };
    let Some(code) = code.filter(|c| !c.trim().is_empty()) else {
        return Err(StoreError::SecondFactorRequired);
    };
    let used = match step_of(&factor, code, at)? {
        Some(step) => {
            // Of two uses of one code the second finds a step that is not later than the last.
            let update = second_factors::Entity::update_many()
                .col_expr(second_factors::Column::LastStep, Expr::value(step))
                .filter(second_factors::Column::PersonId.eq(person))
                .filter(second_factors::Column::LastStep.lt(step));
            update.exec(db).await?.rows_affected == 1
        }
        None => {
            let update = recovery_codes::Entity::update_many()
                .col_expr(recovery_codes::Column::UsedAt, Expr::value(at))
                .filter(recovery_codes::Column::PersonId.eq(person))
                .filter(recovery_codes::Column::CodeHash.eq(recovery_hash(person, code)))
                .filter(recovery_codes::Column::UsedAt.is_null());
            update.exec(db).await?.rows_affected == 1
        }
    };
    if used { Ok(()) } else { Err(StoreError::field("code", WRONG_CODE)) }
}

/// Takes the second factor and its recovery codes away.
pub(crate) async fn remove<C: ConnectionTrait>(db: &C, person: Id) -> Result<bool, StoreError> {
    recovery_codes::Entity::delete_many()
        .filter(recovery_codes::Column::PersonId.eq(person))
        .exec(db)
        .await?;
    Ok(second_factors::Entity::delete_by_id(person).exec(db).await?.rows_affected == 1)
}

async fn replace_recovery_codes<C: ConnectionTrait>(db: &C, person: Id) -> Result<Vec<String>, StoreError> {
    recovery_codes::Entity::delete_many()
        .filter(recovery_codes::Column::PersonId.eq(person))
        .exec(db)
        .await?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
    let rows = codes.iter().map(|code| recovery_codes::ActiveModel {
        code_hash: Set(recovery_hash(person, code)),
        person_id: Set(person),
        used_at: Set(None),
    });
    recovery_codes::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(codes)
}

/// The step whose code this is, if it is one of now and later than the last one used.
fn step_of(factor: &second_factors::Model, code: &str, at: Instant) -> Result<Option<i64>, StoreError> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let now = u64::try_from(at.timestamp()).unwrap_or_default();
    let step = totp(&factor.secret)?.check(&code, now).and_then(|step| i64::try_from(step).ok());
    Ok(step.filter(|step| *step > factor.last_step))
}

/// SHA-1 is what authenticator apps take for granted; as an HMAC it is sound.
fn totp(secret: &str) -> Result<Totp, StoreError> {
    let fault = |e: String| StoreError::Internal(e);
    let secret = Secret::try_from_base32(secret).map_err(|e| fault(e.to_string()))?;
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_skew(SKEW)
        .with_step_duration(STEP_SECONDS)
        .with_secret(secret)
        .build()
        .map_err(|e| fault(e.to_string()))
}

/// Digits and letters that are not taken for each other.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// 120 random bits in six groups of four: enough that a plain hash keeps them, unlike a password's.
fn recovery_code() -> String {
    let random: [u8; 24] = rand::random();
    let groups: Vec<String> = random
        .chunks(4)
        .map(|group| group.iter().map(|b| char::from(LETTERS[usize::from(b % 32)])).collect())
        .collect();
    groups.join("-")
}

/// The hash of a recovery code as somebody types it: case, signs between the groups and look-alikes do not matter.
fn recovery_hash(person: Id, code: &str) -> String {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect();
    hash(&["recovery", &person.to_string(), &plain])
}

/// An e-mail address as part of an address.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The code that an app with this secret shows now.
#[cfg(test)]
pub(crate) fn code_now(secret: &str) -> String {
    totp(secret).unwrap().generate(u64::try_from(crate::now().timestamp()).unwrap()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    const RFC: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn factor(last_step: i64) -> second_factors::Model {
        let at = crate::now();
        second_factors::Model {
            person_id: Id::nil(),
            secret: RFC.into(),
            started_at: at,
            since: Some(at),
            last_step,
        }
    }

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn the_codes_are_those_of_the_rfc() {
        // The RFC prints eight digits; six are their end.
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(step_of(&factor(0), code, at(time)).unwrap(), Some(time / 30), "{time}");
            assert_eq!(step_of(&factor(0), code, at(time + 30)).unwrap(), Some(time / 30), "the step before");
            assert_eq!(step_of(&factor(0), code, at(time - 30)).unwrap(), Some(time / 30), "the step after");
            assert_eq!(step_of(&factor(0), code, at(time + 60)).unwrap(), None, "two steps late");
            assert_eq!(step_of(&factor(time / 30), code, at(time)).unwrap(), None, "used");
            assert_eq!(
                step_of(&factor(time / 30 + 1), code, at(time)).unwrap(),
                None,
                "older than the used one"
            );
        }
        for wrong in ["", "0", "+287082", "2870820", "28708a", "٢٨٧٠٨٢"] {
            assert_eq!(step_of(&factor(0), wrong, at(59)).unwrap(), None, "{wrong}");
        }
        assert_eq!(step_of(&factor(0), " 287 082 ", at(59)).unwrap(), Some(1), "as apps show it");
    }

    #[test]
    fn recovery_codes_are_long_and_forgiving() {
        let code = recovery_code();
        assert_eq!(code.len(), 29, "{code}");
        assert_ne!(code, recovery_code());
        let person = Id::new_v4();
        assert_eq!(
            recovery_hash(person, &code),
            recovery_hash(person, &code.to_uppercase().replace('-', " "))
        );
        assert_eq!(recovery_hash(person, "o0il"), recovery_hash(person, "0 O1-1"));
        assert_ne!(recovery_hash(person, &code), recovery_hash(Id::new_v4(), &code));
    }

    #[test]
    fn addresses_are_escaped() {
        assert_eq!(escaped("a+b@c.example"), "a%2Bb%40c.example");
    }
}
