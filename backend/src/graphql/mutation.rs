//! Mutations: each takes one input and returns a payload that the viewer may see.

use async_graphql::{Context, Error, MergedObject, Object, Result, SimpleObject};
use chrono::{DateTime, Datelike, Utc};
use upheld_store::{self as store, SignedIn, StatementCounter, Store, StoreError, ViewerStore};

use super::account::{AccountMutation, SignInLink, place};
use super::audit::{self, OpenEntryInput};
use super::error::{bad_field, fail};
use super::ids::{input_id, input_id_opt, target_id};
use super::incident::{Decision, Incident};
use super::inputs::{
    AcceptInviteInput, AskInput, CommentInput, CreateApiTokenInput, DecisionIdInput, EndSessionInput,
    IncidentIdInput, IncidentReasonInput, LogIncidentInput, MarkDeliveredInput, PassInput, ReactInput,
    RecordDecisionInput, ReplyInput, RetractDecisionInput, RevokeApiTokenInput, SaveValueInput, SetUpInput,
    SignInInput,
};
use super::loaders::{Current, forget, viewer, viewer_opt};
use super::meeting::MeetingMutation;
use super::organisation::OrganisationMutation;
use super::person::{Person, person};
use super::recognition::Recognition;
use super::records::RecordsMutation;
use super::request::{ApiSettings, Client, CookieChange, CookieJar};
use super::session::{ApiToken, Session};
use super::topic::TopicMutation;
use super::value::Value;

/// Everything that can be changed. What cannot be seen cannot be changed: `NOT_FOUND`.
#[derive(MergedObject, Default)]
pub(crate) struct Mutation(
    EntryMutation,
    AccountMutation,
    OrganisationMutation,
    RecordsMutation,
    TopicMutation,
    MeetingMutation,
);

/// Signing in, entries, decisions and values.
#[derive(Default)]
pub(crate) struct EntryMutation;

#[derive(SimpleObject)]
pub(crate) struct SignInPayload {
    viewer: Person,
    /// One-time links that an admin made for the person since they signed in last, newest first: they should know.
    sign_in_links: Vec<SignInLink>,
}
#[derive(SimpleObject)]
pub(crate) struct SignOutPayload {
    done: bool,
}
#[derive(SimpleObject)]
pub(crate) struct CreateApiTokenPayload {
    /// Shown once.
    token: String,
    expires_at: DateTime<Utc>,
}
#[derive(SimpleObject)]
pub(crate) struct IncidentPayload {
    pub(crate) incident: Incident,
}
#[derive(SimpleObject)]
pub(crate) struct DecisionPayload {
    decision: Decision,
}
#[derive(SimpleObject)]
pub(crate) struct RecognitionPayload {
    recognition: Recognition,
}
#[derive(SimpleObject)]
pub(crate) struct ValuePayload {
    value: Value,
}
#[derive(SimpleObject)]
pub(crate) struct SetUpPayload {
    viewer: Person,
    /// The invite link of the second admin, shown once.
    invite_link: String,
}
#[derive(SimpleObject)]
pub(crate) struct EndSessionPayload {
    sessions: Vec<Session>,
}

impl EndSessionPayload {
    pub(crate) fn of(list: Vec<store::Session>) -> Self {
        Self { sessions: list.into_iter().map(Session).collect() }
    }
}
#[derive(SimpleObject)]
pub(crate) struct RevokeApiTokenPayload {
    api_tokens: Vec<ApiToken>,
}

pub(crate) fn incident(
    ctx: &Context<'_>,
    result: Result<store::Incident, StoreError>,
) -> Result<IncidentPayload> {
    forget(ctx);
    result.map(|i| IncidentPayload { incident: Incident(i) }).map_err(|e| fail(ctx, e))
}

fn decision(ctx: &Context<'_>, result: Result<store::Decision, StoreError>) -> Result<DecisionPayload> {
    forget(ctx);
    result.map(|d| DecisionPayload { decision: Decision(d) }).map_err(|e| fail(ctx, e))
}

