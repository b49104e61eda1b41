import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DiffDocument } from '../../harness/cli/diff-document.ts';
import { emptyFolder, hopscope } from './hopscope-process.ts';
import { PLAIN_TEXT } from './run-cli.ts';

const cwd = emptyFolder();
const BEFORE = `defaults
    mode http
    timeout connect 5s
    timeout client 50s
    timeout server 50s
    timeout tunnel 1h
    retries 3

frontend web
    bind :80
    acl is_ws hdr(Upgrade) -i websocket
    use_backend chat if is_ws
    default_backend site

backend chat
    balance leastconn
    server c1 chat1.internal:3000

backend site
    server s1 site1.internal:8080
`;
/** Line 9 of the file after is the only one that matters. */
const AFTER = BEFORE.replace('retries 3', 'retries 2')
  .replace('frontend web\n', 'frontend web\n    http-request del-header Upgrade\n')
  .replace('balance leastconn', 'balance roundrobin');

beforeAll(() => {
  mkdirSync(join(cwd, 'nginx'));
  writeFileSync(join(cwd, 'before.cfg'), BEFORE);
  writeFileSync(join(cwd, 'after.cfg'), AFTER);
  writeFileSync(join(cwd, 'nginx/nginx.conf'), 'events {}\nhttp { server { listen 80; location / { proxy_pass http://app:3000; } } }\n');
});

describe('hopscope diff', () => {
  it('names the one line of several that breaks the upgrade, and exits with 5', async () => {
    const args = ['diff', 'before.cfg', 'after.cfg', '--no-limits', '--no-latency', '--out', 'first', '--json'];
    const { code, stdout, stderr } = await hopscope(args, { cwd });
    expect({ code, stderr }).toEqual({ code: 5, stderr: '' });
    const printed = JSON.parse(stdout) as {
      readonly diff: string;
      readonly exitCode: number;
      readonly comparisons: readonly DiffDocument[];
    };
    expect(printed).toMatchObject({
      diff: '1.0.0',
      exitCode: 5,
      comparisons: [{ before: 'before.cfg', after: 'after.cfg', uncaused: [] }],
    });
    const causes = printed.comparisons[0]?.causes ?? [];
    expect(causes).toHaveLength(1);
    expect(causes[0]).toMatchObject({
      isMinimal: true,
      isOnly: true,
      hunks: [
        { file: 'before.cfg', before: { line: 10, lines: [] }, after: { line: 10, lines: ['    http-request del-header Upgrade\n'] } },
      ],
    });
    expect(causes[0]?.changes).toContainEqual(
      expect.objectContaining({ area: 'finding', what: 'refused-upgrade in opening-handshake', isWorse: true }),
    );
    expect(JSON.parse(readFileSync(join(cwd, 'first/diff.json'), 'utf8'))).toMatchObject({
      diff: '1.0.0',
      comparisons: printed.comparisons,
    });
  });

  it('compares the working folder with a revision, and calls each by its name', async () => {
    const git = (...args: readonly string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false', ...args], { cwd });
    git('init', '-q', '-b', 'main');
    mkdirSync(join(cwd, 'haproxy'));
    writeFileSync(join(cwd, 'haproxy/haproxy.cfg'), BEFORE);
    git('add', 'haproxy');
    git('commit', '-q', '-m', 'first');
    writeFileSync(join(cwd, 'haproxy/haproxy.cfg'), BEFORE.replace('hdr(Upgrade) -i websocket', 'hdr(Upgrade) -i websockets'));
    const args = ['diff', '--git', 'HEAD', '--no-limits', '--no-latency', '--out', 'revision', '--', 'haproxy/haproxy.cfg'];
    const { code, stdout } = await hopscope(args, { cwd });
    expect(code).toBe(5);
    expect(stdout).toContain('haproxy/haproxy.cfg at HEAD -> in the working folder: 1 worse');
    expect(stdout).toContain('because of haproxy/haproxy.cfg:11\n');
  });

  it('finds nothing between a config and itself', async () => {
    const { code, stdout } = await hopscope(['diff', 'before.cfg', 'before.cfg', '--no-limits', '--out', 'second'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(PLAIN_TEXT);
    expect(stdout).toMatch(/^before\.cfg and before\.cfg behave alike\n/);
    expect(stdout).toContain('latency was not compared: the configs have the same text');
  });

  it('refuses configs of two programs, and other numbers of them', async () => {
    const two = await hopscope(['diff', 'before.cfg', 'nginx/nginx.conf'], { cwd });
    expect(two.code).toBe(2);
    expect(two.stderr).toContain(
      'error USAGE_ERR_BAD_FLAG: expected two configs of the same program, got one of HAProxy (before.cfg) and one of nginx',
    );
    const one = await hopscope(['diff', 'before.cfg'], { cwd });
    expect(one).toMatchObject({ code: 2, stdout: '' });
    expect(one.stderr).toContain('expected two configs or two run folders: <before> <after>, got before.cfg');
  });
});
