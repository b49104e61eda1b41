import {
  OPCODE,
  defineScenario,
  encodeFrame,
  newSince,
  nowMs,
  seededRandom,
  type HandshakeOutcome,
  type LivePath,
  type ScenarioContext,
} from '../../harness/index.ts';
import { handshakeCases, type HandshakeCase } from './cases.ts';

interface Options {
  /** How long an attempt may take before it counts as a timeout. */
  readonly deadlineMs: number;
  /** The same where a link impairs packets: a lost SYN and a lost request cost a second or more each (RFC 6298 section 2). */
  readonly impairedDeadlineMs: number;
  /** Pause between the two writes of a request in two segments. */
  readonly segmentDelayMs: number;
}

/** After so many timeouts a path is not given the full deadline any more. */
const PATIENCE = 2;
const ECHO_TEXT = 'hopscope first frame';

/** Sends every handshake case over every path, byte by byte as written, and records both ends. */
export const openingHandshake = defineScenario<Options>({
  id: 'opening-handshake',
  title: 'Opening handshake',
  about: `${handshakeCases.length} opening handshakes, right and wrong, with the RFC section that each exercises; what the client sent, the origin received, the origin sent and the client received is compared per hop.`,
  defaults: { deadlineMs: 1000, impairedDeadlineMs: 6000, segmentDelayMs: 20 },
  async run(context) {
    const random = seededRandom(context.seed);
    for (const [index, live] of context.paths.entries()) {
      context.progress(`${live.path.id}: ${handshakeCases.length} handshakes`, index, context.paths.length);
      await context.stimulus(live, async () => {
        let timeouts = 0;
        for (const handshake of handshakeCases) {
          if (context.signal.aborted) return;
          const fullMs = isImpaired(live) ? context.options.impairedDeadlineMs : context.options.deadlineMs;
          const deadlineMs = timeouts < PATIENCE ? fullMs : fullMs / 5;
          const outcome = await attempt({ context, live, handshake, random, deadlineMs });
          if (outcome.kind === 'timeout') timeouts++;
        }
      });
    }
  },
});

const isImpaired = ({ path }: LivePath): boolean => path.links.some(({ impairments }) => impairments.length > 0);

interface Attempt {
  readonly context: ScenarioContext<Options>;
  readonly live: LivePath;
  readonly handshake: HandshakeCase;
  readonly random: () => number;
  readonly deadlineMs: number;
}

async function attempt({ context, live, handshake, random, deadlineMs }: Attempt): Promise<HandshakeOutcome> {
  const { segmentDelayMs } = context.options;
  const bytes = (count: number): Buffer => Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));
  const endpoint = live.endpoint(`${live.path.target}${handshake.targetSuffix ?? ''}`);
  const key = bytes(16).toString('base64');
  const frame = encodeFrame({ opcode: OPCODE.text, payload: Buffer.from(ECHO_TEXT), maskKey: bytes(4) });
  const head = requestHead(handshake, endpoint.target, endpoint.hostHeader, key);
  const withRequest = handshake.delivery === 'with-first-frame';
  const startedAtMs = nowMs();
  const before = await live.origin.take();
  const reply = await live.drive({
    kind: 'handshake',
    endpoint,
    chunks: chunksOf(head, frame, handshake.delivery ?? 'whole', segmentDelayMs),
    key: handshake.lines.some((line) => line.includes('{key}')) ? key : null,
    deadlineMs,
    echo: { text: ECHO_TEXT, when: withRequest ? 'with-request' : 'after-101' },
  });
  context.record('handshakes', {
    path: live.path.id,
    scenario: 'opening-handshake',
    caseId: handshake.id,
    title: handshake.title,
    cite: handshake.cite,
    requirement: handshake.requirement,
    acceptable: handshake.acceptable,
    startedAtMs,
    endedAtMs: nowMs(),
    client: reply.client,
    outcome: reply.outcome,
    echo: reply.echo === null ? null : { sentBytes: frame.length, sentWithRequest: withRequest, ...reply.echo },
    origin: newSince(before, await live.origin.take()),
  });
  return reply.outcome;
}

function requestHead(handshake: HandshakeCase, target: string, host: string, key: string): Buffer {
  const lines = handshake.lines.map((line) => line.replace('{host}', host).replace('{key}', key));
  const startLine = `${handshake.method ?? 'GET'} ${target} ${handshake.version ?? 'HTTP/1.1'}`;
  return Buffer.from([startLine, ...lines, '', ''].join('\r\n'), 'latin1');
}

function chunksOf(
  head: Buffer,
  frame: Buffer,
  delivery: NonNullable<HandshakeCase['delivery']>,
  delayMs: number,
): { base64: string; delayMs: number }[] {
  const chunk = (bytes: Buffer, wait = 0): { base64: string; delayMs: number } => ({ base64: bytes.toString('base64'), delayMs: wait });
  switch (delivery) {
    case 'whole':
      return [chunk(head)];
    case 'with-first-frame':
      return [chunk(Buffer.concat([head, frame]))];
    case 'two-segments': {
      // In the middle of a header line, where a reader that takes a line for a segment goes wrong.
      const middle = Math.floor(head.length / 2);
      return [chunk(head.subarray(0, middle)), chunk(head.subarray(middle), delayMs)];
    }
  }
}
