import { describe, expect, it } from 'vitest';
import { errorOf, lines, parserIn, specFolder } from './sample.ts';

const parse = parserIn(specFolder());

/** Text after `version: 1`, so the first line of `body` is line 2. */
type Case = readonly [what: string, body: string, code: string, line: number, column: number, fragment: string];

const path = (fields: string): string => `paths: [{id: a, ${fields}}]`;
const PROXY = 'proxies: [{service: haproxy, config: edge.cfg}]';

const cases: readonly Case[] = [
  ['a misspelt key', 'pathes: []', 'SPEC_ERR_UNKNOWN_KEY', 2, 1, "did you mean 'paths'?"],
  ['a misspelt key of a path', path('taget: /x'), 'SPEC_ERR_UNKNOWN_KEY', 2, 17, "did you mean 'target'?"],
  ['a key given twice', path('tls: false, tls: false'), 'SPEC_ERR_DUPLICATE', 2, 29, "'tls' again"],
  ['no path', 'settings: {}', 'SPEC_ERR_WRONG_TYPE', 1, 1, 'at least one path'],
  ['paths that are no list', 'paths: direct', 'SPEC_ERR_WRONG_TYPE', 2, 8, "paths to be a list, got the text 'direct'"],
  ['a path that is no map', 'paths: [direct]', 'SPEC_ERR_WRONG_TYPE', 2, 9, 'paths[0] to be a map'],
  ['a path without an id', 'paths: [{tls: false}]', 'SPEC_ERR_WRONG_TYPE', 2, 9, "the key 'id'"],
  ['an id with capitals', 'paths: [{id: Edge}]', 'SPEC_ERR_WRONG_TYPE', 2, 14, 'lower-case'],
  ['an id that is too long', `paths: [{id: ${'a'.repeat(41)}}]`, 'SPEC_ERR_WRONG_TYPE', 2, 14, '1 to 40'],
  ['two paths with one id', 'paths: [{id: a}, {id: a}]', 'SPEC_ERR_DUPLICATE', 2, 18, 'the first is paths[0]'],
  ['an unknown lab', 'settings: {lab: dockr}', 'SPEC_ERR_UNKNOWN_NAME', 2, 17, "did you mean 'docker'?"],
  ['a seed that is text', 'settings: {seed: abc}', 'SPEC_ERR_WRONG_TYPE', 2, 18, "a whole number from 0 to 4294967295, got the text 'abc'"],
  ['a seed with a fraction', 'settings: {seed: 1.5}', 'SPEC_ERR_WRONG_TYPE', 2, 18, 'whole number'],
  ['an unknown scenario in settings', 'settings: {scenarios: [idle-hodl]}', 'SPEC_ERR_UNKNOWN_NAME', 2, 24, "did you mean 'idle-hold'?"],
  ['options of an unknown scenario', 'scenarios: {idle: {holdMs: 1}}', 'SPEC_ERR_UNKNOWN_NAME', 2, 13, 'idle-hold'],
  ['an unknown option', 'scenarios: {idle-hold: {hold: 1}}', 'SPEC_ERR_UNKNOWN_KEY', 2, 25, "'hold'"],
  ['an option that is text', 'scenarios: {idle-hold: {holdMs: 4s}}', 'SPEC_ERR_WRONG_TYPE', 2, 33, 'scenarios.idle-hold.holdMs'],
  ['an option out of range', 'scenarios: {steady-echo: {connections: 0}}', 'SPEC_ERR_WRONG_TYPE', 2, 40, 'from 1'],
  [
    'an unknown service',
    path('proxies: [{service: haproxi, config: edge.cfg}]'),
    'SPEC_ERR_UNKNOWN_NAME',
    2,
    37,
    "did you mean 'haproxy'?",
  ],
  ['a proxy without a config', path('proxies: [{service: nginx}]'), 'SPEC_ERR_WRONG_TYPE', 2, 27, "the key 'config'"],
  [
    'a config that is not there',
    path('proxies: [{service: nginx, config: nope.conf}]'),
    'SPEC_ERR_CONFIG_MISSING',
    2,
    52,
    "'nope.conf', got no such file",
  ],
  ['a config that is a folder', path('proxies: [{service: nginx, config: empty}]'), 'SPEC_ERR_CONFIG_MISSING', 2, 52, 'not a file'],
  [
    'a builtin config that is not there',
    path("proxies: [{service: nginx, config: 'builtin:nginx/none.conf'}]"),
    'SPEC_ERR_CONFIG_MISSING',
    2,
    52,
    'no such file',
  ],
  [
    'a builtin config that climbs',
    path("proxies: [{service: nginx, config: 'builtin:nginx/../../x'}]"),
    'SPEC_ERR_CONFIG_MISSING',
    2,
    52,
    'builtin:<service>/<file>',
  ],
  ['a port that is none', path('port: 70000'), 'SPEC_ERR_WRONG_TYPE', 2, 23, '65535'],
  ['a reserved host name', path('proxies: [{service: nginx, config: edge.cfg, name: origin}]'), 'SPEC_ERR_DUPLICATE', 2, 68, "'origin'"],
  ['a target without a slash', path('target: socket'), 'SPEC_ERR_WRONG_TYPE', 2, 25, "starts with '/'"],
  ['a target with a line feed', path(String.raw`target: "/a\r\nX: y"`), 'SPEC_ERR_WRONG_TYPE', 2, 25, 'no spaces'],
  ['TLS without a proxy', path('tls: true'), 'SPEC_ERR_WRONG_TYPE', 2, 22, 'no proxy'],
  ['a boolean in words', path('tls: yes'), 'SPEC_ERR_WRONG_TYPE', 2, 22, 'true or false'],
  ['an unknown origin', path('origin: apache'), 'SPEC_ERR_UNKNOWN_NAME', 2, 25, 'echo, ws'],
  ['too few links', path(`${PROXY}, links: [{name: x}]`), 'SPEC_ERR_WRONG_TYPE', 2, 73, '2 links'],
  ['an unknown impairment', path('links: [{impairments: [{kind: lose}]}]'), 'SPEC_ERR_UNKNOWN_NAME', 2, 47, "did you mean 'loss'?"],
  [
    'an impairment with the key of another',
    path('links: [{impairments: [{kind: delay, every: 3}]}]'),
    'SPEC_ERR_WRONG_TYPE',
    2,
    40,
    "the key 'ms'",
  ],
  [
    'half a second of memory',
    path('links: [{impairments: [{kind: forget-flows, afterMs: 1500}]}]'),
    'SPEC_ERR_WRONG_TYPE',
    2,
    70,
    'multiple of 1000',
  ],
  [
    'a device that forgets one direction',
    path('links: [{impairments: [{kind: forget-flows, afterMs: 2000, direction: to-client}]}]'),
    'SPEC_ERR_UNKNOWN_KEY',
    2,
    76,
    "'direction'",
  ],
  [
    'resets that nothing provokes',
    path('links: [{impairments: [{kind: inject-rst, afterMs: 5, direction: to-client}]}]'),
    'SPEC_ERR_WRONG_TYPE',
    2,
    40,
    "the key 'onText'",
  ],
  [
    'resets provoked in both directions',
    path('links: [{impairments: [{kind: inject-rst, onText: x, afterMs: 5, direction: both}]}]'),
    'SPEC_ERR_UNKNOWN_NAME',
    2,
    93,
    'to-origin, to-client',
  ],
  ['a loss of 200 percent', path('links: [{impairments: [{kind: loss, percent: 200}]}]'), 'SPEC_ERR_WRONG_TYPE', 2, 62, 'from 0 to 100'],
  [
    'an unknown audit',
    path(`${PROXY}, expect: [{audit: refused-upgrad, because: x}]`),
    'SPEC_ERR_UNKNOWN_NAME',
    2,
    83,
    "did you mean 'refused-upgrade'?",
  ],
  [
    'an expectation of a host that is not there',
    path(`${PROXY}, expect: [{audit: idle-cutoff, host: nginx, because: x}]`),
    'SPEC_ERR_UNKNOWN_NAME',
    2,
    102,
    "got 'nginx'",
  ],
  ['an expectation without a reason', path(`${PROXY}, expect: [{audit: idle-cutoff}]`), 'SPEC_ERR_WRONG_TYPE', 2, 75, "the key 'because'"],
  [
    'a measure that is no number',
    path(`${PROXY}, expect: [{audit: idle-cutoff, because: x, measures: {limitMs: soon}}]`),
    'SPEC_ERR_WRONG_TYPE',
    2,
    128,
    '2000±400',
  ],
  [
    'an allowance for no path',
    `${path('tls: false')}\npolicy: {allow: [{audit: idle-cutoff, path: 'b*', because: x}]}`,
    'SPEC_ERR_UNKNOWN_NAME',
    3,
    45,
    "got 'b*'",
  ],
  ['an unknown policy word', `${path('tls: false')}\npolicy: {inconclusive: ignore}`, 'SPEC_ERR_UNKNOWN_NAME', 3, 24, 'refuse, allow'],
  [
    'a version of HAProxy that is a list',
    path('proxies: [{service: haproxy, config: edge.cfg, version: [2]}]'),
    'SPEC_ERR_WRONG_TYPE',
    2,
    73,
    'to be text, got a list',
  ],
];

