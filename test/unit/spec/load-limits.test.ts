import { describe, expect, it } from 'vitest';
import { MOST_CLIENT_ADDRESSES } from '../../../harness/lab/topology.ts';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';
import type { Stage } from '../../../harness/model/load.ts';
import { fewestPorts, withClientAddresses } from '../../../harness/spec/client-ports.ts';
import { loadProblems, openAtOnce } from '../../../harness/spec/load-limits.ts';
import { LOAD_NUMBERS } from '../../../harness/spec/read-load.ts';
import { errorOf, lines, parserIn, specFolder } from './sample.ts';

const parse = parserIn(specFolder());
const spec = (keys: string, path = 'id: a'): string => lines('version: 1', `paths: [{${path}}]`, `loads: { x: { ${keys} } }`);

describe('a profile that is more than can be', () => {
  it.each([
    [
      'connections that never come',
      'connections: [{perSecond: 0, forMs: 5}], durationMs: 9',
      28,
      'connections of at least 1 in all, got 0 (0 a second for 5 ms)',
    ],
    ['no stage', 'connections: [], durationMs: 9', 28, 'connections of at least 1 in all, got 0'],
    [
      'messages that never come',
      'connections: 1, messages: 0, durationMs: 9',
      41,
      'messages of at least 1 in all, got 0 (0 a second for 9 ms); leave the key out',
    ],
    [
      'too many connections',
      'connections: [{burst: 600000}, {perSecond: 1000, forMs: 500000}], durationMs: 9',
      28,
      'connections of at most 1,000,000 in all, got 1,100,000 (600,000 at once, then 1,000 a second for 500,000 ms)',
    ],
    [
      'too many messages',
      'connections: 1, messages: [{fromPerSecond: 0, toPerSecond: 200000, forMs: 10001000}]',
      41,
      'messages of at most 1,000,000,000 in all, got 1,000,100,000 (0 to 200,000 a second for 10,001,000 ms)',
    ],
    [
      'more than a day',
      'connections: 1, messages: [{perSecond: 1, forMs: 86400000}, {perSecond: 0.5, forMs: 1000}]',
      41,
      'messages of at most 86,400,000 ms, a day, got 86,401,000 ms',
    ],
    [
      'a rate beyond its driver',
      'connections: 1, messages: 900000, durationMs: 100',
      41,
      'of at most 200,000 a second, got 900,000 on 1 driver: one expresses 200,000 a second, one every 5 µs: drivers must be at least 5',
    ],
    [
      'a rate beyond all drivers',
      'connections: 1, messages: 9000000, durationMs: 10, drivers: 2',
      41,
      'of at most 400,000 a second, got 9,000,000 on 2 drivers: one expresses 200,000 a second, one every 5 µs: 45 drivers would be needed, and 32 are possible',
    ],
    [
      'heaps too near to each other',
      'connections: [{burst: 1000, everyMs: 1, forMs: 5}], durationMs: 9',
      28,
      'connections of at most 200,000 a second, got 1,000,000 on 1 driver',
    ],
    [
      'pings beyond its driver',
      'connections: 20000, pingEveryMs: 50, durationMs: 9',
      48,
      'of at most 200,000 a second, got 400,000 on 1 driver: one expresses 200,000 a second, one every 5 µs: drivers must be at least 2 (20,000 connections every 50 ms)',
    ],
    [
      'messages after its end',
      'connections: 1, messages: [{perSecond: 5, forMs: 3000}], durationMs: 2000',
      84,
      "durationMs of at least 3,000, got 2,000: the stages of 'messages' take 3,000 ms, and the last 1,000 ms of them would never come",
    ],
    [
      'connections after its end',
      'connections: [{perSecond: 5, forMs: 3000}], messages: 5, messagesBegin: together, durationMs: 2000',
      109,
      "the stages of 'connections' take 3,000 ms",
    ],
    [
      'more frames than bytes',
      'connections: 1, messages: 5, durationMs: 9, payloadBytes: {from: 4, to: 90}, fragments: 5',
      103,
      'fragments of at most 4, got 5: the smallest message has 4 bytes, and every frame of it needs one',
    ],
    [
      'more than the memory',
      'connections: 10000, loop: closed, depth: 4, durationMs: 9, payloadBytes: 131072',
      88,
      'payloadBytes of at most 107,374 bytes, got 131,072: 10,000 connections × 131,072 bytes × 4 messages in flight are 5,242,880,000 bytes, and 4,294,967,296 (4 GiB) may be held',
    ],
    [
      'more connections than ports',
      'connections: 60000, durationMs: 9',
      28,
      'sources of at least 3, got 1: 60,000 connections open at once from 1 address need 60,000 ports; an address has 28,232 (net.ipv4.ip_local_port_range 32768 to 60999)',
    ],
    [
      'too few sources',
      'connections: 60000, durationMs: 9, sources: 2',
      59,
      'sources of at least 3, got 2: 60,000 connections open at once from 2 addresses need 30,000 ports each; an address has 28,232',
    ],
  ])('is refused: %s', (_, keys, column, fragment) => {
    const { problems } = errorOf(() => parse(spec(keys)));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'SPEC_ERR_LOAD', place: { file: 'edge.yaml', line: 3, column } });
    expect(problems[0]?.message).toContain(fragment);
  });

  it('is measured against the ports that the path gives its client', () => {
    const range = (ports: string): string => `id: a, sysctls: {client: {net.ipv4.ip_local_port_range: ${ports}}}`;
    expect(parse(spec('connections: 60000, durationMs: 9', range('1024 65000'))).loads['x']?.sources).toBe(1);
    expect(errorOf(() => parse(spec('connections: 600, durationMs: 9, sources: 100', range('2000 2004')))).message).toContain(
      "connections of at most 500 open at once, got 600: 600 connections open at once from 100 addresses need 6 ports each; an address has 5 (net.ipv4.ip_local_port_range 2000 to 2004 on path 'a'); at most 100 sources are possible",
    );
  });

  it('is one that would not fit without its end of life', () => {
    const stages = 'connections: [{perSecond: 1000, forMs: 60000}], durationMs: 9';
    expect(errorOf(() => parse(spec(stages))).code).toBe('SPEC_ERR_LOAD');
    expect(parse(spec(`${stages}, lifeMs: 28000`)).loads['x']?.lifeMs).toBe(28_000);
    expect(errorOf(() => parse(spec(`${stages}, lifeMs: 29000`))).message).toContain('29,000 connections open at once');
  });

  it('is allowed to be as much as can be', () => {
    const keys = 'connections: [{perSecond: 200000, forMs: 100}], messages: [{perSecond: 200000, forMs: 1000}], sources: 1, fragments: 64';
    expect(parse(spec(keys)).loads['x']).toMatchObject({ durationMs: 1000 });
  });
});

