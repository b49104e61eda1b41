import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFault } from '../../../../bench/blame/read-fault.ts';
import { vocabulary } from '../../../../harness/cli/vocabulary.ts';
import { SpecError } from '../../../../harness/spec/problem.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const CONFIG = 'frontend fe\n    bind :8080\n    default_backend be\n\nbackend be\n    server one origin:9000\n';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hopscope-fault-'));
  mkdirSync(join(folder, 'family'));
  writeFileSync(join(folder, 'family', 'haproxy.cfg'), CONFIG);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (text: string) => {
  const file = join(folder, 'family', 'fault.yaml');
  writeFileSync(file, text);
  return readFault(file, { vocabulary, packageRoot: ROOT, workingFolder: folder, scratch: join(folder, 'scratch') });
};

const problemsOf = (text: string): readonly string[] => {
  try {
    read(text);
    return [];
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return error.problems.map(({ message, place }) => `${place.file}:${place.line}:${place.column}: ${message}`);
  }
};

const DENY = `id: deny
about: a deny rule
proxies:
  - service: haproxy
    config: haproxy.cfg
    edit:
      - { replace: "    default_backend be\\n", with: "    http-request deny\\n    default_backend be\\n" }
truth:
  host: haproxy
  direction: to-client
  causes: [refused-upgrade]
  line: "haproxy.cfg:3"
`;

describe('readFault', () => {
  it('reads a path, its truth and its family, and writes the edited config beside the others', () => {
    const fault = read(DENY);
    expect(fault).toMatchObject({
      id: 'deny',
      family: 'family',
      scenarios: ['opening-handshake', 'idle-hold'],
      truth: { host: 'deny', direction: 'to-client', causes: ['refused-upgrade'], line: { file: 'haproxy.cfg', line: 3 } },
      path: { proxies: [{ name: 'deny', configLabel: 'family/haproxy.cfg' }] },
    });
    const [proxy] = fault.path.proxies;
    expect(readFileSync(proxy?.config ?? '', 'utf8').split('\n')[2]).toBe('    http-request deny');
    expect(readFileSync(join(folder, 'family', 'haproxy.cfg'), 'utf8')).toBe(CONFIG);
  });

  it('puts the next host of the path for {next}', () => {
    const two = `id: two
about: two of a kind
proxies:
  - service: haproxy
    config: haproxy.cfg
    edit: [{ replace: "origin:9000", with: "{next}" }]
  - { service: haproxy, config: haproxy.cfg, name: inner }
truth: none
`;
    const { path, truth } = read(two);
    expect(truth).toBeNull();
    expect(readFileSync(path.proxies[0]?.config ?? '', 'utf8')).toContain('server one inner:8080');
  });

  it('lets an edited program have its packages, wherever it is written', () => {
    const program = `id: program
about: another host
proxies:
  - service: node-proxy
    config: builtin:node-proxy/http-proxy-3.ts
    edit: [{ replace: "origin", with: "origin" }]
truth: none
`;
    const config = read(program).path.proxies[0]?.config ?? '';
    expect(config).toContain(folder);
    expect(existsSync(join(dirname(config), 'node_modules/http-proxy-3'))).toBe(true);
  });

  it('says what is wrong, and where', () => {
    expect(problemsOf('id: deny\nabout: x\nproxies: []\n')).toEqual([
      "family/fault.yaml:1:1: expected the fault to have the key 'truth' (`none` when the path is healthy), got none",
    ]);
    expect(problemsOf(DENY.replace('http-request deny\\n', '').replace('default_backend be\\n"', 'missing text"'))).toEqual([
      expect.stringContaining("expected the fault.proxies[0].edit to replace text of family/haproxy.cfg, got '    missing text'"),
    ]);
    expect(problemsOf(DENY.replace('host: haproxy', 'host: nginx').replace('refused-upgrade', 'refused-upgrad'))).toEqual([
      expect.stringContaining('family/fault.yaml:9:9: expected the fault.truth.host to be one of client, origin, deny, link-1, link-2'),
      expect.stringContaining('family/fault.yaml:11:12: expected the fault.truth.causes[0] to be one of'),
    ]);
    expect(problemsOf(DENY.replace('cfg:3', 'cfg:300'))).toEqual([
      expect.stringContaining("expected the fault.truth.line to name a config of the path and a line of it, got 'haproxy.cfg:300'"),
    ]);
    expect(problemsOf(`${DENY}colour: red\n`)).toEqual([expect.stringContaining("got 'colour'")]);
  });
});
