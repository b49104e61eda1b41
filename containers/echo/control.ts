import type { Readable, Writable } from 'node:stream';
import type { OriginBehaviour, OriginReply } from '../../harness/model/origin-protocol.ts';
import { LineSplitter } from '../../harness/wire/line-splitter.ts';
import type { OriginState } from './origin-state.ts';

const MAX_LINE_BYTES = 1_048_576;

/** Answers the harness's lines on `input` until it ends; a line that is no request is answered with `ok: false`. */
export function serveControl(input: Readable, output: Writable, state: OriginState): Promise<void> {
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  const reply = (value: OriginReply): void => void output.write(`${JSON.stringify(value)}\n`);
  input.on('data', (chunk: Buffer) => {
    for (const line of splitter.push(chunk)) {
      if (line.kind === 'too-long') reply(refused(0, `a line of at most ${line.limit} bytes expected`));
      else if (line.text.trim() !== '') reply(answer(line.text, state));
    }
  });
  return new Promise((resolve) => {
    input.once('end', resolve).once('error', () => resolve());
    output.once('error', () => resolve());
  });
}

/** The reply to one line. */
export function answer(line: string, state: OriginState): OriginReply {
  const request = parsed(line);
  const id = typeof request?.['id'] === 'number' ? request['id'] : 0;
  if (request === null || id === 0) return refused(id, 'a JSON object with an id expected');
  if (request['kind'] === 'take') return { id, ok: true, connections: state.take() };
  if (request['kind'] !== 'behave') return refused(id, `kind behave or take expected, saw ${String(request['kind']).slice(0, 80)}`);
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
