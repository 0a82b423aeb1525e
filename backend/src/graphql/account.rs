//! A person's own account: password, second factor, step-up, and an admin's one-time link.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use qrcode::QrCode;
use qrcode::render::svg;
use upheld_store::{self as store, Place, Store, StoreError};

use super::error::fail;
use super::ids::target_id;
use super::loaders::viewer;
use super::mutation::{EndSessionPayload, SignInPayload, greet};
use super::person::{Person, person};
use super::request::{ApiSettings, Client};
use super::session::Session;

/// How the viewer's second factor stands.
#[derive(SimpleObject)]
pub(crate) struct SecondFactor {
    /// Whether signing in asks for a code.
    on: bool,
    since: Option<DateTime<Utc>>,
    /// The recovery codes that were not used yet.
    recovery_codes_left: i32,
}

impl From<store::SecondFactor> for SecondFactor {
    fn from(factor: store::SecondFactor) -> Self {
        Self {
            on: factor.since.is_some(),
            since: factor.since,
            recovery_codes_left: i32::try_from(factor.recovery_codes_left).unwrap_or(i32::MAX),
        }
    }
}

/// A one-time link that an admin made for the viewer.
pub(crate) struct SignInLink(pub store::SignInLink);

/// A one-time link that an admin made for the viewer: whoever had it could choose the viewer's password.
#[Object]
impl SignInLink {
    /// The admin.
    async fn made_by(&self, ctx: &Context<'_>) -> Result<Person> {
        person(ctx, self.0.made_by).await
    }
    async fn made_at(&self) -> DateTime<Utc> {
        self.0.made_at
    }
    /// When it was used to choose a password; null when it never was.
    async fn used_at(&self) -> Option<DateTime<Utc>> {
        self.0.used_at
    }
}

#[derive(SimpleObject)]
pub(crate) struct ChangePasswordPayload {
    /// What is left: the session that asked.
    sessions: Vec<Session>,
}
#[derive(SimpleObject)]
pub(crate) struct SignInLinkPayload {
    /// To be handed to the person; shown once.
    link: String,
    expires_at: DateTime<Utc>,
}
#[derive(SimpleObject)]
pub(crate) struct StartSecondFactorPayload {
    /// To type into an authenticator app; shown once.
    secret: String,
    /// The same as an `otpauth:` address.
    uri: String,
    /// The address as a QR code: an SVG of its own, for an image's `data:` address.
    qr_svg: String,
}
#[derive(SimpleObject)]
pub(crate) struct RecoveryCodesPayload {
    /// Each works once in the place of a code; shown once.
    recovery_codes: Vec<String>,
}
#[derive(SimpleObject)]
pub(crate) struct EndSecondFactorPayload {
    second_factor: SecondFactor,
}
#[derive(SimpleObject)]
pub(crate) struct ConfirmIdentityPayload {
    /// Until when this session may do what is grave.
    until: DateTime<Utc>,
}

#[derive(InputObject)]
pub(crate) struct ChangePasswordInput {
    pub current_password: String,
    pub new_password: String,
}
#[derive(InputObject)]
pub(crate) struct CreateSignInLinkInput {
    pub person_id: ID,
}
#[derive(InputObject)]
pub(crate) struct ResetPasswordInput {
    /// What follows the `#` of the link.
    pub token: String,
    pub password: String,
    /// A code of the second factor, where that is on.
    pub code: Option<String>,
}
#[derive(InputObject)]
pub(crate) struct StartSecondFactorInput {
    pub password: String,
}
#[derive(InputObject)]
pub(crate) struct ConfirmSecondFactorInput {
    pub code: String,
}
#[derive(InputObject)]
pub(crate) struct NewRecoveryCodesInput {
    pub code: String,
}
#[derive(InputObject)]
pub(crate) struct EndSecondFactorInput {
    pub password: String,
    pub code: String,
}
#[derive(InputObject)]
pub(crate) struct ConfirmIdentityInput {
    pub password: String,
    /// A code of the second factor, where that is on.
    pub code: Option<String>,
}

/// The queries of a person's own account.
#[derive(Default)]
pub(crate) struct AccountQuery;

#[Object]
impl AccountQuery {
    /// How the viewer's own second factor stands.
    async fn second_factor(&self, ctx: &Context<'_>) -> Result<SecondFactor> {
        viewer(ctx)?.second_factor().await.map(Into::into).map_err(|e| fail(ctx, e))
    }

    /// The one-time links that admins made for the viewer in the last 90 days, newest first.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn sign_in_links(&self, ctx: &Context<'_>) -> Result<Vec<SignInLink>> {
        let list = viewer(ctx)?.sign_in_links().await.map_err(|e| fail(ctx, e))?;
        Ok(list.into_iter().map(SignInLink).collect())
    }
}

