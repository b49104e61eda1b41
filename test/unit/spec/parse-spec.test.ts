import { describe, expect, it } from 'vitest';
import { errorOf, lines, parserIn, specFolder } from './sample.ts';

const parse = parserIn(specFolder());
const PROXY = '{service: haproxy, config: edge.cfg}';

describe('a spec that is right', () => {
  it('needs no more than a version and a path', () => {
    const spec = parse(lines('version: 1', 'paths: [{id: direct}]'));
    expect(spec.paths).toMatchObject([
      {
        id: 'direct',
        title: 'direct',
        proxies: [],
        origin: 'echo',
        target: '/socket',
        httpBase: '',
        tls: false,
        port: 9000,
        control: 'direct',
        incident: null,
      },
    ]);
    expect(spec.policy).toEqual({ allow: [], inconclusive: 'refuse' });
  });

  it('names the only proxy of a path after the path, and several by number', () => {
    const spec = parse(
      lines(
        'version: 1',
        'paths:',
        `  - {id: one, proxies: [${PROXY}]}`,
        `  - {id: two, proxies: [${PROXY}, {service: nginx, config: sub/inner.cfg, name: inner}]}`,
      ),
    );
    expect(spec.paths.flatMap(({ proxies }) => proxies.map(({ name }) => name))).toEqual(['one', 'two-1', 'inner']);
  });

  it('connects to the port of the first proxy, which is 8443 with TLS', () => {
    const spec = parse(
      lines(
        'version: 1',
        'paths:',
        `  - {id: plain, proxies: [${PROXY}]}`,
        `  - {id: tls, tls: true, proxies: [${PROXY}]}`,
        '  - {id: own, proxies: [{service: haproxy, config: edge.cfg, port: 81}]}',
      ),
    );
    expect(spec.paths.filter(({ proxies }) => proxies.length > 0).map(({ port }) => port)).toEqual([8080, 8443, 81]);
  });

  it('keeps versions and incident numbers as they are written', () => {
    const spec = parse(
      lines('version: 1', 'paths:', '  - id: a', '    incident: 0001', '    proxies: [{service: haproxy, config: edge.cfg, version: 3.0}]'),
    );
    expect(spec.paths[0]).toMatchObject({ incident: '0001', proxies: [{ version: '3.0' }] });
  });

  it('labels configs relative to the working folder and builtin ones as written', () => {
    const spec = parse(
      lines(
        'version: 1',
        'paths:',
        '  - {id: a, proxies: [{service: nginx, config: ./sub/../edge.cfg}]}',
        '  - {id: b, proxies: [{service: haproxy, config: "builtin:haproxy/plain.cfg"}]}',
      ),
    );
    expect(spec.paths.flatMap(({ proxies }) => proxies.map(({ configLabel }) => configLabel))).toEqual([
      'edge.cfg',
      'builtin:haproxy/plain.cfg',
    ]);
  });

  it('gives every impairment both directions unless one is named, and follows aliases', () => {
    const text = lines(
      'version: 1',
      'paths:',
      `  - {id: a, proxies: [${PROXY}], links: &vpn [{name: vpn, impairments: [{kind: loss-nth, every: 40}, {kind: delay, ms: 1.5, direction: to-client}]}, {}]}`,
      `  - {id: b, proxies: [${PROXY}], links: *vpn}`,
    );
    const [first, , second] = parse(text).paths;
    expect(first?.links).toEqual([
      {
        name: 'vpn',
        impairments: [
          { kind: 'loss-nth', every: 40, direction: 'both' },
          { kind: 'delay', ms: 1.5, direction: 'to-client' },
        ],
      },
      { name: 'link-2', impairments: [] },
    ]);
    expect(second?.links).toEqual(first?.links);
  });

  it('reads devices on a link, and which of them are under test', () => {
    const devices = [
      '{kind: mtu-blackhole, bytes: 1400, subject: false}',
      '{kind: forget-flows, afterMs: 2000, subject: true}',
      '{kind: inject-rst, onText: "tick 3", afterMs: 5, direction: to-client}',
    ];
    const [path] = parse(`version: 1\npaths: [{id: a, links: [{impairments: [${devices.join(', ')}]}]}]`).paths;
    expect(path?.links[0]?.impairments).toEqual([
      { kind: 'mtu-blackhole', bytes: 1400, direction: 'both' },
      { kind: 'forget-flows', afterMs: 2000, direction: 'both', subject: true },
      { kind: 'inject-rst', onText: 'tick 3', afterMs: 5, direction: 'to-client' },
    ]);
  });

  it('lets an expectation name the host by its service, or leave out the only proxy', () => {
    const text = lines(
      'version: 1',
      'paths:',
      `  - {id: a, proxies: [${PROXY}], expect: [{audit: refused-upgrade, because: x}, {audit: idle-cutoff, host: haproxy, because: x, measures: {limitMs: 2000±400, cutSockets: 3}}]}`,
    );
    expect(parse(text).paths[0]?.expect).toEqual([
      { audit: 'refused-upgrade', scenario: null, host: 'a', because: 'x', measures: {} },
      { audit: 'idle-cutoff', scenario: null, host: 'a', because: 'x', measures: { limitMs: '2000±400', cutSockets: '3' } },
    ]);
  });
});

describe('a spec with several problems', () => {
  it('lists all of them in the order of the file, with code and place of the first', () => {
    const error = errorOf(() => parse(lines('version: 1', 'setings: {}', 'paths:', '  - id: Bad Name', '    tls: maybe')));
    expect(error).toMatchObject({ code: 'SPEC_ERR_UNKNOWN_KEY', place: { file: 'edge.yaml', line: 2, column: 1 }, exitCode: 2 });
    expect(error.message).toContain('3 problems');
    expect(error.problems.map(({ place }) => [place.line, place.column])).toEqual([
      [2, 1],
      [4, 9],
      [5, 10],
    ]);
  });

  it('keeps the first twenty and counts the rest', () => {
    const many = Array.from({ length: 30 }, (_, index) => `key${String(index)}: 1`);
    const error = errorOf(() => parse(lines('version: 1', 'paths: [{id: direct}]', ...many)));
    expect(error.problems).toHaveLength(20);
    expect(error.omitted).toBe(10);
  });
});

describe('hostile YAML', () => {
  it.each([
    ['deep flow lists', `version: ${'['.repeat(50_000)}`],
    ['deep flow maps', `version: ${'{'.repeat(50_000)}`],
    ['a list in itself', 'version: 1\npaths: &a [*a]\n'],
    [
      'aliases of aliases',
      `a: &a [x]\n${Array.from({ length: 30 }, (_, i) => `b${String(i)}: &b${String(i)} [${`*${i === 0 ? 'a' : `b${String(i - 1)}`},`.repeat(9)}]`).join('\n')}\n`,
    ],
    ['thousands of aliases', `version: 1\npaths: [&a {id: a}, ${'*a, '.repeat(1500)}]\n`],
    ['a key that is a map', 'version: 1\n? {a: 1}\n: 2\n'],
    ['a tag that makes objects', 'version: !!js/function "x"\n'],
    ['the prototype as a key', 'version: 1\n__proto__: {polluted: 1}\npaths: [{id: a}]\n'],
  ])('%s is refused with a place', (_, text) => {
    const error = errorOf(() => parse(text));
    expect(error.code).toMatch(/^SPEC_ERR_/);
    expect(error.place?.line).toBeGreaterThan(0);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
