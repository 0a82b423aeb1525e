//! Everything about the viewer, list by list, and as a file.

use cynic::queries::OperationType;

use super::client::{Later, operation, root};
use super::json::{FromJson, read};
use super::operation::mutation;
use super::queries::{
    AfterVars, AfterVarsFields, IncidentPage, NoticePage, Page, PageInfo, RecognitionPage, page,
};
use super::{
    DateTime, ExportMyDataInput, Handling, Id, IncidentName, IncidentRow, Notice, Outcome, PersonRef,
    Recognition, schema,
};

/// The format of an export.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    Json,
    Csv,
}

read! {
    /// A decision that the viewer took.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct MyDecision {
        pub id: Id,
        pub incident_id: Id,
        pub outcome: Outcome,
        pub handling: Option<Handling>,
        pub decided_at: DateTime,
        pub delivered_at: Option<DateTime>,
        pub retracted_at: Option<DateTime>,
    }
}
page!(MyDecisionPage, "MyDecisionConnection", MyDecision);

read! {
    /// A reply or a question.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct MyWords {
        pub id: Id,
        pub incident: Option<IncidentName>,
        pub text: String,
        pub at: DateTime,
    }
}
page!(MyWordsPage, "MyWordsConnection", MyWords);

read! {
    /// A comment of the viewer's.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct MyComment {
        pub id: Id,
        pub text: String,
        pub at: DateTime,
    }
}
page!(MyCommentPage, "MyCommentConnection", MyComment);

read! {
    /// A point of the viewer's for a team meeting.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct MyMeetingPoint {
        pub id: Id,
        pub text: String,
        pub at: DateTime,
    }
}
page!(MyPointPage, "MyMeetingPointConnection", MyMeetingPoint);

read! {
    /// A reaction of the viewer's.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct MyReaction {
        pub recognition_id: Id,
        pub emoji: String,
        pub at: DateTime,
    }
}
page!(MyReactionPage, "MyReactionConnection", MyReaction);

read! {
    /// A reading of something about the viewer, with the entry.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Reading")]
    pub struct ReadingOfMine {
        pub by: PersonRef,
        pub why: String,
        pub reason: Option<String>,
        pub at: DateTime,
        pub until: Option<DateTime>,
        pub incident: Option<IncidentName>,
    }
}
page!(ReadingPage, "ReadingConnection", ReadingOfMine);

macro_rules! my_list {
    // A `ty` of its own: the derive names its variables after where a plain name comes from.
    (@query $query:ident $fragment:ty) => {
        #[derive(cynic::QueryFragment)]
        #[cynic(graphql_type = "Query", variables = "AfterVars")]
        #[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
        struct $query {
            my_data: $fragment,
        }
    };
    ($(#[$doc:meta])* $name:ident, $query:ident, $fragment:ident { $field:ident: $page:ty } of $node:ty) => {
        read! {
            #[derive(cynic::QueryFragment)]
            #[cynic(graphql_type = "MyData", variables = "AfterVars")]
            struct $fragment {
                #[arguments(first: 20, after: $after)]
                $field: $page,
            }
        }
        my_list!(@query $query $fragment);
        $(#[$doc])*
        pub fn $name(after: Option<String>) -> Later<Page<$node>> {
            let variables = AfterVars { after };
            let list = root::<$fragment>(&operation::<$query, AfterVars>(
                OperationType::Query,
                stringify!($query),
                &variables,
            ));
            Box::pin(async move { Ok(list.await?.$field.into()) })
        }
    };
}

my_list!(
    /// Entries about the viewer, as far as they may see them.
    about_me, AboutMeQuery, AboutMe { about_me: IncidentPage } of IncidentRow
);
my_list!(
    /// Entries that the viewer logged.
    logged_by_me, LoggedByMeQuery, LoggedByMe { logged_by_me: IncidentPage } of IncidentRow
);
my_list!(
    /// Decisions that the viewer took.
    my_decisions, MyDecisionsQuery, MyDecisions { decisions: MyDecisionPage } of MyDecision
);
my_list!(
    /// Published recognitions that name the viewer.
    my_recognitions, MyRecognitionsQuery, MyRecognitions { recognitions: RecognitionPage } of Recognition
);
my_list!(
    /// Notices that name the viewer.
    my_notices, MyNoticesQuery, MyNotices { notices: NoticePage } of Notice
);
my_list!(
    /// What the viewer replied.
    my_replies, MyRepliesQuery, MyReplies { replies: MyWordsPage } of MyWords
);
my_list!(
    /// What the viewer asked.
    my_questions, MyQuestionsQuery, MyQuestions { questions: MyWordsPage } of MyWords
);
my_list!(
    /// What the viewer was asked.
    questions_to_me, QuestionsToMeQuery, QuestionsToMe { questions_to_me: MyWordsPage } of MyWords
);
my_list!(
    /// The viewer's comments.
    my_comments, MyCommentsQuery, MyComments { comments: MyCommentPage } of MyComment
);
my_list!(
    /// What the viewer added to team meetings.
    my_points, MyPointsQuery, MyPoints { meeting_points: MyPointPage } of MyMeetingPoint
);
my_list!(
    /// The viewer's reactions.
    my_reactions, MyReactionsQuery, MyReactions { reactions: MyReactionPage } of MyReaction
);
my_list!(
    /// Who opened or read entries about the viewer without being a party to them.
    readings_about_me, ReadingsAboutMeQuery, ReadingsAboutMe { readings: ReadingPage } of ReadingOfMine
);

read! {
    /// A file to save.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "ExportPayload")]
    pub struct Export {
        pub filename: String,
        pub media_type: String,
        pub content: String,
    }
}
mutation!(
    /// Everything about the viewer as a file.
    export_my_data(ExportMyDataInput) -> Export, ExportMyData, ExportMyDataVars, "ExportMyDataVars"
);
