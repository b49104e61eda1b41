import { connectionsOf, placeOf, streamKey } from '../measure/connections.ts';
import type { ClosingEvent, ResetSeen, ResetTransit, StreamSeen } from '../model/capture-analysis.ts';
import type { UpgradeSeen } from '../model/content-analysis.ts';
import { bounded } from '../wire/redact.ts';
import { resetWords, transitOf } from './answer-resets.ts';
import { addressOf, lasting, many, namesOf } from './answer-words.ts';
import type { AnalysisFacts, Names, Told } from './answer-words.ts';

const MAX_KINDS = 2;
/** Oddness of an ending from which on it is told of any connection: after a silence, or by a reset. */
const ODD = 3;
/** A shorter silence before an end says nothing. */
const SILENCE_MS = 1000;
/** Codes of an end that was meant: normal closure, going away, none given (RFC 6455 section 7.4.1). */
const MEANT = new Set([1000, 1001, null]);

interface Ending {
  readonly stream: StreamSeen;
  readonly first: ClosingEvent;
  readonly reset: ResetSeen | null;
  /** Silence that this end broke, or after which the first packet was answered with a reset. */
  readonly silence: { readonly ms: number; readonly brokenBy: 'end' | 'packet' } | null;
  readonly isWebSocket: boolean;
  readonly transit: ResetTransit | null;
  readonly who: string;
}

/**
 * Who ended WebSockets first and how, the oddest kinds first. Where no WebSocket was seen, as inside TLS without keys: who reset connections or ended them
 * after a silence.
 */
export function closingsTold(analysis: AnalysisFacts): readonly Told[] {
  const names = namesOf(analysis.captures);
  const upgrades = new Map(analysis.upgrades.filter(({ outcome }) => outcome === 'accepted').map((it) => [streamKey(it), it]));
  const connections = connectionsOf(analysis);
  const all = connections.flatMap((stream) => endingOf(stream, upgrades.get(streamKey(placeOf(stream))), { analysis, names }) ?? []);
  const ofWebSockets = all.filter(({ isWebSocket }) => isWebSocket);
  const told = ofWebSockets.length > 0 || upgrades.size > 0 ? ofWebSockets : all.filter((it) => oddnessOf([it]) >= ODD);
  const kinds = [...Map.groupBy(told, kindOf).values()].toSorted((a, b) => oddnessOf(b) - oddnessOf(a) || b.length - a.length);
  return [
    ...kinds.slice(0, MAX_KINDS).map((same, index) => ({ rank: (oddnessOf(same) > 1 ? 2 : 4) + index, text: sentenceOf(same, names) })),
    ...refusedConnections(connections, names),
  ];
}

/** A SYN that is answered with a reset: nobody listens there, or something on the path says so. */
function refusedConnections(connections: readonly StreamSeen[], names: Names): readonly Told[] {
  const refused = connections.filter(isRefusedAtOnce);
  const [first] = refused;
  if (first === undefined) return [];
  const others = refused.filter(({ b }) => b === first.b).length;
  const place = names.place(first.capture, first.index, first.resets[0]?.frame);
  const more = refused.length > others ? ` ${many(refused.length - others, 'more connection')} to other places went the same way.` : '';
  return [
    {
      rank: 3,
      text: `${names.endpoint(first.capture, first.b)} answered the SYN of ${many(others, 'connection')} with RST (${others > 1 ? 'first ' : ''}${place}).${more}`,
    },
  ];
}

const isRefusedAtOnce = ({ resets }: StreamSeen): boolean => resets[0]?.provokedBy?.what === 'syn';