describe('connections open at once', () => {
  it('are never more than all, nor fewer than the largest burst, and grow with their life', () => {
    const random = seededRandom(11);
    const upTo = (most: number): number => Math.floor(random() * most);
    for (let round = 0; round < 50; round++) {
      const connections: readonly Stage[] = [
        { kind: 'rate', fromPerSecond: upTo(200), toPerSecond: upTo(200), forMs: 1 + upTo(2000) },
        { kind: 'burst', count: 1 + upTo(20), everyMs: 1 + upTo(100), forMs: 1 + upTo(500) },
      ];
      const all = openAtOnce({ connections, lifeMs: null });
      const lives = [1, 10, 100, 1000, 10_000].map((lifeMs) => openAtOnce({ connections, lifeMs }));
      expect(lives).toEqual(lives.toSorted((a, b) => a - b));
      expect(lives.at(-1)).toBe(all);
      const [, burst] = connections;
      expect(lives[0]).toBeGreaterThanOrEqual(burst?.kind === 'burst' ? burst.count : 0);
    }
  });
});

describe('client addresses', () => {
  it('are as many as the profile that wants the most asks for, on control paths too', () => {
    const { paths, loads } = parse(
      spec('connections: 1, durationMs: 9, sources: 3', 'id: a, proxies: [{service: nginx, config: edge.cfg}]'),
    );
    expect(withClientAddresses(paths, Object.values(loads)).map(({ clientAddresses }) => clientAddresses)).toEqual([3, 3]);
    expect(withClientAddresses(paths, [])).toBe(paths);
    expect(LOAD_NUMBERS.sources.max).toBe(MOST_CLIENT_ADDRESSES);
  });

  it('have the ports of the narrowest range among the paths', () => {
    const narrow = { id: 'b', sysctls: { client: { 'net.ipv4.ip_local_port_range': '40000 40009' } } };
    expect(fewestPorts([{ id: 'a' }, narrow])).toEqual({ from: 40_000, to: 40_009, path: 'b' });
    expect(fewestPorts([])).toEqual({ from: 32_768, to: 60_999, path: null });
  });
});

it('a profile that is right has no problems', () => {
  const { loads } = parse(spec('connections: 28232, messages: 10, durationMs: 2000'));
  expect(Object.values(loads).flatMap((profile) => loadProblems(profile, fewestPorts([])))).toEqual([]);
});
