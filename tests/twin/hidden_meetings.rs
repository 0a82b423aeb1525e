//! Team meetings: for the people of a venue and for who leads them; for everybody else there are none.

use sea_orm::Value;

use super::Twin;

/// The venues whose meetings somebody has a part in: they are there, or lead one of its teams, or are above who does.
const ATTENDED: &str = "WITH RECURSIVE above(lead, person) AS (\
        SELECT person_id, person_id FROM team_leads \
        UNION SELECT a.lead, p.manager_id FROM above a JOIN people p ON p.id = a.person WHERE p.manager_id IS NOT NULL) \
    SELECT v.id FROM venues v WHERE v.audience NOT IN ('ONE_TO_ONE', 'EXTERNAL') AND (v.everybody \
        OR EXISTS (SELECT 1 FROM venue_people n WHERE n.venue_id = v.id AND n.person_id = $1) \
        OR EXISTS (SELECT 1 FROM venue_teams t JOIN people p ON p.team_id = t.team_id WHERE t.venue_id = v.id AND p.id = $1) \
        OR EXISTS (SELECT 1 FROM venue_teams t JOIN team_leads l ON l.team_id = t.team_id JOIN above a ON a.lead = l.person_id \
            WHERE t.venue_id = v.id AND a.person = $1))";

impl Twin<'_> {
    /// Takes away the meetings and the points of all other venues. One's own words stay one's own.
    pub(super) async fn meetings(&self) {
        let db = self.db;
        let me: [Value; 1] = [self.me.into()];
        let elsewhere = format!("venue_id NOT IN ({ATTENDED})");
        db.run(&format!("DELETE FROM meeting_points WHERE author_id <> $1 AND {elsewhere}"), me.clone())
            .await;
        let gone = format!(
            "SELECT id FROM meetings WHERE {elsewhere} AND id NOT IN \
             (SELECT meeting_id FROM meeting_points WHERE meeting_id IS NOT NULL)"
        );
        for id in db.ids(&gone, me).await {
            for (table, column) in
                [("meeting_topics", "meeting_id"), ("meeting_examples", "meeting_id"), ("meetings", "id")]
            {
                db.run(&format!("DELETE FROM {table} WHERE {column} = $1"), [id.into()]).await;
            }
        }
    }
}
