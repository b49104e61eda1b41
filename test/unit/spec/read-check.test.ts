import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorOf, lines, parserIn, specFolder } from './sample.ts';

const folder = specFolder();
const parse = parserIn(folder);
const specOf = (...text: readonly string[]): string => lines('version: 1', ...text);

describe('configs that are checked', () => {
  it('are a spec without paths, with everything that a check can be told', () => {
    const { checks, paths, openPatterns } = parse(
      specOf(
        'check:',
        '  - { config: edge.cfg, id: edge, as: haproxy, version: 2.6, at: /etc/haproxy/haproxy.cfg, root: sub, render: "cat -" }',
        "  - { config: sub, provide: ['sub/inner.cfg:/etc/inner/', empty], env: { PORT: 8080, HOST: 'a b' }, urls: ['wss://a.example.com/ws'] }",
      ),
    );
    expect(paths).toEqual([]);
    expect(openPatterns).toEqual([]);
    expect(checks).toEqual([
      {
        ...{ config: join(folder, 'edge.cfg'), label: 'edge.cfg', id: 'edge', as: 'haproxy', version: '2.6' },
        ...{ at: '/etc/haproxy/haproxy.cfg', root: join(folder, 'sub'), render: 'cat -', provide: [], env: {}, urls: [] },
      },
      {
        ...{ config: join(folder, 'sub'), label: 'sub', id: null, as: null, version: null, at: null, root: null, render: null },
        provide: [`${join(folder, 'sub/inner.cfg')}:/etc/inner/`, join(folder, 'empty')],
        ...{ env: { PORT: '8080', HOST: 'a b' }, urls: ['wss://a.example.com/ws'] },
      },
    ]);
  });

  it('leave patterns of the policy open that no path of the spec matches', () => {
    const { openPatterns, policy } = parse(
      specOf(
        'check: [{ config: edge.cfg }]',
        'paths: [{ id: own, proxies: [{ service: nginx, config: edge.cfg }] }]',
        'policy:',
        "  allow: [{ audit: idle-cutoff, path: 'chat-*', because: b }]",
        "  levels: [{ audit: idle-cutoff, path: 'own*', level: warn, because: b }]",
        "  thresholds: [{ path: 'own.control', expect: 'idle limit >= 3 s' }]",
      ),
    );
    expect(policy).toMatchObject({ allow: [{ path: 'chat-*' }], thresholds: [{ path: 'own.control' }] });
    expect(openPatterns).toEqual([
      { name: 'policy.thresholds[0].path', pattern: 'own.control', controlsToo: false, place: { file: 'edge.yaml', line: 7, column: 24 } },
      { name: 'policy.allow[0].path', pattern: 'chat-*', controlsToo: true, place: { file: 'edge.yaml', line: 5, column: 39 } },
    ]);
  });

  it.each([
    [
      'check: [{ config: none.cfg }]',
      'SPEC_ERR_CONFIG_MISSING',
      "expected a config file, or a folder of them, at 'none.cfg', got no such file",
      19,
    ],
    [
      'check: [{ config: /dev/null }]',
      'SPEC_ERR_CONFIG_MISSING',
      "expected a config file, or a folder of them, at '/dev/null', got something that is neither",
      19,
    ],
    ['check: [{ id: edge }]', 'SPEC_ERR_WRONG_TYPE', "expected check[0] to have the key 'config', got none", 9],
    ['check: [{ config: edge.cfg, servce: x }]', 'SPEC_ERR_UNKNOWN_KEY', "got 'servce'", 29],
    ['check: [{ config: edge.cfg, as: squid }]', 'SPEC_ERR_UNKNOWN_NAME', 'expected check[0].as to be one of haproxy, nginx', 33],
    ['check: [{ config: edge.cfg, id: Edge }]', 'SPEC_ERR_WRONG_TYPE', 'expected check[0].id to be a name', 33],
    ['check: [{ config: edge.cfg, at: haproxy.cfg }]', 'SPEC_ERR_WRONG_TYPE', 'expected check[0].at to be an absolute path', 33],
    ['check: [{ config: edge.cfg, urls: [chat.example.com] }]', 'SPEC_ERR_WRONG_TYPE', 'expected check[0].urls[0] to be a URL', 36],
    ['check: [{ config: edge.cfg, env: { a-b: 1 } }]', 'SPEC_ERR_WRONG_TYPE', "to have names of variables, got 'a-b'", 36],
    ['check: [{ config: edge.cfg, env: [A] }]', 'SPEC_ERR_WRONG_TYPE', 'expected check[0].env to be a map', 34],
    ['check: [{ config: edge.cfg, provide: edge.cfg }]', 'SPEC_ERR_WRONG_TYPE', 'expected check[0].provide to be a list', 38],
    ['check: [{ config: edge.cfg, id: a }, { config: sub, id: a }]', 'SPEC_ERR_DUPLICATE', "got 'a' again (the first is check[0])", 38],
    ['check: []', 'SPEC_ERR_WRONG_TYPE', 'at least one path under `paths` or one config under `check`', 1],
  ])('are refused with their place: %s', (text, code, message, column) => {
    const error = errorOf(() => parse(specOf(text)));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.place).toMatchObject(column === 1 ? { file: 'edge.yaml' } : { line: 2, column });
  });
});
