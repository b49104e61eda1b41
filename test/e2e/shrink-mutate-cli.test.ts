import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder, hopscope } from './hopscope-process.ts';

const folder = emptyFolder();
const apps = Array.from({ length: 3 }, (_, index) => `app${index}`);
const config = join(folder, 'haproxy.cfg');

/** A config of which one line in the middle takes `Upgrade` off. */
const LONG = [
  'global',
  '    log stdout format raw local0',
  'defaults',
  '    mode http',
  '    log global',
  '    option httplog',
  '    timeout connect 5s',
  '    timeout client 30s',
  '    timeout server 30s',
  '    timeout tunnel 1m',
  'frontend edge',
  '    bind *:80',
  '    option forwardfor',
  ...apps.map((app) => `    acl is_${app} hdr(host) -i ${app}.example.com`),
  '    acl is_ws hdr(Upgrade) -i websocket',
  ...apps.map((app) => `    use_backend be_${app} if is_${app}`),
  '    use_backend be_ws if is_ws',
  '    default_backend be_app0',
  ...apps.flatMap((app) => [
    `backend be_${app}`,
    '    balance roundrobin',
    `    http-response set-header X-App ${app}`,
    `    server one 10.1.0.1:8080 check`,
  ]),
  'backend be_ws',
  '    # taken over from the old edge',
  '    http-request del-header Upgrade',
  '    server one 10.3.0.10:9000 check',
  '',
];

beforeAll(() => writeFileSync(config, LONG.join('\n')));

describe('hopscope shrink', () => {
  it('leaves the few lines that still take the upgrade off, each with its place in the original', async () => {
    const out = join(folder, 'small');
    const { code, stdout } = await hopscope(
      ['shrink', config, '--finding', 'refused-upgrade', '--url', 'ws://www.example.com/live', '--out', out, '--json'],
      { cwd: folder },
    );
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as {
      readonly lines: number;
      readonly before: number;
      readonly isMinimal: boolean;
      readonly kept: readonly { readonly line: number; readonly text: string }[];
    };
    expect(result).toMatchObject({ finding: 'refused-upgrade/www-example-com-live/opening-handshake', isMinimal: true });
    expect(result.before).toBeGreaterThan(35);
    expect(result.lines).toBeLessThanOrEqual(15);
    const culprit = LONG.indexOf('    http-request del-header Upgrade') + 1;
    expect(result.kept).toContainEqual(expect.objectContaining({ line: culprit, text: '    http-request del-header Upgrade\n' }));
    expect(readFileSync(join(out, 'etc/haproxy/haproxy.cfg'), 'utf8')).toBe(result.kept.map(({ text }) => text).join(''));
  });

  it('says what the config fails instead, when it does not show the finding that is meant', async () => {
    const { code, stderr } = await hopscope(
      ['shrink', config, '--finding', 'lost-message', '--url', 'ws://www.example.com/live', '--quiet'],
      { cwd: folder },
    );
    expect(code).toBe(2);
    expect(stderr).toContain("expected a config that shows 'lost-message'");
    expect(stderr).toContain('it fails refused-upgrade/www-example-com-live/opening-handshake');
  });
});

describe('hopscope mutate', () => {
  const good = join(folder, 'good.cfg');
  beforeAll(() => writeFileSync(good, LONG.filter((line) => !/is_app|be_app|X-App|del-header|10\.1\.0|balance/.test(line)).join('\n')));

  it('counts the mutants that a policy notices, and names those that it lets through', async () => {
    const { code, stdout } = await hopscope(
      ['mutate', good, '--url', 'ws://www.example.com/live', '--scenario', 'opening-handshake', '--json', '--fail-under', '100%'],
      { cwd: folder },
    );
    const result = JSON.parse(stdout) as {
      readonly killed: number;
      readonly survived: number;
      readonly score: number;
      readonly mutants: readonly { readonly title: string; readonly fate: string }[];
    };
    // Handshakes alone tell nothing of limits of time.
    expect(result.mutants.find(({ title }) => title.includes('timeout tunnel') && title.includes('removed'))).toMatchObject({
      fate: 'survived',
    });
    expect(result.killed).toBeGreaterThan(0);
    expect(result.score).toBeCloseTo(result.killed / (result.killed + result.survived), 5);
    expect(code).toBe(1);
  });
});
