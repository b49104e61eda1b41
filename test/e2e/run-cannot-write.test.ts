import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, hopscope } from './hopscope-process.ts';
import { PLAIN_TEXT, startHopscope, TemporaryFolder } from './run-cli.ts';

const cwd = emptyFolder();
const temporary = new TemporaryFolder(cwd);
writeFileSync(join(cwd, 'file'), '');
mkdirSync(join(cwd, 'disk'));

describe('a run that cannot be written', () => {
  it.each(['file', 'file/run', '/dev/full', '/proc/run'])('because of --out %s is refused before anything is started', async (out) => {
    const { code, stdout, stderr } = await hopscope(['run', '--lab', 'netns', '--path', 'direct', '--out', out], { cwd });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^error RUN_ERR_CANNOT_WRITE: expected to write \S+, got E[A-Z]+\n/);
    expect(stderr).toMatch(PLAIN_TEXT);
  });

  it('because the disk is full keeps what was written, and takes the lab down', async () => {
    // Only this process sees the small disk, and it is gone with it.
    const script = 'mount -t tmpfs -o size=256k tmpfs disk; "$@" --out disk/out; code=$?; cp -r disk/out kept; exit $code';
    const flags = ['run', '--lab', 'netns', '--path', 'incident-0001-broken', '--scenario', 'opening-handshake'];
    const under = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh'];
    const { code, stdout, stderr } = await startHopscope(flags, { cwd, environment: temporary.environment, under }).ended;
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^error RUN_ERR_CANNOT_WRITE: expected to write \S+\/disk\/out\/evidence\/\w+\.ndjson, got ENOSPC$/m);
    expect(stderr).toMatch(PLAIN_TEXT);
    expect(temporary.left()).toEqual([]);
    expect(temporary.processes()()).toEqual([]);
    expect(JSON.parse(readFileSync(join(cwd, 'kept/run.json'), 'utf8'))).toMatchObject({ run: { interrupted: true } });
    expect(readFileSync(join(cwd, 'kept/evidence/handshakes.ndjson'), 'utf8').split('\n').length).toBeGreaterThan(5);
    const judged = await hopscope(['audit', 'kept', '--json'], { cwd });
    expect(judged).toMatchObject({ code: 4, stderr: '' });
    expect(judged.stdout).toMatch(/the run ended (?:before|while) this was done/);
  });
});