describe('parseSpec', () => {
  it.each(cases)('refuses %s', (_, body, code, line, column, fragment) => {
    const error = errorOf(() => parse(lines('version: 1', body)));
    const problem = error.problems.find((one) => one.message.includes(fragment));
    expect(problem ?? error.problems).toMatchObject({ code, place: { file: 'edge.yaml', line, column } });
  });

  it.each([
    ['an empty file', '', 'SPEC_ERR_WRONG_TYPE', 'empty file'],
    ['a list', '- a\n', 'SPEC_ERR_WRONG_TYPE', 'to be a map, got a list'],
    ['no version', 'paths: [{id: a}]\n', 'SPEC_ERR_WRONG_TYPE', "the key 'version'"],
    ['another version', 'version: 2\npaths: [{id: a}]\n', 'SPEC_ERR_WRONG_TYPE', 'from 1 to 1'],
    ['a tab for indentation', 'version: 1\npaths:\n\t- id: a\n', 'SPEC_ERR_UNREADABLE', 'YAML'],
    ['an unclosed quote', 'version: "1\n', 'SPEC_ERR_UNREADABLE', 'YAML'],
    ['two documents', 'version: 1\n---\nversion: 1\n', 'SPEC_ERR_UNREADABLE', 'YAML'],
    ['an alias without an anchor', 'version: 1\npaths: [*nope]\n', 'SPEC_ERR_UNREADABLE', 'nope'],
  ])('refuses %s', (_, text, code, fragment) => {
    const error = errorOf(() => parse(text));
    expect(error.code).toBe(code);
    expect(error.message).toContain(fragment);
    expect(error.place).toMatchObject({ file: 'edge.yaml', line: expect.any(Number), column: expect.any(Number) });
  });

  it('refuses hosts of two paths with one name, and a link with the name of a host', () => {
    const named = '{service: nginx, config: edge.cfg, name: same}';
    const hosts = errorOf(() =>
      parse(lines('version: 1', 'paths:', `  - {id: a, proxies: [${named}]}`, `  - {id: b, proxies: [${named}]}`)),
    );
    expect(hosts).toMatchObject({ code: 'SPEC_ERR_DUPLICATE', place: { line: 4, column: 5 } });
    const links = errorOf(() => parse(lines('version: 1', `paths: [{id: a, proxies: [${named}], links: [{name: same}, {}]}]`)));
    expect(links.message).toContain("got 'same' for both");
  });
});