/// Sets the cookies of a fresh sign-in and gives the person, read as themself.
pub(crate) async fn greet(ctx: &Context<'_>, signed_in: SignedIn) -> Result<SignInPayload> {
    let reader = ctx.data_unchecked::<Store>().reader(signed_in.viewer.clone());
    let id = signed_in.viewer.id();
    ctx.data_unchecked::<CookieJar>().put(CookieChange::Set {
        session: signed_in.session,
        device: signed_in.device,
        expires_in: signed_in.expires_in,
    });
    // What is asked for of the viewer beside the sign-in is read as themself.
    ctx.data_unchecked::<Current>().set(reader.clone(), ctx.data_unchecked::<StatementCounter>().clone());
    let links = reader.sign_in_links_since_last_time().await.map_err(|e| fail(ctx, e))?;
    Ok(SignInPayload {
        viewer: person(ctx, id).await?,
        sign_in_links: links.into_iter().map(SignInLink).collect(),
    })
}

#[Object]
impl EntryMutation {
    /// Signs in. Where the second factor is on and the password is right, a missing code is told with
    /// `SECOND_FACTOR_REQUIRED`.
    async fn sign_in(&self, ctx: &Context<'_>, input: SignInInput) -> Result<SignInPayload> {
        let client = ctx.data_unchecked::<Client>();
        let signed_in = ctx
            .data_unchecked::<Store>()
            .sign_in(&input.email, &input.password, input.code.as_deref(), place(client))
            .await
            .map_err(|e| fail(ctx, e))?;
        greet(ctx, signed_in).await
    }

    /// Ends the session that asks, at once.
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<SignOutPayload> {
        if let Some(store) = viewer_opt(ctx) {
            store.sign_out().await.map_err(|e| fail(ctx, e))?;
        }
        ctx.data_unchecked::<CookieJar>().put(CookieChange::Clear);
        Ok(SignOutPayload { done: true })
    }

    /// A personal access token, shown once.
    async fn create_api_token(
        &self,
        ctx: &Context<'_>,
        input: CreateApiTokenInput,
    ) -> Result<CreateApiTokenPayload> {
        let made = viewer(ctx)?.create_token(&input.name, input.expires_in_days).await;
        let (token, expires_at) = made.map_err(|e| fail(ctx, e))?;
        Ok(CreateApiTokenPayload { token, expires_at })
    }

    async fn revoke_api_token(
        &self,
        ctx: &Context<'_>,
        input: RevokeApiTokenInput,
    ) -> Result<RevokeApiTokenPayload> {
        let store = viewer(ctx)?;
        let revoked = async { store.revoke_token(target_id(&input.token_id)?).await };
        revoked.await.map_err(|e| fail(ctx, e))?;
        let list = store.tokens().await.map_err(|e| fail(ctx, e))?;
        Ok(RevokeApiTokenPayload { api_tokens: list.into_iter().map(ApiToken).collect() })
    }

    /// Ends one of the viewer's own sessions, at once.
    async fn end_session(&self, ctx: &Context<'_>, input: EndSessionInput) -> Result<EndSessionPayload> {
        let store = viewer(ctx)?;
        let ended = async { store.end_session(target_id(&input.session_id)?).await };
        ended.await.map_err(|e| fail(ctx, e))?;
        let list = store.sessions().await.map_err(|e| fail(ctx, e))?;
        Ok(EndSessionPayload::of(list))
    }

    async fn log_incident(&self, ctx: &Context<'_>, input: LogIncidentInput) -> Result<IncidentPayload> {
        let store = viewer(ctx)?;
        let input = input.read()?;
        incident(ctx, store.log_incident(input).await)
    }

    /// Within ten minutes nothing stays of it; later a stub does.
    async fn withdraw_incident(&self, ctx: &Context<'_>, input: IncidentIdInput) -> Result<IncidentPayload> {
        let store = viewer(ctx)?;
        let done = async { store.withdraw_incident(target_id(&input.incident_id)?).await };
        incident(ctx, done.await)
    }