/// The changes of a person's own account.
#[derive(Default)]
pub(crate) struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Changes the viewer's own password; all other sessions and all tokens of theirs end.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        input: ChangePasswordInput,
    ) -> Result<ChangePasswordPayload> {
        let store = viewer(ctx)?;
        let changed = store.change_password(&input.current_password, &input.new_password).await;
        changed.map_err(|e| fail(ctx, e))?;
        let list = store.sessions().await.map_err(|e| fail(ctx, e))?;
        Ok(ChangePasswordPayload { sessions: list.into_iter().map(Session).collect() })
    }

    /// Ends all of the viewer's sessions but the one that asks, at once.
    async fn end_other_sessions(&self, ctx: &Context<'_>) -> Result<EndSessionPayload> {
        let store = viewer(ctx)?;
        store.end_other_sessions().await.map_err(|e| fail(ctx, e))?;
        let list = store.sessions().await.map_err(|e| fail(ctx, e))?;
        Ok(EndSessionPayload::of(list))
    }

    /// A one-time link with which somebody else chooses a password; works for 30 minutes. Admins only, with their
    /// identity confirmed, and never for themselves. The person is told.
    async fn create_sign_in_link(
        &self,
        ctx: &Context<'_>,
        input: CreateSignInLinkInput,
    ) -> Result<SignInLinkPayload> {
        let store = viewer(ctx)?;
        let made = async {
            // An id of nothing is looked at where an id of nobody would be: after the right to ask.
            let person = target_id(&input.person_id).unwrap_or_else(|_| upheld_domain::Id::nil());
            store.create_sign_in_link(person).await
        };
        let made = made.await.map_err(|e| fail(ctx, e))?;
        let base = &ctx.data_unchecked::<ApiSettings>().base_url;
        let link = format!("{}/reset#{}", base.trim_end_matches('/'), made.token);
        Ok(SignInLinkPayload { link, expires_at: made.expires_at })
    }

    /// Chooses a password with the token of a one-time link and signs in; all other sessions and tokens of the person
    /// end. The second factor is still asked for where it is on.
    async fn reset_password(&self, ctx: &Context<'_>, input: ResetPasswordInput) -> Result<SignInPayload> {
        let store = ctx.data_unchecked::<Store>();
        let place = place(ctx.data_unchecked::<Client>());
        let done = store.reset_password(&input.token, &input.password, input.code.as_deref(), place).await;
        greet(ctx, done.map_err(|e| fail(ctx, e))?).await
    }

    /// Begins to set up the second factor: codes of an authenticator app.
    async fn start_second_factor(
        &self,
        ctx: &Context<'_>,
        input: StartSecondFactorInput,
    ) -> Result<StartSecondFactorPayload> {
        let begun = viewer(ctx)?.start_second_factor(&input.password).await.map_err(|e| fail(ctx, e))?;
        let qr_svg = qr_svg(&begun.uri).map_err(|e| fail(ctx, e))?;
        Ok(StartSecondFactorPayload { secret: begun.secret, uri: begun.uri, qr_svg })
    }

    /// Turns the second factor on with the first code of the app; gives ten recovery codes.
    async fn confirm_second_factor(
        &self,
        ctx: &Context<'_>,
        input: ConfirmSecondFactorInput,
    ) -> Result<RecoveryCodesPayload> {
        let codes = viewer(ctx)?.confirm_second_factor(&input.code).await.map_err(|e| fail(ctx, e))?;
        Ok(RecoveryCodesPayload { recovery_codes: codes })
    }

    /// Ten new recovery codes; the old ones stop working.
    async fn new_recovery_codes(
        &self,
        ctx: &Context<'_>,
        input: NewRecoveryCodesInput,
    ) -> Result<RecoveryCodesPayload> {
        let codes = viewer(ctx)?.new_recovery_codes(&input.code).await.map_err(|e| fail(ctx, e))?;
        Ok(RecoveryCodesPayload { recovery_codes: codes })
    }

    /// Turns the second factor off. The password and a code in one are the confirmation that this needs.
    async fn end_second_factor(
        &self,
        ctx: &Context<'_>,
        input: EndSecondFactorInput,
    ) -> Result<EndSecondFactorPayload> {
        let ended = viewer(ctx)?.end_second_factor(&input.password, &input.code).await;
        Ok(EndSecondFactorPayload { second_factor: ended.map_err(|e| fail(ctx, e))?.into() })
    }

    /// Shows that it is the viewer, for ten minutes and in this session alone: what is grave asks for it with
    /// `CONFIRM_IDENTITY`. A personal access token can never do it.
    async fn confirm_identity(
        &self,
        ctx: &Context<'_>,
        input: ConfirmIdentityInput,
    ) -> Result<ConfirmIdentityPayload> {
        let until = viewer(ctx)?.confirm_identity(&input.password, input.code.as_deref()).await;
        Ok(ConfirmIdentityPayload { until: until.map_err(|e| fail(ctx, e))? })
    }
}

/// From where a request signs in.
pub(crate) fn place(client: &Client) -> Place<'_> {
    Place { network: client.network, device: &client.device, device_token: client.device_token.as_deref() }
}

/// An address as a QR code. The SVG has no style and no script, so that the page's policy lets it through.
fn qr_svg(uri: &str) -> Result<String, StoreError> {
    let code = QrCode::new(uri).map_err(|e| StoreError::Internal(e.to_string()))?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(240, 240).build())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_qr_code_is_a_plain_picture() {
        let svg =
            super::qr_svg("otpauth://totp/Upheld:a%40b.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
                .unwrap();
        assert!(svg.contains("<svg xmlns=") && svg.ends_with("</svg>"), "{svg}");
        for banned in ["<script", "style", "href", "otpauth", "<!"] {
            assert!(!svg.contains(banned), "{banned}");
        }
        assert!(svg.len() < 64 * 1024, "{}", svg.len());
    }
}
