//! Somebody who talks to the server.

use std::time::Duration;

use serde_json::{Value, json};

use super::server::Server;

/// An answer over HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = String::from_utf8_lossy(&response.bytes().await.expect("a body")).into_owned();
        Self { status, headers, text }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|_| panic!("no JSON ({}): {}", self.status, self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|v| v.to_str().expect("a header in ASCII"))
    }

    /// The data, or what was refused.
    pub(crate) fn result(&self) -> Result<Value, Refusal> {
        assert!(self.status < 500, "{} {}", self.status, self.text);
        let mut json = self.json();
        match json["errors"].as_array() {
            None => Ok(json["data"].take()),
            Some(errors) => Err(Refusal::read(errors, &self.text)),
        }
    }
}

/// What the server said no to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    /// The fields that need mending, in the order of the answer.
    pub(crate) fields: Vec<String>,
    pub(crate) message: String,
    text: String,
}

impl Refusal {
    fn read(errors: &[Value], text: &str) -> Self {
        let first = &errors[0];
        let code = first["extensions"]["code"].as_str().unwrap_or("(none)").to_owned();
        assert_ne!(code, "INTERNAL", "{text}");
        let fields =
            errors.iter().filter_map(|e| e["extensions"]["field"].as_str().map(str::to_owned)).collect();
        let message = first["message"].as_str().unwrap_or_default().to_owned();
        Self { code, fields, message, text: text.to_owned() }
    }

    /// Fails unless it was refused with this code.
    #[track_caller]
    pub(crate) fn is(&self, code: &str) {
        assert_eq!(self.code, code, "{}", self.text);
    }

    /// Fails unless this field is named as the one to mend.
    #[track_caller]
    pub(crate) fn names(&self, field: &str) {
        self.is("BAD_USER_INPUT");
        assert!(
            self.fields.iter().any(|f| f == field),
            "names {:?} and not {field}: {}",
            self.fields,
            self.text
        );
    }
}