    /// The decider asks the reporter or the subject for more; the clock pauses.
    async fn ask_about_incident(&self, ctx: &Context<'_>, input: AskInput) -> Result<IncidentPayload> {
        let store = viewer(ctx)?;
        let id = target_id(&input.incident_id).map_err(|e| fail(ctx, e))?;
        // Whether the entry is there comes before what is wrong with the question.
        let of = match input_id("personId", &input.person_id) {
            Ok(of) => of,
            Err(e) => return Err(seen_first(ctx, &store, id, e).await),
        };
        incident(ctx, store.ask(id, of, &input.question).await)
    }

    async fn reply_to_incident(&self, ctx: &Context<'_>, input: ReplyInput) -> Result<IncidentPayload> {
        let store = viewer(ctx)?;
        let done = async { store.reply(target_id(&input.incident_id)?, &input.text).await };
        incident(ctx, done.await)
    }

    /// The decider is involved, or another leader was there: `toPersonId`, or else the next leader up, decides.
    async fn pass_incident(&self, ctx: &Context<'_>, input: PassInput) -> Result<IncidentPayload> {
        let store = viewer(ctx)?;
        let id = target_id(&input.incident_id).map_err(|e| fail(ctx, e))?;
        let to = match input_id_opt("toPersonId", input.to_person_id.as_ref()) {
            Ok(to) => to,
            Err(e) => return Err(seen_first(ctx, &store, id, e).await),
        };
        incident(ctx, store.pass_incident(id, &input.reason, to).await)
    }

    /// A leader above takes the decision over.
    async fn take_over_incident(
        &self,
        ctx: &Context<'_>,
        input: IncidentReasonInput,
    ) -> Result<IncidentPayload> {
        let store = viewer(ctx)?;
        let done = async { store.take_over(target_id(&input.incident_id)?, &input.reason).await };
        incident(ctx, done.await)
    }

    /// Not for this tool (harassment, safety, law, health): text erased, stub kept.
    async fn hand_over_incident(
        &self,
        ctx: &Context<'_>,
        input: IncidentReasonInput,
    ) -> Result<IncidentPayload> {
        let store = viewer(ctx)?;
        let done = async { store.hand_over(target_id(&input.incident_id)?, &input.reason).await };
        incident(ctx, done.await)
    }

    /// An admin opens an entry that they have no part in, with a reason, for 24 hours: to read it, not to decide it.
    /// Written to the audit trail; the decider, the leaders above and the person it is about learn of it.
    async fn open_entry(&self, ctx: &Context<'_>, input: OpenEntryInput) -> Result<IncidentPayload> {
        audit::open_entry(ctx, input).await
    }

    /// Records a decision, or revises one that is not delivered (with `expectedVersion`).
    async fn record_decision(
        &self,
        ctx: &Context<'_>,
        input: RecordDecisionInput,
    ) -> Result<DecisionPayload> {
        let store = viewer(ctx)?;
        let id = target_id(&input.incident_id).map_err(|e| fail(ctx, e))?;
        let input = match input.read() {
            Ok(input) => input,
            Err(e) => return Err(seen_first(ctx, &store, id, e).await),
        };
        let done = async { store.record_decision(input?).await };
        decision(ctx, done.await)
    }

    /// The leader's own lapse, corrected in public: the next leader up, or an admin, confirms.
    async fn confirm_decision(&self, ctx: &Context<'_>, input: DecisionIdInput) -> Result<DecisionPayload> {
        let store = viewer(ctx)?;
        let done = async { store.confirm_decision(target_id(&input.decision_id)?).await };
        decision(ctx, done.await)
    }

