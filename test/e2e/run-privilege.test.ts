import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../harness/model/record.ts';
import { emptyFolder } from './hopscope-process.ts';
import { PLAIN_TEXT, startHopscope, TemporaryFolder } from './run-cli.ts';

const cwd = emptyFolder();
const temporary = new TemporaryFolder(cwd);
for (const dir of [cwd, temporary.dir]) chmodSync(dir, 0o777);
const environment = { ...temporary.environment, HOME: cwd };
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--no-new-privs'];
const flags = ['--lab', 'netns', '--scenario', 'opening-handshake'];

describe('a user without privilege', () => {
  it('runs the lab in a user namespace, with the same verdicts', async () => {
    const paths = ['haproxy-tls', 'haproxy-deny-upgrade', 'nginx-upgrade-map', 'node-httpxy'].flatMap((path) => ['--path', path]);
    const { code, stdout } = await startHopscope(['run', ...flags, ...paths, '--out', 'out'], { cwd, environment, under: NOBODY }).ended;
    expect(stdout).toContain('verdict: pass, exit code 0');
    expect(code).toBe(0);
    const { cells } = JSON.parse(readFileSync(join(cwd, 'out/record.json'), 'utf8')) as RunRecord;
    expect(cells.filter(({ observed }) => observed === 'fail').map(({ path }) => path)).toEqual(['haproxy-deny-upgrade']);
    expect(temporary.left()).toEqual([]);
  });
});

describe('where namespaces are not allowed', () => {
  /** The kernel makes no user namespace for whoever stands in a chroot; root without capabilities is what many containers give. */
  const CHROOT = 'mkdir root && mount --rbind / root && exec chroot --userspec=65534:65534 root sh -c \'cd "$0" && exec "$@"\' "$PWD" "$@"';
  it.each([
    ['a user without user namespaces', ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', CHROOT, 'sh']],
    ['root without capabilities', ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs']],
  ])('%s is told what is missing', async (_, under) => {
    const { code, stdout, stderr } = await startHopscope(['run', ...flags, '--path', 'direct', '--out', 'none'], {
      cwd,
      environment,
      under,
    }).ended;
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^error LAB_ERR_NO_PRIVILEGE: expected namespaces for the lab, but: unshare: .*not permitted$/m);
    expect(stderr).toMatch(/^what to do: .*user namespaces/m);
    expect(stderr).toMatch(PLAIN_TEXT);
    expect(temporary.left()).toEqual([]);
  });
});
