import {
  encodeFrame,
  type HandshakeEvidence,
  type LivePath,
  nowMs,
  OPCODE,
  seededBytes,
  seedOf,
  type ScenarioContext,
  topologyKey,
} from '../../harness/index.ts';
import { arrivalsByTag } from './arrivals.ts';
import type { HandshakeCase } from './handshake-case.ts';
import { chunksOf, requestBytes, taggedTarget } from './request-bytes.ts';

/** How the attempts of one path are made. */
export interface DriveSettings {
  readonly scenario: string;
  /** What keys and masks are made from, each attempt its own. */
  readonly seed: number;
  readonly deadlineMs: number;
  readonly segmentDelayMs: number;
  readonly atOnce: number;
}

type Attempted = Omit<HandshakeEvidence, 'origin'>;

/** After so many timeouts a path that has upgraded nothing is not given the full deadline any more; a slow one is. */
const PATIENCE = 2;
const HASTE = 4;
const ECHO_TEXT = 'hopscope first frame';

/** Sends cases over paths of any topologies, several at a time on each path, and records both ends of each, in the order of the cases. */
export async function driveCases(
  context: Pick<ScenarioContext<object>, 'signal' | 'record'>,
  paths: readonly LivePath[],
  cases: readonly HandshakeCase[],
  settingsOf: (live: LivePath) => DriveSettings,
): Promise<void> {
  // Paths of one topology share an origin, whose records can be taken only once.
  await Promise.all(
    [...Map.groupBy(paths, ({ path }) => topologyKey(path)).values()].map(async (group) => {
      const [first] = group;
      await first?.origin.take();
      const attempted = await Promise.all(group.map((live) => drivePath(context.signal, live, cases, settingsOf(live))));
      const arrivals = arrivalsByTag((await first?.origin.take()) ?? []);
      for (const attempt of attempted.flat())
        context.record('handshakes', { ...attempt, origin: arrivals.get(tagOf(attempt.path, attempt.caseId)) ?? [] });
    }),
  );
}

const tagOf = (path: string, caseId: string): string => `${path}.${caseId}`;

async function drivePath(
  signal: AbortSignal,
  live: LivePath,
  cases: readonly HandshakeCase[],
  settings: DriveSettings,
): Promise<readonly Attempted[]> {
  const done: Attempted[] = [];
  const left = cases.entries();
  let timeouts = 0;
  let hasUpgraded = false;
  // Each takes the next case off the same iterator when its own is done.
  const lane = async (): Promise<void> => {
    for (const [index, handshake] of left) {
      if (signal.aborted) return;
      const deadlineMs = timeouts < PATIENCE || hasUpgraded ? settings.deadlineMs : settings.deadlineMs / HASTE;
      const attempted = await attempt(live, handshake, { ...settings, deadlineMs });
      if (attempted.outcome.kind === 'timeout') timeouts++;
      hasUpgraded ||= attempted.outcome.kind === 'upgraded';
      done[index] = attempted;
    }
  };
  await Promise.all(Array.from({ length: settings.atOnce }, lane));
  return done.filter((attempted) => attempted !== undefined);
}

async function attempt(live: LivePath, handshake: HandshakeCase, settings: DriveSettings): Promise<Attempted> {
  const tag = tagOf(live.path.id, handshake.id);
  const random = seededBytes(seedOf(settings.seed, tag), 20);
  const endpoint = live.endpoint(taggedTarget(live.path.target, handshake.targetSuffix ?? '', tag));
  const key = random.toString('base64', 0, 16);
  const frame = encodeFrame({ opcode: OPCODE.text, payload: Buffer.from(ECHO_TEXT), maskKey: random.subarray(16) });
  const request = requestBytes(handshake, {
    target: live.path.target,
    host: endpoint.hostHeader,
    key,
    tag,
    authorization: endpoint.authorization,
  });
  const sentWithRequest = handshake.delivery === 'with-first-frame';
  const hasEcho = handshake.isEcholess !== true;
  const startedAtMs = nowMs();
  const reply = await live.drive({
    kind: 'handshake',
    endpoint,
    chunks: chunksOf(handshake, request, frame, settings.segmentDelayMs),
    key: handshake.lines.some((line) => line.includes('{key}')) ? key : null,
    deadlineMs: settings.deadlineMs,
    echo: hasEcho ? { text: ECHO_TEXT, when: sentWithRequest ? 'with-request' : 'after-101' } : null,
  });
  return {
    path: live.path.id,
    scenario: settings.scenario,
    caseId: handshake.id,
    title: handshake.title,
    cite: handshake.cite,
    requirement: handshake.requirement,
    acceptable: handshake.acceptable,
    startedAtMs,
    endedAtMs: nowMs(),
    client: reply.client,
    outcome: reply.outcome,
    echo: reply.echo === null ? null : { sentBytes: frame.length, sentWithRequest, ...reply.echo },
    ...(handshake.atOrigin === undefined ? {} : { atOrigin: handshake.atOrigin }),
    ...concernOf(handshake),
  };
}

function concernOf({ concern, isEcholess }: HandshakeCase): Pick<HandshakeEvidence, 'concern'> {
  const asked = concern ?? (isEcholess === true ? 'body' : undefined);
  return asked === undefined ? {} : { concern: asked };
}