    /// The decision was carried out: by default now and in its venue.
    async fn mark_delivered(&self, ctx: &Context<'_>, input: MarkDeliveredInput) -> Result<DecisionPayload> {
        let store = viewer(ctx)?;
        let id = target_id(&input.decision_id).map_err(|e| fail(ctx, e))?;
        let venue = input_id_opt("venueId", input.venue_id.as_ref())?;
        if input.delivered_at.is_some_and(|t| !(1970..=9000).contains(&t.year())) {
            return Err(bad_field(
                "deliveredAt",
                "Please give a time at or after the decision and not in the future.",
            ));
        }
        decision(ctx, store.mark_delivered(id, input.delivered_at, venue).await)
    }

    /// Withdraws a delivered decision: the same audience reads so, and its wording is gone everywhere.
    async fn retract_decision(
        &self,
        ctx: &Context<'_>,
        input: RetractDecisionInput,
    ) -> Result<DecisionPayload> {
        let store = viewer(ctx)?;
        let done = async { store.retract_decision(target_id(&input.decision_id)?, &input.reason).await };
        decision(ctx, done.await)
    }

    async fn react(&self, ctx: &Context<'_>, input: ReactInput) -> Result<RecognitionPayload> {
        let store = viewer(ctx)?;
        let done = async { store.react(target_id(&input.recognition_id)?, &input.emoji, input.on).await };
        let done = done.await.map_err(|e| fail(ctx, e))?;
        forget(ctx);
        Ok(RecognitionPayload { recognition: Recognition(done) })
    }

    async fn comment(&self, ctx: &Context<'_>, input: CommentInput) -> Result<RecognitionPayload> {
        let store = viewer(ctx)?;
        let done = async { store.comment(target_id(&input.recognition_id)?, &input.text).await };
        let done = done.await.map_err(|e| fail(ctx, e))?;
        forget(ctx);
        Ok(RecognitionPayload { recognition: Recognition(done) })
    }

    /// Writes a value or a new version of one; admins only.
    async fn save_value(&self, ctx: &Context<'_>, input: SaveValueInput) -> Result<ValuePayload> {
        let store = viewer(ctx)?;
        let saved = async {
            let id = input.id.as_ref().map(target_id).transpose()?;
            let input = store::ValueInput {
                id,
                name: input.name,
                statement: input.statement,
                upheld: input.looks_like_upheld,
                violated: input.looks_like_violated,
                retired: input.retired,
            };
            store.save_value(input).await
        };
        let value = saved.await.map_err(|e| fail(ctx, e))?;
        forget(ctx);
        Ok(ValuePayload { value: Value(value) })
    }

    /// First run: organisation, two admins and values, with the one-time token of the server's log. Signs the first
    /// admin in.
    async fn set_up(&self, ctx: &Context<'_>, input: SetUpInput) -> Result<SetUpPayload> {
        let client = ctx.data_unchecked::<Client>();
        let done = ctx.data_unchecked::<Store>().set_up(input.read(), client.network, &client.device).await;
        let (signed_in, invite) = done.map_err(|e| fail(ctx, e))?;
        let base = &ctx.data_unchecked::<ApiSettings>().base_url;
        let invite_link = format!("{}/invite#{}", base.trim_end_matches('/'), invite.token);
        Ok(SetUpPayload { viewer: greet(ctx, signed_in).await?.viewer, invite_link })
    }

    /// An imported person chooses a password with the one-time token of their invite link, and is signed in.
    async fn accept_invite(&self, ctx: &Context<'_>, input: AcceptInviteInput) -> Result<SignInPayload> {
        let client = ctx.data_unchecked::<Client>();
        let store = ctx.data_unchecked::<Store>();
        let done = store.accept_invite(&input.token, &input.password, client.network, &client.device).await;
        greet(ctx, done.map_err(|e| fail(ctx, e))?).await
    }
}

/// The error of another field of an input, unless what the mutation acts on is not there for the viewer.
pub(crate) async fn seen_first(
    ctx: &Context<'_>,
    store: &ViewerStore,
    target: upheld_domain::Id,
    e: Error,
) -> Error {
    match store.incident(target).await {
        Ok(Some(_)) => e,
        Ok(None) => fail(ctx, StoreError::NotFound),
        Err(fault) => fail(ctx, fault),
    }
}
