// Every page, and the people for whom it looks different.

import { ask } from './browser.mjs';
import { logTwice } from './journey.mjs';

const OWN = `{
  viewer { id }
  values { id name }
  myIncidents(first: 20) { nodes { id kind state } }
  decisionQueue(first: 50) { nodes { id kind state title viewerMay } }
}`;
const HISTORY = `query($id: ID!) {
  reinforcementHistory(leaderId: $id) { decisions(first: 20) { nodes { outcome deliveredAt incident { id } } } }
}`;

/** The pages that need nobody to be signed in. */
export const OUTSIDE = [
  ['sign-in', '/sign-in'],
  ['set-up', '/set-up#no-such-token'],
  ['invite', '/invite#no-such-token'],
  ['reset', '/reset#no-such-token'],
];

/** The pages of a member who logs. */
export async function memberPages(page) {
  const { viewer, values, myIncidents } = await ask(page, OWN);
  const logged = myIncidents.nodes.slice(0, 2).map(({ id, kind }) => [`entry-${kind.toLowerCase()}`, `/incidents/${id}`]);
  return [
    ['feed', '/'],
    ['log', '/log'],
    ['entries', '/entries'],
    ...logged,
    ['notices', '/notices'],
    ['values', '/values'],
    ['value', `/values/${values[0].id}`],
    ['topics', '/topics'],
    ['meetings', '/meetings'],
    ['person', `/people/${viewer.id}`],
    ['account', '/account'],
    ['my-data', '/my-data'],
    ['who-can-see-what', '/who-can-see-what'],
    ['not-found', '/there-is-no-such-page'],
    ['hidden-entry', '/incidents/00000000-0000-4000-8000-000000000000'],
  ];
}

/** The pages of a leader who decides. */
export async function leaderPages(page) {
  const { viewer, decisionQueue } = await ask(page, OWN);
  const { reinforcementHistory } = await ask(page, HISTORY, { id: viewer.id });
  const undecided = decisionQueue.nodes.filter(({ viewerMay }) => viewerMay.includes('decide'));
  const { meetingPlaces } = await ask(page, '{ meetingPlaces { venue { id } holds } }');
  const held = meetingPlaces.find(({ holds }) => holds);
  const pages = [
    ['queue', '/queue'],
    ['topics', '/topics'],
    ['meetings', '/meetings'],
    ['meeting', `/meetings/${held.venue.id}`],
    ['one-to-ones', '/one-to-ones'],
    ['history', '/history'],
    ['leader', `/people/${viewer.id}`],
  ];
  for (const kind of ['VIOLATED', 'UPHELD']) {
    const incident = undecided.find((candidate) => candidate.kind === kind);
    if (incident) pages.push([`decide-${kind.toLowerCase()}`, `/incidents/${incident.id}`]);
  }
  for (const outcome of ['RECOGNITION', 'CORRECTION']) {
    const decision = reinforcementHistory.decisions.nodes.find((one) => one.outcome === outcome && one.deliveredAt);
    if (decision) pages.push([`decided-${outcome.toLowerCase()}`, `/incidents/${decision.incident.id}`]);
  }
  const [twice] = await logTwice(page);
  pages.push(['logged-twice', `/incidents/${twice.id}`]);
  return pages;
}

/** The pages of a leader of leaders, who reads another's history. */
export async function leaderAbovePages(page) {
  const { people } = await ask(page, '{ people(search: "Cedar") { nodes { id } } }');
  const { decisionQueue } = await ask(page, OWN);
  const deliver = decisionQueue.nodes.find(({ viewerMay }) => viewerMay.includes('markDelivered'));
  const pages = [
    ['queue', '/queue'],
    ['history-of-a-leader', `/history/${people.nodes[0].id}`],
  ];
  return deliver ? [...pages, ['deliver', `/incidents/${deliver.id}`]] : pages;
}

/** The pages that an admin sees otherwise. */
export async function adminPages(page) {
  const { values } = await ask(page, OWN);
  const { people } = await ask(page, '{ people(search: "Cedar") { nodes { id } } }');
  return [
    ['people', '/admin/people'],
    ['person', `/admin/people/${people.nodes[0].id}`],
    ['places', '/admin/places'],
    ['rules', '/admin/rules'],
    ['open', '/admin/open'],
    ['holds', '/admin/holds'],
    ['audit', '/admin/audit'],
    ['queue', '/queue'],
    ['values', '/values'],
    ['value', `/values/${values[0].id}`],
  ];
}

/** Who looks at what. */
export const VISITS = [
  ['larch', memberPages],
  ['cedar', leaderPages],
  ['rowan', leaderAbovePages],
  ['hazel', adminPages],
];
