import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../harness/model/record.ts';
import { emptyFolder, hopscope } from './hopscope-process.ts';

const cwd = emptyFolder();
const PLAIN = join(import.meta.dirname, '../../containers/haproxy/configs/plain.cfg');
const DENY = '    http-request deny deny_status 403 if { path_beg /socket }';

copyFileSync(PLAIN, join(cwd, 'good.cfg'));
writeFileSync(join(cwd, 'denies.cfg'), readFileSync(PLAIN, 'utf8').replace('    default_backend', `${DENY}\n    default_backend`));
writeFileSync(
  join(cwd, 'hopscope.yaml'),
  `version: 1
settings: { lab: netns, scenarios: [opening-handshake] }
paths:
  - id: good
    proxies: [{ service: haproxy, config: good.cfg }]
  - id: undeclared
    proxies: [{ service: haproxy, config: denies.cfg }]
  - id: declared
    proxies: [{ service: haproxy, config: denies.cfg }]
    expect: [{ audit: refused-upgrade, host: haproxy, because: the socket is denied }]
  - id: missed
    proxies: [{ service: haproxy, config: good.cfg }]
    expect: [{ audit: refused-upgrade, because: it was refused once }]
`,
);

const recordIn = (folder: string): RunRecord => JSON.parse(readFileSync(join(folder, 'record.json'), 'utf8')) as RunRecord;

describe('a spec of one’s own', () => {
  it('passes where everything works', async () => {
    expect(await hopscope(['run', '--path', 'good', '--out', 'good'], { cwd })).toMatchObject({ code: 0 });
    expect(recordIn(join(cwd, 'good'))).toMatchObject({ verdict: 'pass', run: { specLabel: 'hopscope.yaml', interrupted: false } });
  });

  it('fails where something is refused that nobody declared, and names the line of the config as the user knows it', async () => {
    const { code, stdout } = await hopscope(['run', '--path', 'undeclared', '--out', 'undeclared'], { cwd });
    const line = readFileSync(join(cwd, 'denies.cfg'), 'utf8').split('\n').indexOf(DENY) + 1;
    expect(code).toBe(1);
    expect(stdout).toContain(`denies.cfg:${line}:5`);
    const failed = recordIn(join(cwd, 'undeclared')).findings.filter(({ outcome }) => outcome === 'fail');
    expect(failed[0]?.blame).toMatchObject({ host: 'undeclared', config: { file: 'denies.cfg', line, text: DENY.trim() } });
  });

  it('passes where exactly the declared failure happens', async () => {
    expect(await hopscope(['run', '--path', 'declared', '--out', 'declared'], { cwd })).toMatchObject({ code: 0 });
  });

  it('fails where a declared failure does not happen', async () => {
    const { code, stdout } = await hopscope(['run', '--path', 'missed', '--out', 'missed'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^missed: expected refused-upgrade by missed, saw none/);
    expect(stdout).toContain('it was refused once');
  });

  it('prints a command that runs a failure again', async () => {
    const again = recordIn(join(cwd, 'undeclared')).findings.find(({ outcome }) => outcome === 'fail')?.reproduce ?? '';
    expect(again).toMatch(/^npx hopscope run /);
    expect(await hopscope([...again.split(' ').slice(2), '--quiet', '--out', 'again'], { cwd })).toMatchObject({ code: 1 });
  });
});

describe('an empty folder', () => {
  const folder = emptyFolder();

  it('is enough for the built-in spec, and gets the run below runs/', async () => {
    const { code, stdout } = await hopscope(['run', '--lab', 'netns', '--path', 'direct', '--scenario', 'opening-handshake'], {
      cwd: folder,
    });
    expect(code).toBe(0);
    const report = stdout.trimEnd().split('\n').at(-1) ?? '';
    expect(report).toMatch(/^runs\/\d{8}-\d{6}-\d+\/report\.html$/);
    expect(existsSync(join(folder, report))).toBe(true);
    expect(readdirSync(folder)).toEqual(['runs']);
    expect(recordIn(join(folder, report, '..')).run.specLabel).toBe('built-in default');
  });
});