function endingOf(
  stream: StreamSeen,
  upgrade: UpgradeSeen | undefined,
  { analysis, names }: { readonly analysis: AnalysisFacts; readonly names: Names },
): Ending | null {
  const [first] = stream.closing;
  if (first === undefined || isRefusedAtOnce(stream)) return null;
  const reset = stream.resets.find(({ frame }) => frame === first.frame) ?? null;
  const broken = stream.idleGaps.find(({ frame, gapMs }) => gapMs >= SILENCE_MS && frame === first.frame);
  const forgotten = stream.idleGaps.find(({ frame, gapMs }) => gapMs >= SILENCE_MS && frame !== null && frame === reset?.provokedBy?.frame);
  const gap = broken ?? forgotten;
  const isClient = first.from === (upgrade?.from ?? 'a');
  const endpoint = first.from === 'a' ? stream.a : stream.b;
  return {
    stream,
    first,
    reset,
    silence: gap === undefined ? null : { ms: gap.gapMs, brokenBy: broken === undefined ? 'packet' : 'end' },
    transit: reset === null ? null : transitOf(analysis, placeOf(stream), reset),
    isWebSocket: upgrade !== undefined || stream.webSocket !== null,
    who: `${isClient ? 'the client' : 'the server'} ${names.endpoint(stream.capture, isClient ? addressOf(endpoint) : endpoint)}`,
  };
}

const kindOf = ({ first, reset, silence, who }: Ending): string =>
  [who, first.kind, first.code, reset?.isLate ?? false, (reset?.oddities.length ?? 0) > 0, silence?.brokenBy ?? ''].join(' ');

function oddnessOf([ending]: readonly Ending[]): number {
  if (ending === undefined) return 0;
  const { first, reset, silence } = ending;
  if (reset !== null) return reset.oddities.length > 0 ? 6 : reset.isLate ? 5 : 4;
  if (silence !== null) return 3;
  if (first.kind === 'close-frame') return MEANT.has(first.code) ? 0 : 2;
  return first.kind === 'rst' ? 4 : 1;
}

function sentenceOf(same: readonly Ending[], names: Names): string {
  const [lead] = same;
  if (lead === undefined) return '';
  const { stream, first, reset, who } = lead;
  const what = `${who} ended ${many(same.length, lead.isWebSocket ? 'WebSocket' : 'connection')} first, ${howOf(first, lead.isWebSocket)}`;
  const where = `(${same.length > 1 ? 'first ' : ''}${names.place(stream.capture, stream.index, first.frame)})`;
  /* A reset that breaks a silence is late by itself. */
  const isTelling = reset !== null && ((reset.isLate && lead.silence?.brokenBy !== 'end') || reset.oddities.length > 0);
  const detail = isTelling ? `; ${resetWords(reset, 'that end', lead.transit)}` : '';
  return capital(`${what}${silenceWords(same)} ${where}${detail}.`);
}

function howOf({ kind, code, reason }: ClosingEvent, isWebSocket: boolean): string {
  const unclosed = isWebSocket ? ' and no Close frame' : '';
  const said = reason === '' ? '' : ` "${bounded(reason, 60)}"`;
  switch (kind) {
    case 'close-frame':
      return `with Close${code === null ? ' without a code' : ` ${String(code)}`}${said}`;
    case 'close-notify':
      return 'with a TLS close_notify';
    case 'fin':
      return `with FIN${unclosed}`;
    case 'rst':
      return `with RST${unclosed}`;
  }
}

/** Several silences of the same length are what an idle limit looks like; one alone may be chance. */
function silenceWords(same: readonly Ending[]): string {
  const lengths = same.flatMap(({ silence }) => (silence === null ? [] : [silence.ms]));
  const [shortest, longest] = [Math.min(...lengths), Math.max(...lengths)];
  if (lengths.length === 0) return '';
  const brokenBy = same[0]?.silence?.brokenBy;
  const alike = longest - shortest <= Math.max(50, 0.05 * longest);
  const length = alike ? lasting(longest) : `${lasting(shortest)} to ${lasting(longest)}`;
  const limit = alike && same.length > 1 ? ', as an idle limit does' : '';
  return brokenBy === 'packet'
    ? `, in answer to the first packet after ${length} of silence`
    : `, after ${length} without a packet${limit}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
