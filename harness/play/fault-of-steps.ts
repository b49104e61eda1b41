import type { Step } from '../model/play.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
/** Timers of Node hold 31 bits of milliseconds. */
const isTime = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value < 2 ** 31;
const isBytes = (value: unknown): boolean =>
  isFields(value) && (typeof value['base64'] === 'string' || (Number.isSafeInteger(value['seed']) && isCount(value['count'])));
const isBytesList = (value: unknown): boolean => Array.isArray(value) && value.every(isBytes);
const orAbsent = (test: (value: unknown) => boolean, value: unknown): boolean => value === undefined || test(value);
const always = (): boolean => true;

const CHECKS: Readonly<Record<Step['do'], (step: Fields) => boolean>> = {
  send: ({ bytes, writeBytes, everyMs }) =>
    isBytesList(bytes) && orAbsent((count) => isCount(count) && count !== 0, writeBytes) && orAbsent(isTime, everyMs),
  upgrade: ({ lines, with: more }) =>
    orAbsent((value) => Array.isArray(value) && value.every((line) => typeof line === 'string'), lines) && orAbsent(isBytesList, more),
  'await-bytes': ({ count }) => isCount(count),
  sleep: ({ ms }) => isTime(ms),
  'await-head': always,
  'await-end': always,
  'pause-reading': always,
  'resume-reading': always,
  echo: always,
  serve: always,
  fin: always,
  reset: always,
  'be-killed': always,
  vanish: always,
};

const NOT_AT: Readonly<Record<'client' | 'origin', readonly string[]>> = { client: ['upgrade', 'serve'], origin: ['await-head'] };

/** What is wrong with a value that must be the script of one end; null when nothing is. */
export function faultOfSteps(value: unknown, end: 'client' | 'origin'): string | null {
  if (!Array.isArray(value)) return 'a list of steps expected';
  const at = value.findIndex((step: unknown) => !isStep(step, end));
  return at === -1 ? null : `step ${at}: a step of the ${end} expected`;
}

function isStep(value: unknown, end: 'client' | 'origin'): boolean {
  if (!isFields(value)) return false;
  const kind = String(value['do']);
  return Object.hasOwn(CHECKS, kind) && !NOT_AT[end].includes(kind) && CHECKS[kind as Step['do']](value);
}
