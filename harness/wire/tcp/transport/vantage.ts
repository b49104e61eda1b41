import type { StreamEnd, StreamSeen } from '../../../model/capture-analysis.ts';
import type { Handshake } from './handshake.ts';
import type { Sender } from './sender.ts';

type Place = StreamEnd | 'between';

/** Values that systems start with: Linux and macOS, Windows, routers. */
const INITIAL_TTLS: readonly number[] = [64, 128, 255];
/** How much longer the far half of a handshake must be: one end's own time is tens of microseconds. */
const HALVES_FACTOR = 5;
const HALVES_APART_NS = 200e3;

interface Clue {
  readonly place: Place;
  readonly because: string;
}

/** Which end a capture was taken at. Clues that point to different places leave it unknown. */
export const capturedAt = (a: Sender, b: Sender, handshake: Handshake | null, synFrom: StreamEnd | null): StreamSeen['capturedAt'] => {
  const clues = [directionClue(a, b), ttlClue(a, b), handshakeClue(handshake, synFrom)].filter((clue) => clue !== null);
  const [first] = clues;
  if (first === undefined) return offloadClue(a, b) ?? { end: 'unknown', because: nothingTells(a, b) };
  // A TTL that was counted down proves a router before the capture; the handshake may still show that it is close to one end.
  const between = clues.find((clue) => clue.place === 'between');
  const sides = clues.filter((clue) => clue.place !== 'between');
  if (between !== undefined) return { end: 'between', because: [between, ...sides].map((clue) => clue.because).join(', and ') };
  const contrary = clues.find((clue) => clue.place !== first.place);
  if (contrary !== undefined) return { end: 'unknown', because: `${first.because}, but ${contrary.because}` };
  return { end: first.place, because: clues.map((clue) => clue.because).join(', and ') };
};

const directionClue = (a: Sender, b: Sender): Clue | null => {
  const forwarded = a.recent.forwarded + b.recent.forwarded;
  if (forwarded > 0) {
    const how =
      forwarded === 1
        ? '1 was captured again with a lower TTL on its way'
        : `${forwarded} were captured again with a lower TTL on their way`;
    return { place: 'between', because: `of its packets, ${how} through` };
  }
  if (a.outgoing === 1 && b.outgoing === 0)
    return { place: 'a', because: 'the capture marks what a sent as outgoing and what b sent as incoming' };
  if (a.outgoing === 0 && b.outgoing === 1)
    return { place: 'b', because: 'the capture marks what b sent as outgoing and what a sent as incoming' };
  return null;
};

const ttlClue = (a: Sender, b: Sender): Clue | null => {
  if (a.maxTtl < a.minTtl || b.maxTtl < b.minTtl) return null;
  const because = `packets of a have TTL ${ttlText(a)} and those of b ${ttlText(b)}`;
  if (isInitial(a) && isFar(b)) return { place: 'a', because };
  if (isInitial(b) && isFar(a)) return { place: 'b', because };
  return isFar(a) && isFar(b) ? { place: 'between', because } : null;
};

const isInitial = (sender: Sender): boolean => sender.minTtl === sender.maxTtl && INITIAL_TTLS.includes(sender.minTtl);
const isFar = (sender: Sender): boolean =>
  sender.minTtl > 0 && !INITIAL_TTLS.includes(sender.minTtl) && !INITIAL_TTLS.includes(sender.maxTtl);
const ttlText = (sender: Sender): string => (sender.minTtl === sender.maxTtl ? `${sender.minTtl}` : `${sender.minTtl} to ${sender.maxTtl}`);

const handshakeClue = (handshake: Handshake | null, synFrom: StreamEnd | null): Clue | null => {
  if (handshake === null || synFrom === null || handshake.synToSynAckNs < 0 || handshake.synAckToAckNs < 0) return null;
  const toSynAck = handshake.synToSynAckNs;
  const toAck = handshake.synAckToAckNs;
  const because = `${msText(toSynAck)} from SYN to SYN-ACK stand against ${msText(toAck)} from there to the ACK`;
  const synTo: StreamEnd = synFrom === 'a' ? 'b' : 'a';
  if (toSynAck >= HALVES_FACTOR * toAck && toSynAck - toAck >= HALVES_APART_NS) return { place: synFrom, because };
  if (toAck >= HALVES_FACTOR * toSynAck && toAck - toSynAck >= HALVES_APART_NS) return { place: synTo, because };
  return null;
};

/** Weak, so it only counts when nothing else is known: a receiving card joins segments as well as a sending one cuts them. */
const offloadClue = (a: Sender, b: Sender): StreamSeen['capturedAt'] | null => {
  if (a.offloadedFrames > 0 === b.offloadedFrames > 0) return null;
  const sender = a.offloadedFrames > 0 ? a : b;
  return {
    end: sender.end,
    because: `only ${sender.end} sends frames that are longer than a segment (${sender.offloadedFrames}): its own card cuts them later`,
  };
};

const nothingTells = (a: Sender, b: Sender): string => {
  if (a.packets === 0 || b.packets === 0) return `only packets of ${a.packets === 0 ? 'b' : 'a'} were captured`;
  if (a.maxTtl < a.minTtl || b.maxTtl < b.minTtl) return 'nothing but resets came from one end';
  return `packets of a have TTL ${ttlText(a)}, those of b ${ttlText(b)}, and no handshake times tell the ends apart`;
};

const msText = (ns: number): string => `${(ns / 1e6).toFixed(3)} ms`;
