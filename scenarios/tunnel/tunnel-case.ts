import { OPCODE, type PlayBytes, type PlayCase, type Step } from '../../harness/index.ts';
import { awaitOf, bytesOf, frameOf, lengthOf, sendOf, type Sender } from './play-frames.ts';

export type CaseWords = Pick<PlayCase, 'id' | 'title' | 'cite' | 'requirement'> & Partial<Pick<PlayCase, 'slow' | 'deadlineMs' | 'head'>>;

export interface Traffic {
  readonly client?: readonly PlayBytes[];
  readonly origin?: readonly PlayBytes[];
  /** How the writes of both are cut. */
  readonly cut?: { readonly writeBytes?: number; readonly everyMs?: number };
  /** Field lines of the 101. */
  readonly answer?: readonly string[];
}

export const HEAD: Step = { do: 'await-head' };

/** What the origin sends when it has everything, so that the client does not end the tunnel before. */
export const ACK = bytesOf(frameOf('origin', { opcode: OPCODE.pong, payload: 'all came' }));
export const ACK_BYTES = lengthOf([ACK]);

export const WHOLE: PlayCase['expectation'] = { outcomes: ['101'], toOrigin: 'all', toClient: 'all' };

/** Both ends send at once what they have; every byte must come to the other. */
export function trafficCase(words: CaseWords, { client = [], origin = [], cut = {}, answer = [] }: Traffic): PlayCase {
  const send = (bytes: readonly PlayBytes[]): readonly Step[] => (bytes.length === 0 ? [] : [sendOf(bytes, cut)]);
  return {
    ...words,
    client: [HEAD, ...send(client), awaitOf(lengthOf(origin) + ACK_BYTES)],
    origin: [{ do: 'upgrade', lines: answer }, ...send(origin), awaitOf(lengthOf(client)), sendOf([ACK])],
    expectation: WHOLE,
  };
}

/** The same traffic of each end in turn, as two cases. */
export const bothWays = (
  words: CaseWords,
  bytes: (from: Sender) => readonly PlayBytes[],
  more: Omit<Traffic, 'client' | 'origin'> = {},
): readonly PlayCase[] =>
  (['client', 'origin'] as const).map((from) =>
    trafficCase({ ...words, id: `${words.id}-from-${from}`, title: `${words.title}, from the ${from}` }, { ...more, [from]: bytes(from) }),
  );
