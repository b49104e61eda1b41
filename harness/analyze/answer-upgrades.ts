import { connectionsOf, isSameStream, streamFinder, streamKey, upgradesOnce } from '../measure/connections.ts';
import type { Contrast, StreamSeen } from '../model/capture-analysis.ts';
import type { UpgradeOutcome, UpgradeSeen } from '../model/content-analysis.ts';
import { bounded } from '../wire/redact.ts';
import { didOf, lackOf, requestOf } from './answer-outcome.ts';
import { isOfOneTarget } from './contrast-headers.ts';
import { behindOf } from './answer-proxies.ts';
import { resetWords, transitOf } from './answer-resets.ts';
import { counted, lasting, listed, many, namesOf } from './answer-words.ts';
import type { AnalysisFacts, TellingContext, Told } from './answer-words.ts';

const MAX_REFUSALS = 3;
const MAX_CONTRASTS = 2;

/** How many upgrades were asked for and what became of them, then each kind of refusal: beside an accepted one where there is one, else alone. */
export function upgradesTold(analysis: AnalysisFacts): readonly Told[] {
  const upgrades = upgradesOnce(analysis);
  if (upgrades.length === 0) return noUpgrade(analysis);
  const contrasts = analysis.contrasts.filter(isOfOneTarget).slice(0, MAX_CONTRASTS);
  const context: TellingContext = { analysis, names: namesOf(analysis.captures), finder: streamFinder(analysis.streams) };
  const passedOn = new Set(analysis.proxies.flatMap(({ serverLeg }) => (serverLeg === null ? [] : [streamKey(serverLeg)])));
  const contrasted = contrasts.flatMap(({ refused }) => analysis.upgrades.filter((it) => isSameStream(it, refused)).map(kindOf));
  const kinds = Map.groupBy(
    upgrades.filter((it) => it.outcome !== 'accepted' && !passedOn.has(streamKey(it)) && !contrasted.includes(kindOf(it))),
    (it) => `${kindOf(it)} ${String(isOddReset(it, context))}`,
  );
  const refusals = [...kinds.values()].toSorted((a, b) => tellingOf(b, context) - tellingOf(a, context));
  return [
    { rank: 0, text: countsOf(upgrades) },
    ...contrasts.map((contrast, index) => ({ rank: 1 + 3 * index, text: contrastTold(contrast, context) })),
    ...refusals.slice(0, MAX_REFUSALS).map((same, index) => ({ rank: 1 + 2 * index, text: refusalSentence(same, context) })),
    ...(refusals.length > MAX_REFUSALS ? [{ rank: 2, text: restOf(refusals.slice(MAX_REFUSALS).flat()) }] : []),
  ];
}

function contrastTold({ sentence, accepted, refused }: Contrast, context: TellingContext): string {
  const { analysis } = context;
  const upgrade = analysis.upgrades.find((it) => it.outcome !== 'accepted' && isSameStream(it, refused));
  const isToldAlready = analysis.proxies.some(
    ({ clientLeg, serverLeg }) => serverLeg !== null && isSameStream(clientLeg, refused) && isSameStream(serverLeg, accepted),
  );
  return upgrade === undefined || isToldAlready ? sentence : `${sentence}${behindOf(upgrade, context)}`;
}

/** Resets that do not look right first, then what happened most often. */
const tellingOf = (same: readonly UpgradeSeen[], context: TellingContext): number =>
  (same.some((it) => isOddReset(it, context)) ? 1e9 : 0) + same.length;

const isOddReset = (upgrade: UpgradeSeen, { finder }: TellingContext): boolean =>
  upgrade.outcome === 'reset' && (finder(upgrade)?.resets.some(({ isLate, oddities }) => isLate || oddities.length > 0) ?? false);

/** Refusals of one kind are told once. */
const kindOf = ({ capture, server, outcome, status }: UpgradeSeen): string => `${String(capture)} ${server} ${outcome} ${String(status)}`;

const OUTCOMES: readonly (readonly [UpgradeOutcome, string])[] = [
  ['accepted', 'accepted'],
  ['refused', 'refused'],
  ['wrong-accept', 'answered with a wrong 101'],
  ['reset', 'reset'],
  ['closed', 'closed without an answer'],
  ['no-answer', 'not answered'],
  ['unreadable', 'not captured in full'],
];

