// An organisation in which every text is a payload, as an import file.

import { readFileSync } from 'node:fs';

import { ELSEWHERE } from './payloads.mjs';

const DEMO = new URL('../../backend/demo-data.json', import.meta.url);

/** The demo's organisation with payloads for names and texts; people keep their first word, by which tests find them. */
export function hostileOrganisation(hand) {
  const data = JSON.parse(readFileSync(DEMO, 'utf8'));
  delete data.meta;
  delete data.demoScenarios;
  data.organisation.name = hand.one(100, 'Northlight');
  for (const value of data.values) {
    value.title = hand.one(110, value.title.split(' ')[0]);
    value.statement = hand.many(480);
    for (const list of ['looksLikeUpheld', 'looksLikeViolated']) value[list] = value[list].map(() => hand.one(190));
  }
  for (const team of data.teams) team.name = hand.one(110, team.name.split(' ')[0]);
  for (const venue of data.venues) venue.name = hand.one(110, venue.name.split(' ')[0]);
  for (const person of data.people) {
    person.email = `${person.id}@upheld.example`;
    person.title = hand.one(110);
    person.displayName = hand.one(110, person.displayName);
  }
  data.incidents.forEach((incident, n) => {
    for (const [field, length] of [['title', 118], ['situation', 1900], ['behaviour', 1900], ['impact', 1900]]) {
      if (incident[field]) incident[field] = field === 'title' ? hand.one(length) : hand.many(length);
    }
    incident.evidenceUrl = evidence(n);
    if (incident.waiting) incident.waiting.question = hand.many(900);
    const decision = incident.decision;
    if (!decision) return;
    for (const [field, length] of [['rationale', 1900], ['wording', 900], ['principle', 290], ['heardReason', 280]]) {
      if (decision[field]) decision[field] = hand.many(length);
    }
    // Where the person is not named their name may not stand in the text, and payloads share words with it.
    if (decision.outcome === 'CORRECTION' && decision.handling === 'PUBLIC') decision.namesSubject = true;
    if (decision.principle) decision.principle = 'We let each other finish.';
  });
  return data;
}

/** Addresses that are allowed and hold what must not be taken out of them. */
function evidence(n) {
  const all = [
    `${ELSEWHERE}/"><img/src=x/onerror=alert(${n})>`,
    `https://example.com/javascript:alert(${n})`,
    `http://a:b@127.0.0.1:9/'onclick='alert(${n})`,
    `https://example.com/#<svg/onload=alert(${n})>`,
    `https://example.com/?next=javascript:alert(${n})`,
  ];
  return all[n % all.length];
}
