import { isIP } from 'node:net';
import { LADDER_MODES } from '../model/ladder-mode.ts';
import { faultOfSteps } from '../play/fault-of-steps.ts';
import type { DriverRequest, Endpoint } from './protocol.ts';

/** A line of the harness as a request, or what is wrong with it. `id` 0: the line names none. */
export type ReadRequest =
  | { readonly kind: 'request'; readonly request: DriverRequest }
  | { readonly kind: 'bad'; readonly id: number; readonly message: string };

type Fields = Readonly<Record<string, unknown>>;
/** Says what was expected of a value, or null when it is that. */
type Check = (value: unknown) => string | null;

/** Reads one line; checks every field that the driver uses, so that a wrong request is an answer and never a crash. */
export function readRequest(line: string): ReadRequest {
  const fields = parsed(line);
  const id = isCount(fields?.['id']) ? Number(fields?.['id']) : 0;
  if (fields === null || id === 0) return { kind: 'bad', id, message: 'a JSON object with an id expected' };
  const shape = Object.hasOwn(SHAPES, String(fields['kind'])) ? SHAPES[String(fields['kind'])] : undefined;
  if (shape === undefined)
    return { kind: 'bad', id, message: `kind ${Object.keys(SHAPES).join(', ')} expected, saw ${String(fields['kind']).slice(0, 80)}` };
  const fault = shape(fields);
  return fault === null ? { kind: 'request', request: fields as unknown as DriverRequest } : { kind: 'bad', id, message: fault };
}

