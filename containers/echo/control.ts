import type { Readable, Writable } from 'node:stream';
import { ownUsage } from '../../harness/measure/own-usage.ts';
import type { OriginBehaviour, OriginReply } from '../../harness/model/origin-protocol.ts';
import { LineSplitter } from '../../harness/wire/line-splitter.ts';
import { faultOfSteps } from '../../harness/play/fault-of-steps.ts';
import type { Step } from '../../harness/model/play.ts';
import type { OriginState } from './origin-state.ts';

/** Plans carry the bytes of many scripts. */
const MAX_LINE_BYTES = 16 * 1_048_576;

/** Answers the harness's lines on `input` until it ends; a line that is no request is answered with `ok: false`. */
export function serveControl(input: Readable, output: Writable, state: OriginState): Promise<void> {
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  const reply = (value: OriginReply): void => void output.write(`${JSON.stringify(value)}\n`);
  const answerLine = (text: string): void => {
    const answered = answer(text, state);
    if (answered instanceof Promise) void answered.then(reply);
    else reply(answered);
  };
  input.on('data', (chunk: Buffer) => {
    for (const line of splitter.push(chunk)) {
      if (line.kind === 'too-long') reply(refused(0, `a line of at most ${line.limit} bytes expected`));
      else if (line.text.trim() !== '') answerLine(line.text);
    }
  });
  return new Promise((resolve) => {
    input.once('end', resolve).once('error', () => resolve());
    output.once('error', () => resolve());
  });
}

/** The reply to one line; what has to wait for plays to end never rejects. */
export function answer(line: string, state: OriginState): OriginReply | Promise<OriginReply> {
  const request = parsed(line);
  const id = typeof request?.['id'] === 'number' ? request['id'] : 0;
  if (request === null || id === 0) return refused(id, 'a JSON object with an id expected');
  switch (request['kind']) {
    case 'take':
      return { id, ok: true, connections: state.take() };
    case 'behave':
      return behave(id, request, state);
    case 'plan':
      return plan(id, request, state);
    case 'played':
      return played(id, request, state);
    case 'usage':
      return { id, ok: true, usage: ownUsage() };
    default:
      return refused(id, `kind behave, take, plan, played or usage expected, saw ${String(request['kind']).slice(0, 80)}`);
  }
}

type Fields = Readonly<Record<string, unknown>>;

function plan(id: number, { plays, deadlineMs, asking = [] }: Fields, state: OriginState): OriginReply {
  if (typeof deadlineMs !== 'number' || deadlineMs < 0 || deadlineMs >= 2 ** 31)
    return refused(id, 'deadlineMs: a time in milliseconds expected');
  if (!isRecord(plays)) return refused(id, 'plays: scripts by id expected');
  for (const [name, steps] of Object.entries(plays)) {
    const fault = faultOfSteps(steps, 'origin');
    if (fault !== null) return refused(id, `plays: ${name.slice(0, 80)}: ${fault}`);
  }
  if (!Array.isArray(asking) || asking.some((play) => typeof play !== 'string')) return refused(id, 'asking: a list of plays expected');
  state.stage.plan(plays as Readonly<Record<string, readonly Step[]>>, deadlineMs, asking as readonly string[]);
  return { id, ok: true, connections: [] };
}

async function played(id: number, { plays, waitMs = 0 }: Fields, state: OriginState): Promise<OriginReply> {
  if (!Array.isArray(plays)) return refused(id, 'plays: a list of ids expected');
  if (typeof waitMs !== 'number' || waitMs < 0 || waitMs >= 2 ** 31) return refused(id, 'waitMs: a time in milliseconds expected');
  return { id, ok: true, connections: [], played: await state.stage.played(plays.map(String), waitMs) };
}

function behave(id: number, request: Fields, state: OriginState): OriginReply {
  const { count } = request;
  const behaviour = behaviourOf(request['behaviour']);
  if (behaviour === null) return refused(id, 'behaviour normal, reject (with status and body), stall, close or reset expected');
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 0) return refused(id, 'a count of 0 or more expected');
  state.behave(behaviour, count);
  return { id, ok: true, connections: [] };
}

const refused = (id: number, message: string): OriginReply => ({ id, ok: false, message });

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

function behaviourOf(value: unknown): OriginBehaviour | null {
  if (!isRecord(value)) return null;
  const { kind, status, body } = value;
  if (kind === 'normal' || kind === 'stall' || kind === 'close' || kind === 'reset') return { kind };
  if (kind !== 'reject' || typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) return null;
  return typeof body === 'string' ? { kind, status, body } : null;
}
