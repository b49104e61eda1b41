import type { EvidenceKind } from '../model/evidence.ts';

type Shape = 'text' | 'object' | 'list';

/** `a.b` is the field b of the object a. */
export type Fields = Readonly<Record<string, Shape>>;

const placed = { path: 'text', scenario: 'text' } as const;

/** Fields of a line of evidence without which nothing can be judged. */
export const EVIDENCE_FIELDS: Readonly<Record<EvidenceKind, Fields>> = {
  handshakes: {
    ...placed,
    caseId: 'text',
    acceptable: 'list',
    client: 'object',
    'client.sent': 'list',
    'client.received': 'list',
    'client.end': 'object',
    outcome: 'object',
    origin: 'list',
  },
  idles: { ...placed, mode: 'text', outcome: 'object', client: 'object' },
  loads: {
    ...placed,
    comparedFor: 'text',
    requested: 'object',
    upgradeFailures: 'object',
    lostSessions: 'object',
    latency: 'object',
    'latency.buckets': 'list',
    generator: 'object',
    phases: 'object',
    series: 'list',
  },
  tcpCounters: { ...placed, host: 'text' },
  http: { ...placed, requests: 'list' },
  hosts: { host: 'text', paths: 'list', role: 'text', addresses: 'list', configLines: 'list' },
  links: { link: 'text', paths: 'list', applied: 'list' },
  linkCounters: { ...placed, link: 'text' },
  proxyLogs: { ...placed, host: 'text', entry: 'object', 'entry.raw': 'text' },
  absences: { ...placed, code: 'text', because: 'text' },
  captures: { paths: 'list', scenario: 'text', host: 'text', link: 'text', files: 'list' },
  legs: { ...placed, leg: 'text', from: 'text', to: 'text', links: 'list' },
  sockets: { ...placed, host: 'text', samples: 'list' },
  instruments: { ...placed, leg: 'text', because: 'text' },
  plays: { ...placed, caseId: 'text', expectation: 'object', outcome: 'object', client: 'object', 'client.end': 'object' },
  actions: { paths: 'list', scenario: 'text', host: 'text', how: 'text' },
  survivals: { ...placed, caseId: 'text', action: 'object', sockets: 'list' },
  ladders: { ...placed, mode: 'text', configured: 'list' },
  capacities: { ...placed, caseId: 'text', resource: 'text', above: 'object' },
  foreignClients: { ...placed, caseId: 'text', outcome: 'object', acceptable: 'list' },
  streamedHttp: { ...placed, caseId: 'text', events: 'list' },
  usages: { ...placed, host: 'text', role: 'text', samples: 'list' },
  knees: { ...placed, of: 'text', limit: 'text', steps: 'list' },
  crashes: { ...placed, host: 'text', what: 'text', lastLines: 'list' },
};

/** The same of run.json. */
export const FACT_FIELDS: Fields = {
  schemaVersion: 'text',
  tool: 'object',
  run: 'object',
  lab: 'object',
  machine: 'object',
  scenarios: 'list',
  paths: 'list',
  policy: 'object',
};

/** What is wrong with a value that comes from a file: `expected client.sent to be a list`; null when nothing is. */
export function missingField(value: object, fields: Fields): string | null {
  const wrong = Object.entries(fields).find(([name, shape]) => shapeOf(fieldOf(value, name)) !== shape);
  return wrong === undefined ? null : `expected ${wrong[0]} to be ${wrong[1] === 'object' ? 'an' : 'a'} ${wrong[1]}`;
}

const fieldOf = (value: object, name: string): unknown =>
  name.split('.').reduce<unknown>((inner, key) => (shapeOf(inner) === 'object' ? (inner as Record<string, unknown>)[key] : null), value);

function shapeOf(value: unknown): Shape | null {
  if (typeof value === 'string') return 'text';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' && value !== null ? 'object' : null;
}
