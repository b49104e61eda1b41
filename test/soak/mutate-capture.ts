import { recordsOf } from './capture-records.ts';

/** Numbers in [0, 1). */
export type Random = () => number;

const below = (random: Random, limit: number): number => Math.floor(random() * limit);
const pick = <T>(random: Random, all: readonly T[]): T | undefined => all[below(random, all.length)];

const ABSURD: readonly number[] = [
  0, 1, 2, 4, 7, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0xffffff, 0x7fffffff, 0x80000000, 0xffffffff,
];
/** What readers of content look for, and lengths that no message has. */
const WORDS: readonly Buffer[] = [
  ...[
    'HTTP/1.1 101 \r\n',
    'HTTP/1.1 200 OK\r\n\r\n',
    'GET / HTTP/1.1\r\n',
    'CONNECT a:1 HTTP/1.1\r\n\r\n',
    '\r\n\r\n',
    '\r\n',
    ': ',
    '\0',
    '%0a',
  ],
  ...[
    'Upgrade: websocket\r\n',
    'Upgrade: h2c\r\n',
    'Connection: upgrade\r\n',
    'Transfer-Encoding: chunked\r\n',
    'ffffffffffffffff\r\n',
    '-1\r\n',
  ],
  ...[
    'Content-Length: 99999999999999999999\r\n',
    'Content-Length: -5\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'PROXY TCP4 ',
    'PROXY UNKNOWN\r\n',
  ],
].map((word) => Buffer.from(word, 'latin1'));
const BYTES: readonly Buffer[] = [
  '160301',
  '160303ffff',
  '170303',
  '150303000201',
  '0d0a0d0a000d0a515549540a21',
  'ffffffffffffffff',
  '827f',
  '887e',
  '81fe',
].map((hex) => Buffer.from(hex, 'hex'));

function writeAbsurd(bytes: Buffer, at: number, random: Random): void {
  const value = (pick(random, ABSURD) ?? 0) + (random() < 0.3 ? below(random, 5) - 2 : 0);
  const size = [1, 2, 4, 8][below(random, 4)] ?? 1;
  for (let byte = 0; byte < size && at + byte < bytes.length; byte += 1)
    bytes[at + byte] =
      random() < 0.5 ? Math.floor(value / 256 ** byte) & 0xff : Math.floor(value / 256 ** Math.max(0, size - 1 - byte)) & 0xff;
}

/** Where lengths and offsets stand in a record of Ethernet, IPv4 and TCP; for others it is a place like any. */
const LENGTHS: readonly number[] = [4, 8, 12, 20, 24, 30, 32, 33, 36, 39, 50, 54, 58, 62, 63, 64, 66, 70, 72, 74, 82, 84, 86, 90];

type Mutation = (records: Buffer[], random: Random, others: readonly Buffer[]) => Buffer[];

const changed = (records: Buffer[], random: Random, change: (record: Buffer) => Buffer): Buffer[] => {
  const at = below(random, records.length);
  return records.map((record, index) => (index === at ? change(Buffer.from(record)) : record));
};

const flip: Mutation = (records, random) =>
  changed(records, random, (record) => {
    for (let count = 1 + below(random, 12); count > 0 && record.length > 0; count -= 1)
      record[below(random, record.length)] = random() < 0.4 ? (pick(random, ABSURD) ?? 0) & 0xff : below(random, 256);
    return record;
  });
const absurd: Mutation = (records, random) =>
  changed(records, random, (record) => {
    writeAbsurd(record, random() < 0.7 ? (pick(random, LENGTHS) ?? 0) : below(random, record.length + 1), random);
    return record;
  });
const cutRecord: Mutation = (records, random) => changed(records, random, (record) => record.subarray(0, below(random, record.length + 1)));
const insert: Mutation = (records, random) =>
  changed(records, random, (record) => {
    const at = below(random, record.length + 1);
    const word = pick(random, random() < 0.7 ? WORDS : BYTES) ?? WORDS[0];
    // In place, so that the lengths around it stay right, or between.
    if (word !== undefined && random() < 0.7) word.copy(record, at);
    else if (word !== undefined) return Buffer.concat([record.subarray(0, at), word, record.subarray(at)]);
    return record;
  });
const payload: Mutation = (records, random) =>
  changed(records, random, (record) => {
    for (let at = Math.min(record.length, 82); at < record.length; at += 1) if (random() < 0.3) record[at] = below(random, 256);
    return record;
  });
const headers: Mutation = (records, random) =>
  changed(records, random, (record) => {
    const other = pick(random, records);
    if (other !== undefined && other.length > 16 && record.length > 16) other.copy(record, 16, 16, 70);
    return record;
  });
const reorder: Mutation = (records, random) => {
  const [one, two] = [below(random, records.length), below(random, records.length)];
  const out = [...records];
  const [first, second] = [records[one], records[two]];
  if (first !== undefined && second !== undefined) [out[one], out[two]] = [second, first];
  return out;
};
const duplicate: Mutation = (records, random) => {
  const at = below(random, records.length);
  const copies = Array.from({ length: 1 + below(random, random() < 0.1 ? 40 : 3) }, () => records[at] ?? Buffer.alloc(0));
  return [...records.slice(0, at), ...copies, ...records.slice(at)];
};
const remove: Mutation = (records, random) => {
  const at = below(random, records.length);
  return records.toSpliced(at, 1 + below(random, 3));
};
const shuffle: Mutation = (records, random) =>
  records
    .map((record) => ({ record, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ record }) => record);
const splice: Mutation = (records, random, others) => {
  const { head, records: more } = recordsOf(pick(random, others) ?? Buffer.alloc(0));
  const at = below(random, records.length + 1);
  const from = below(random, more.length + 1);
  const inserted = more.slice(from, from + 1 + below(random, 8));
  return [...records.slice(0, at), ...(random() < 0.3 ? [head] : []), ...inserted, ...records.slice(at)];
};
const noise: Mutation = (records, random) => [
  ...records.slice(0, below(random, records.length + 1)),
  Buffer.from(Array.from({ length: below(random, 300) }, () => below(random, 256))),
];

const MUTATIONS: readonly Mutation[] = [
  ...[flip, flip, absurd, absurd, absurd, cutRecord, insert, insert, payload, headers],
  ...[reorder, duplicate, remove, shuffle, splice, noise],
];

/** One of the countless ways in which a capture goes bad: up to five changes of its records, sometimes of its head, sometimes cut short. */
export function mutateCapture(capture: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  const { head, records } = recordsOf(capture);
  let changedRecords = [...records];
  for (let count = 1 + below(random, 5); count > 0; count -= 1) {
    const mutation = pick(random, MUTATIONS);
    if (mutation !== undefined && changedRecords.length > 0) changedRecords = mutation(changedRecords, random, others);
  }
  const first = Buffer.from(head);
  if (random() < 0.05) writeAbsurd(first, below(random, first.length + 1), random);
  const whole = Buffer.concat([first, ...changedRecords]);
  return random() < 0.1 ? whole.subarray(0, below(random, whole.length + 1)) : whole;
}