/// Each mutation with the type of its input and what the tests read of its payload.
pub(crate) const MUTATIONS: &[(&str, &str, &str)] = &[
    ("logIncident", "LogIncidentInput", "incident { id state }"),
    ("withdrawIncident", "IncidentIdInput", "incident { id state title behaviour }"),
    ("askAboutIncident", "AskInput", "incident { id state questions { id text } }"),
    ("replyToIncident", "ReplyInput", "incident { id state replies { id text } }"),
    ("passIncident", "PassInput", "incident { id state title decider { id } }"),
    ("takeOverIncident", "IncidentReasonInput", "incident { id state decider { id } }"),
    ("handOverIncident", "IncidentReasonInput", "incident { id state title situation behaviour impact }"),
    ("confirmDecision", "DecisionIdInput", "decision { id confirmedBy { id } }"),
    ("recordDecision", "RecordDecisionInput", "decision { id version reach outcome consideration { hint } }"),
    ("markDelivered", "MarkDeliveredInput", "decision { id deliveredAt deliveredIn { id } }"),
    ("retractDecision", "RetractDecisionInput", "decision { id retractedAt wording }"),
    ("react", "ReactInput", "recognition { id reactions { emoji count viewerReacted } }"),
    (
        "comment",
        "CommentInput",
        "recognition { id comments(first: 100) { nodes { id text author { id } } } }",
    ),
    ("saveValue", "SaveValueInput", "value { id name version retired looksLikeUpheld }"),
    ("saveTopic", "SaveTopicInput", "topic { id text }"),
    ("planMeeting", "PlanMeetingInput", "meeting { plannedOn value { name } examples { id } }"),
    ("addMeetingPoint", "AddMeetingPointInput", "point { id text author { name } }"),
    ("takeBackMeetingPoint", "TakeBackMeetingPointInput", "point { id }"),
    ("finishMeeting", "FinishMeetingInput", "meeting { id finishedAt }"),
    ("mentionTopic", "MentionTopicInput", "topic { id mentioned }"),
    ("checkIn", "CheckInInput", "topic { id }"),
    ("createApiToken", "CreateApiTokenInput", "token expiresAt"),
    ("revokeApiToken", "RevokeApiTokenInput", "apiTokens { id name }"),
    ("endSession", "EndSessionInput", "sessions { id current }"),
    ("signIn", "SignInInput", "viewer { id name }"),
    ("acceptInvite", "AcceptInviteInput", "viewer { id name }"),
    ("addPerson", "AddPersonInput", "person { id name active } inviteLink"),
    ("updatePerson", "UpdatePersonInput", "person { id name title email recognitionPreference }"),
    ("setPreference", "SetPreferenceInput", "person { id recognitionPreference }"),
    ("movePerson", "MovePersonInput", "person { id manager { id } team { id } }"),
    ("setRole", "SetRoleInput", "person { id role } advice"),
    ("deactivatePerson", "DeactivatePersonInput", "person { id active } advice"),
    ("reactivatePerson", "MovePersonInput", "person { id active manager { id } }"),
    ("saveTeam", "SaveTeamInput", "team { id name lead { id } }"),
    (
        "saveVenue",
        "SaveVenueInput",
        "venue { id name audience audienceSize everybody teams { id } people { id } }",
    ),
    (
        "savePolicy",
        "SavePolicyInput",
        "organisation { hoursToDecide silentAfterDays subjectSeesAfterHours handOverText handOverLink }",
    ),
    ("mergeIncidents", "MergeIncidentsInput", "incident { id state mergedInto { id } }"),
    ("changePassword", "ChangePasswordInput", "sessions { id current }"),
    ("createSignInLink", "CreateSignInLinkInput", "link expiresAt"),
    ("resetPassword", "ResetPasswordInput", "viewer { id name } signInLinks { madeBy { name } usedAt }"),
    ("startSecondFactor", "StartSecondFactorInput", "secret uri qrSvg"),
    ("confirmSecondFactor", "ConfirmSecondFactorInput", "recoveryCodes"),
    ("newRecoveryCodes", "NewRecoveryCodesInput", "recoveryCodes"),
    ("endSecondFactor", "EndSecondFactorInput", "secondFactor { on recoveryCodesLeft }"),
    ("confirmIdentity", "ConfirmIdentityInput", "until"),
    ("openEntry", "OpenEntryInput", "incident { id state title reporter { name } viewerMay }"),
    ("exportMyData", "ExportMyDataInput", "filename mediaType content"),
    ("erasePerson", "ErasePersonInput", "person { id name } complete entriesHeld"),
    ("setLegalHold", "SetLegalHoldInput", "legalHold { incidentId reason }"),
    (
        "saveRetention",
        "SaveRetentionInput",
        "organisation { retention { recognitionMonths correctionMonths noActionMonths stubMonths foldAfterMonths } }",
    ),
    ("setUp", "SetUpInput", "viewer { id name role } inviteLink"),
];

/// Somebody who talks to the server, signed in or not.
#[derive(Debug, Clone)]
pub(crate) struct Client<'s> {
    pub(crate) server: &'s Server,
    http: reqwest::Client,
    cookie: Option<String>,
    bearer: Option<String>,
}

impl<'s> Client<'s> {
    pub(crate) fn anonymous(server: &'s Server) -> Self {
        Self::from_address(server, [127, 0, 0, 1])
    }