function parsed(line: string): Fields | null {
  try {
    const value: unknown = JSON.parse(line);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
/** Timers of Node hold 31 bits of milliseconds. */
const isTime = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value < 2 ** 31;

const is =
  (test: (value: unknown) => boolean, expected: string): Check =>
  (value) =>
    test(value) ? null : `${expected} expected`;
const text = is((value) => typeof value === 'string', 'a text');
const count = is(isCount, 'a count');
const time = is(isTime, 'a time in milliseconds');
const over0 = is((value) => typeof value === 'number' && value > 0 && Number.isFinite(value), 'a number over 0');
const flag = is((value) => typeof value === 'boolean', 'true or false');
const oneOf = (...names: readonly string[]): Check => is((value) => names.includes(String(value)), names.join(' or '));
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null ? null : check(value);

const shapeOf =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (!isFields(value)) return 'an object expected';
    for (const [name, check] of Object.entries(checks)) {
      const fault = check(value[name]);
      if (fault !== null) return `${name}: ${fault}`;
    }
    return null;
  };

const listOf =
  (check: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return 'a list expected';
    const faults = value.map(check);
    const at = faults.findIndex((fault) => fault !== null);
    return at === -1 ? null : `${at}: ${faults[at]}`;
  };

/** An object whose `kind` says what else it holds. */
function oneKindOf(shapes: Readonly<Record<string, Check>>): Check {
  return (value) => {
    const shape = isFields(value) && Object.hasOwn(shapes, String(value['kind'])) ? shapes[String(value['kind'])] : undefined;
    return shape === undefined ? `kind ${Object.keys(shapes).join(' or ')} expected` : shape(value);
  };
}

/** Header fields made of this must not break the head they stand in. */
const fieldText = is((value) => typeof value === 'string' && !/[\r\n\0]/.test(value), 'a text of one line');
const endpoint = shapeOf({
  host: text,
  port: is((value) => isCount(value) && Number(value) > 0 && Number(value) < 65_536, 'a port'),
  tls: flag,
  serverName: fieldText,
  target: fieldText,
  hostHeader: fieldText,
  authorization: (value) => (value === undefined ? null : fieldText(value)),
  verify: is((value) => value === undefined || typeof value === 'boolean', 'true or false'),
} satisfies Record<keyof Endpoint, Check>);

const httpCases = listOf(
  shapeOf({
    caseId: text,
    method: fieldText,
    target: fieldText,
    bodyText: orNull(text),
    expectedStatus: count,
    expectedBodyText: orNull(text),
  }),
);
const httpLoad = orNull(shapeOf({ target: fieldText, connections: over0, requests: over0, durationMs: time }));

/** More than the load generator can make of one piece of memory, and more than any proxy of a lab is asked to carry. */
const MOST_MESSAGE_BYTES = 2 ** 30;
const LEAST_BUCKET_MS = 10;
const number = is(Number.isFinite, 'a number');
const rate = is((value) => typeof value === 'number' && value >= 0 && Number.isFinite(value), 'a rate');
const share = is((value) => typeof value === 'number' && value >= 0 && value <= 1, 'a share from 0 to 1');
const bytes = is((value) => isCount(value) && Number(value) <= MOST_MESSAGE_BYTES, `at most ${MOST_MESSAGE_BYTES} bytes`);
const isLeast = (least: number): Check => is((value) => isTime(value) && Number(value) >= least, `at least ${least} ms`);

const stages = listOf(
  oneKindOf({
    rate: shapeOf({ fromPerSecond: rate, toPerSecond: rate, forMs: time }),
    burst: shapeOf({ count, everyMs: time, forMs: time }),
  }),
);

const loadRequest = shapeOf({
  endpoint,
  sourceAddresses: listOf(is((value) => isIP(String(value)) !== 0, 'an address')),
  profile: shapeOf({
    loop: oneOf('open', 'closed'),
    connections: stages,
    lifeMs: orNull(time),
    messages: stages,
    messagesBegin: oneOf('opened', 'together'),
    depth: count,
    thinkMs: time,
    durationMs: time,
    size: oneKindOf({
      fixed: shapeOf({ bytes }),
      uniform: shapeOf({ fromBytes: bytes, toBytes: bytes }),
      weighted: shapeOf({ of: listOf(shapeOf({ bytes, weight: over0 })) }),
    }),
    payload: oneOf('text', 'binary'),
    fragments: over0,
    pingEveryMs: orNull(isLeast(1)),
    deflate: flag,
    reconnect: orNull(shapeOf({ firstMs: time, factor: over0, mostMs: time, jitter: share, attempts: count })),
    slowReaders: orNull(shapeOf({ share, everyMs: isLeast(1), pauseMs: time })),
    seed: number,
  }),
  shard: is(
    (value) => isFields(value) && isCount(value['index']) && isCount(value['of']) && Number(value['index']) < Number(value['of']),
    'a shard',
  ),
  startInMs: time,
  openingMs: time,
  maxUpgradeFailures: count,
  bucketMs: isLeast(LEAST_BUCKET_MS),
});

const SHAPES: Readonly<Record<string, Check>> = {
  play: shapeOf({
    plays: listOf(
      shapeOf({
        endpoint,
        head: listOf(shapeOf({ base64: text, delayMs: time })),
        key: orNull(text),
        steps: is((value) => faultOfSteps(value, 'client') === null, 'steps of a client'),
        deadlineMs: time,
      }),
    ),
    atOnce: over0,
    deadlineMs: time,
  }),
  transport: shapeOf({
    attempts: listOf(
      shapeOf({
        endpoint,
        alpn: listOf(is((value) => typeof value === 'string' && /^[!-~]{1,255}$/.test(value), 'the name of a protocol')),
        prefaceBase64: text,
        speak: oneOf('upgrade', 'http2', 'agreed'),
        key: fieldText,
        text,
        beside: listOf(fieldText),
        end: oneOf('close', 'reset-stream'),
        holdMs: time,
        limitMs: time,
      }),
    ),
    atOnce: over0,
    deadlineMs: time,
  }),
  browser: shapeOf({
    program: text,
    sockets: listOf(shapeOf({ endpoint, subprotocols: listOf(text), text, limitMs: time })),
    deadlineMs: time,
  }),
  handshake: shapeOf({
    endpoint,
    chunks: listOf(shapeOf({ base64: text, delayMs: time })),
    key: orNull(text),
    deadlineMs: time,
    echo: orNull(shapeOf({ text, when: oneOf('with-request', 'after-101') })),
  }),
  idle: shapeOf({
    sockets: listOf(shapeOf({ endpoint, mode: oneOf('idle', 'origin-to-client', 'client-to-origin', 'ping'), intervalMs: time })),
    holdMs: time,
    answerMs: time,
    afterHold: is((value) => value === undefined || value === 'ping', 'ping'),
    deadlineMs: time,
  }),
  ladder: shapeOf({
    sockets: listOf(shapeOf({ endpoint, mode: oneOf(...LADDER_MODES), intervalMs: over0, reuseAfterMs: orNull(time) })),
    watchMs: time,
    deadlineMs: time,
  }),
  capacity: shapeOf({
    endpoint,
    most: count,
    above: count,
    patienceMs: time,
    release: count,
    recoverMs: time,
    deadlineMs: time,
  }),
  survive: shapeOf({
    group: text,
    endpoint,
    sockets: count,
    everyMs: over0,
    probeEveryMs: over0,
    atMostMs: time,
    deadlineMs: time,
  }),
  survived: shapeOf({ group: text }),
  load: loadRequest,
  stop: shapeOf({}),
  usage: shapeOf({}),
  http: shapeOf({ endpoint, cases: httpCases, load: httpLoad, deadlineMs: time }),
  coexist: shapeOf({
    endpoint,
    sockets: count,
    everyMs: over0,
    aloneMs: time,
    phases: listOf(
      shapeOf({
        withSockets: flag,
        streams: listOf(shapeOf({ caseId: text, target: fieldText, expectedEvents: count })),
        requests: httpCases,
        load: httpLoad,
      }),
    ),
    phaseMs: time,
  }),
};