function countsOf(upgrades: readonly UpgradeSeen[]): string {
  const counts = OUTCOMES.map(([outcome, words]) => ({ words, count: upgrades.filter((it) => it.outcome === outcome).length }));
  const seen = counts.filter(({ count }) => count > 0);
  const [only] = seen;
  const asked = `${many(upgrades.length, 'WebSocket upgrade was', 'WebSocket upgrades were')} asked for`;
  if (seen.length === 1 && only !== undefined) return `${asked}, ${upgrades.length === 1 ? 'and' : 'all'} ${only.words}.`;
  return `${asked}: ${listed(seen.map(({ words, count }) => `${counted(count)} ${words}`))}.`;
}

function refusalSentence(same: readonly UpgradeSeen[], context: TellingContext): string {
  const [first] = same;
  if (first === undefined) return '';
  const { analysis, names, finder } = context;
  const server = names.endpoint(first.capture, first.server);
  const after = first.elapsedMs === null || first.outcome === 'reset' ? '' : ` after ${lasting(first.elapsedMs)}`;
  /* What was not captured may hold what seems to be missing. */
  const lack = first.outcome === 'unreadable' ? null : lackOf(first);
  const parts = [
    `${requestOf(first)} (${names.place(first.capture, first.stream, first.frame)}): ${server} ${didOf(first, names.endpoint(first.capture, first.client))}${after}`,
    ...endingOf(first, finder(first), analysis),
    ...(lack === null ? [] : [lack]),
  ];
  const others = same.length > 1 ? ` ${many(same.length - 1, 'more request', 'more requests')} ended the same way.` : '';
  return `${parts.join('; ')}.${behindOf(first, context)}${others}`;
}

/** What came in place of an answer, and who ended the connection. */
function endingOf(upgrade: UpgradeSeen, stream: StreamSeen | undefined, analysis: AnalysisFacts): readonly string[] {
  if (upgrade.outcome === 'unreadable') return [bounded(upgrade.because, 160)];
  if (stream === undefined || upgrade.exchange.response !== null) return [];
  const who = (end: 'a' | 'b'): string => (end === upgrade.from ? 'the client' : 'the server');
  const reset = stream.resets.find(({ atMs }) => atMs >= upgrade.atMs);
  if (upgrade.outcome === 'reset' && reset !== undefined)
    return [`${resetWords(reset, `${who(reset.from)}'s end`, transitOf(analysis, upgrade, reset))} (frame ${String(reset.frame)})`];
  const [closing] = stream.closing.filter(({ atMs }) => atMs >= upgrade.atMs);
  if (closing !== undefined) {
    return [
      `${who(closing.from)} ended the connection ${lasting(closing.atMs - upgrade.atMs)} after the request (frame ${String(closing.frame)})`,
    ];
  }
  return upgrade.outcome === 'no-answer'
    ? [`the connection was still open ${lasting(stream.endedAtMs - upgrade.atMs)} later, at its last packet`]
    : [];
}

function restOf(upgrades: readonly UpgradeSeen[]): string {
  const statuses = [...new Set(upgrades.map(({ status, outcome }) => (status === null ? outcome : String(status))))];
  return `${many(upgrades.length, 'more request was', 'more requests were')} not accepted (${listed(statuses.slice(0, 12))}): see the table.`;
}

function noUpgrade(analysis: AnalysisFacts): readonly Told[] {
  const { captures } = analysis;
  const streams = connectionsOf(analysis);
  const packets = captures.reduce((sum, capture) => sum + capture.packets, 0);
  const which = captures.length > 1 ? 'the captures hold' : 'the capture holds';
  if (streams.length === 0) {
    const others = captures.flatMap(({ notAnalysed }) => Object.keys(notAnalysed));
    const instead = others.length === 0 ? '' : ` (${listed([...new Set(others)].slice(0, 4).map((name) => bounded(name, 40)))})`;
    const what = packets === 0 ? `${which} no packets` : `${which} ${many(packets, 'packet')}, none of them TCP${instead}`;
    return [{ rank: 0, text: `No WebSocket upgrade was seen: ${what}.` }];
  }
  const closed = streams.flatMap(({ tls }) => (tls !== null && !tls.decrypted ? [tls] : []));
  const found = `No WebSocket upgrade was seen in ${many(streams.length, 'TCP stream')}`;
  if (closed.length === 0) return [{ rank: 0, text: `${found}.` }];
  const because = closed.find((tls) => tls.because !== null)?.because ?? null;
  const why = because === null ? '' : ` (${bounded(because, 120)})`;
  return [
    {
      rank: 0,
      text: `${found}; ${many(closed.length, 'stream')} of TLS could not be read${why}: give --keylog with the secrets of these sessions.`,
    },
  ];
}
