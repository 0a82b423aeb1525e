//! Records that grow old: my data and its export, retention, legal holds, and the erasure of a person.

use async_graphql::connection::Connection;
use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use upheld_domain::retention::Policy;
use upheld_store as store;

use super::error::fail;
use super::ids::target_id;
use super::loaders::{forget, viewer};
use super::my_data::{LegalHold, MyData};
use super::page::{PageArgs, connection, rows};
use super::person::{Organisation, Person, person};

/// The formats of an export.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(remote = "upheld_store::ExportFormat")]
pub(crate) enum ExportFormat {
    /// One object; each list of `myData` is an array of objects.
    Json,
    /// RFC 4180, in UTF-8; the first column names the list. What a spreadsheet would take for a formula begins with `'`.
    Csv,
}

#[derive(InputObject)]
pub(crate) struct ExportMyDataInput {
    format: ExportFormat,
}

#[derive(InputObject)]
pub(crate) struct ErasePersonInput {
    person_id: ID,
    /// Kept as a salted digest in the audit trail and nowhere else.
    reason: String,
}

#[derive(InputObject)]
pub(crate) struct SetLegalHoldInput {
    incident_id: ID,
    /// True sets the hold, false ends it.
    on: bool,
    reason: String,
}

/// How many months after an entry's end its text is kept; null keeps it.
#[derive(InputObject)]
pub(crate) struct SaveRetentionInput {
    /// From the delivery of a recognition.
    recognition_months: Option<i32>,
    /// From the delivery of a correction.
    correction_months: Option<i32>,
    /// From the closing without action.
    no_action_months: Option<i32>,
    /// From the withdrawal or the handing over, after which the stub goes.
    stub_months: Option<i32>,
    /// After which a correction folds away from the lists of everybody but the person.
    fold_after_months: i32,
}

/// How long texts are kept.
pub(crate) struct Retention(pub Policy);

/// How many months after an entry's end its text is kept; null keeps it. Sums are kept anyway.
#[Object]
impl Retention {
    async fn recognition_months(&self) -> Option<u32> {
        self.0.recognition
    }
    async fn correction_months(&self) -> Option<u32> {
        self.0.correction
    }
    async fn no_action_months(&self) -> Option<u32> {
        self.0.no_action
    }
    async fn stub_months(&self) -> Option<u32> {
        self.0.stub
    }
    /// After so many months without a repetition a correction folds away from the lists of everybody but the person.
    async fn fold_after_months(&self) -> u32 {
        self.0.fold_after
    }
}

#[derive(SimpleObject)]
pub(crate) struct ExportPayload {
    /// A name to save it under.
    filename: String,
    media_type: String,
    /// The whole file; nothing of it stays on the server.
    content: String,
}
#[derive(SimpleObject)]
pub(crate) struct ErasePersonPayload {
    person: Person,
    /// False while held entries need the person's name; it completes by itself when the last hold ends.
    complete: bool,
    /// How many held entries keep the erasure from being complete.
    entries_held: usize,
}
#[derive(SimpleObject)]
pub(crate) struct LegalHoldPayload {
    /// The hold as it is now; null when it was ended.
    legal_hold: Option<LegalHold>,
}
#[derive(SimpleObject)]
pub(crate) struct SaveRetentionPayload {
    organisation: Organisation,
}

/// My data, and what admins hold.
#[derive(Default)]
pub(crate) struct RecordsQuery;

#[Object]
impl RecordsQuery {
    /// Everything about the viewer.
    async fn my_data(&self, ctx: &Context<'_>) -> Result<MyData> {
        viewer(ctx)?;
        Ok(MyData)
    }

    /// The legal holds, newest first; admins only, and never those of an entry about themself.
    #[graphql(complexity = "rows(first, last) * child_complexity + 10")]
    async fn legal_holds(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<String, LegalHold>> {
        let page = PageArgs { first, after, last, before }.request()?;
        let slice = viewer(ctx)?.legal_holds(&page).await.map_err(|e| fail(ctx, e))?;
        Ok(connection(slice, LegalHold))
    }
}

/// Export, retention, holds and erasure.
#[derive(Default)]
pub(crate) struct RecordsMutation;

#[Object]
impl RecordsMutation {
    /// Everything about the viewer as a file, with other people masked. Needs `confirmIdentity`; audited.
    async fn export_my_data(&self, ctx: &Context<'_>, input: ExportMyDataInput) -> Result<ExportPayload> {
        let done = viewer(ctx)?.export_my_data(input.format.into()).await.map_err(|e| fail(ctx, e))?;
        let store::Export { filename, media_type, content } = done;
        Ok(ExportPayload { filename, media_type: media_type.into(), content })
    }

    /// Erases a person who was deactivated: no text about them or by them stays, and the sums stay right. Admins only;
    /// needs `confirmIdentity`.
    async fn erase_person(&self, ctx: &Context<'_>, input: ErasePersonInput) -> Result<ErasePersonPayload> {
        let store = viewer(ctx)?;
        let done = async { store.erase_person(target_id(&input.person_id)?, &input.reason).await };
        let done = done.await.map_err(|e| fail(ctx, e))?;
        forget(ctx);
        Ok(ErasePersonPayload {
            person: person(ctx, done.person).await?,
            complete: done.held == 0,
            entries_held: done.held,
        })
    }

    /// Holds an entry, so that nothing of it is erased or taken back, or ends the hold. Admins only, on an entry that
    /// they see, for example after `openEntry`; any other id is `NOT_FOUND`. Every admin may end a hold.
    async fn set_legal_hold(&self, ctx: &Context<'_>, input: SetLegalHoldInput) -> Result<LegalHoldPayload> {
        let store = viewer(ctx)?;
        let done =
            async { store.set_legal_hold(target_id(&input.incident_id)?, input.on, &input.reason).await };
        let legal_hold = done.await.map_err(|e| fail(ctx, e))?.map(LegalHold);
        Ok(LegalHoldPayload { legal_hold })
    }

    /// Sets how long texts are kept by outcome, and when corrections fold away; admins only.
    async fn save_retention(
        &self,
        ctx: &Context<'_>,
        input: SaveRetentionInput,
    ) -> Result<SaveRetentionPayload> {
        let store = viewer(ctx)?;
        // A negative number is refused as 0 is.
        let months = |n: i32| u32::try_from(n).unwrap_or(0);
        let policy = Policy {
            recognition: input.recognition_months.map(months),
            correction: input.correction_months.map(months),
            no_action: input.no_action_months.map(months),
            stub: input.stub_months.map(months),
            fold_after: months(input.fold_after_months),
        };
        store.save_retention(policy).await.map_err(|e| fail(ctx, e))?;
        forget(ctx);
        let organisation = store.organisation().await.map_err(|e| fail(ctx, e))?;
        Ok(SaveRetentionPayload { organisation: Organisation(organisation) })
    }
}