    /// Somebody at another address of this machine, which the server takes for another network.
    pub(crate) fn from_address(server: &'s Server, address: [u8; 4]) -> Self {
        let http = reqwest::Client::builder()
            .local_address(std::net::IpAddr::from(address))
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(60))
            .build()
            .expect("an HTTP client");
        Self { server, http, cookie: None, bearer: None }
    }

    pub(crate) fn with_cookie(server: &'s Server, cookie: String) -> Self {
        Self { cookie: Some(cookie), ..Self::anonymous(server) }
    }

    pub(crate) fn with_token(server: &'s Server, token: &str) -> Self {
        Self { bearer: Some(token.to_owned()), ..Self::anonymous(server) }
    }

    /// `name=value` of the session's cookie.
    pub(crate) fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    /// The personal access token.
    pub(crate) fn token(&self) -> Option<&str> {
        self.bearer.as_deref()
    }

    /// Signs in and keeps the cookie.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Self {
        let answer = self.answer_of("signIn", json!({"email": email, "password": password})).await;
        answer.result().unwrap_or_else(|e| panic!("{email} cannot sign in: {e:?}"));
        Self::with_cookie(self.server, session_cookie(&answer).expect("sign-in sets a cookie"))
    }

    /// A request to any path, with the person's session.
    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.http.request(method, format!("{}{path}", self.server.base()));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(token) = &self.bearer {
            request = request.bearer_auth(token);
        }
        request
    }

    /// A body to the API as it is.
    pub(crate) async fn post(&self, body: &Value) -> Answer {
        let sent = self.request("POST", "/graphql").json(body).send().await;
        Answer::of(sent.unwrap_or_else(|e| panic!("no answer: {e:?}\n{}", self.server.log()))).await
    }

    pub(crate) async fn answer(&self, document: &str, variables: Value) -> Answer {
        self.post(&json!({"query": document, "variables": variables})).await
    }

    pub(crate) async fn query(&self, document: &str, variables: Value) -> Result<Value, Refusal> {
        self.answer(document, variables).await.result()
    }

    /// The data of a query that must work.
    pub(crate) async fn ok(&self, document: &str, variables: Value) -> Value {
        self.query(document, variables).await.unwrap_or_else(|e| panic!("refused: {e:?}\n{document}"))
    }

    /// What a query that must not work is refused with.
    pub(crate) async fn err(&self, document: &str, variables: Value) -> Refusal {
        match self.query(document, variables).await {
            Err(refusal) => refusal,
            Ok(data) => panic!("not refused: {data}\n{document}"),
        }
    }

    /// A mutation's answer as it came.
    pub(crate) async fn answer_of(&self, mutation: &str, input: Value) -> Answer {
        let (_, input_type, payload) =
            MUTATIONS.iter().find(|(name, ..)| *name == mutation).unwrap_or_else(|| panic!("no {mutation}"));
        let document =
            format!("mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ {payload} }} }}");
        self.answer(&document, json!({"input": input})).await
    }

    /// A mutation: its payload, or what was refused.
    pub(crate) async fn act(&self, mutation: &str, input: Value) -> Result<Value, Refusal> {
        self.answer_of(mutation, input).await.result().map(|mut data| data[mutation].take())
    }

    /// The payload of a mutation that must work.
    pub(crate) async fn does(&self, mutation: &str, input: Value) -> Value {
        self.act(mutation, input.clone()).await.unwrap_or_else(|e| panic!("{mutation} {input}: {e:?}"))
    }

    /// What a mutation that must not work is refused with.
    pub(crate) async fn may_not(&self, mutation: &str, input: Value) -> Refusal {
        match self.act(mutation, input.clone()).await {
            Err(refusal) => refusal,
            Ok(payload) => panic!("{mutation} {input} was not refused: {payload}"),
        }
    }

    /// Some fields of an incident; null where the person may not see it.
    pub(crate) async fn incident(&self, id: &str, fields: &str) -> Value {
        let document = format!("query($id: ID!) {{ incident(id: $id) {{ {fields} }} }}");
        self.ok(&document, json!({"id": id})).await["incident"].take()
    }

    /// All nodes of a connection without filters, page by page.
    pub(crate) async fn all(&self, connection: &str, fields: &str) -> Vec<Value> {
        self.all_by(connection, "", fields).await
    }

    /// All nodes of a connection, page by page; `arguments` like `filter: {…}, ` come before `first`.
    pub(crate) async fn all_by(&self, connection: &str, arguments: &str, fields: &str) -> Vec<Value> {
        let document = format!(
            "query($after: String) {{ {connection}({arguments}first: 100, after: $after) {{
               nodes {{ {fields} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let (mut nodes, mut after) = (Vec::new(), Value::Null);
        loop {
            let mut data = self.ok(&document, json!({"after": after})).await;
            let page = &mut data[connection];
            nodes.extend(page["nodes"].as_array().expect("nodes").iter().cloned());
            if page["pageInfo"]["hasNextPage"] != true {
                return nodes;
            }
            after = page["pageInfo"]["endCursor"].take();
        }
    }
}

/// The cookies that an answer sets, as a request sends them; `None` where it sets none or only clears.
pub(crate) fn session_cookie(answer: &Answer) -> Option<String> {
    let pairs: Vec<&str> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|set| set.to_str().ok()?.split(';').next())
        .map(str::trim)
        .filter(|pair| !pair.ends_with('='))
        .collect();
    (!pairs.is_empty()).then(|| pairs.join("; "))
}

/// Whether a list of nodes holds one with this id.
pub(crate) fn has_id(nodes: &[Value], id: &str) -> bool {
    nodes.iter().any(|n| n["id"] == id)
}

/// The text of a JSON string.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
