import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../harness/model/record.ts';
import { emptyFolder, hopscope } from './hopscope-process.ts';
import { PLAIN_TEXT } from './run-cli.ts';

const cwd = emptyFolder();
const SPEC = `version: 1
settings: { lab: netns, scenarios: [opening-handshake] }
paths:
  - { id: bare, proxies: [{ service: nginx, config: 'builtin:nginx/bare.conf' }] }
`;
const BASE = '.hopscope-baseline.json';

beforeAll(async () => {
  writeFileSync(join(cwd, 'edge.yaml'), SPEC);
  await hopscope(['run', 'edge.yaml', '--out', 'first'], { cwd });
});

const recordOf = async (...args: readonly string[]): Promise<{ readonly code: number | null; readonly record: RunRecord }> => {
  const { code, stdout } = await hopscope(['audit', ...args, '--json'], { cwd });
  return { code, record: JSON.parse(stdout) as RunRecord };
};

describe('hopscope baseline', () => {
  it('accepts what fails today, the same each time, and fails on what is new', async () => {
    expect((await recordOf('first')).code).toBe(1);
    expect(await hopscope(['baseline', 'write', 'first'], { cwd })).toMatchObject({ code: 0, stderr: '' });
    const text = readFileSync(join(cwd, BASE), 'utf8');
    expect(text).toContain('"refused-upgrade"');
    await hopscope(['baseline', 'write', 'first', '--ratchet'], { cwd });
    expect(readFileSync(join(cwd, BASE), 'utf8')).toBe(text);
    const { code, record } = await recordOf('first', '--baseline', BASE);
    expect({ code, verdict: record.verdict }).toEqual({ code: 0, verdict: 'pass' });
    expect(record.baseline?.known.length).toBeGreaterThan(0);
    writeFileSync(join(cwd, 'none.json'), '{"baselineVersion": 1, "paths": {}}\n');
    expect((await recordOf('first', '--baseline', 'none.json')).code).toBe(5);
    expect((await recordOf('first', '--no-baseline')).code).toBe(1);
  });

  it('is read from the spec before the run, and kept in the run folder', async () => {
    writeFileSync(join(cwd, 'policy.yaml'), `${SPEC}policy: { baseline: ${BASE}, maxWarnings: 0 }\n`);
    expect((await hopscope(['run', 'policy.yaml', '--out', 'second', '--quiet'], { cwd })).code).toBe(0);
    cpSync(join(cwd, BASE), join(cwd, 'kept.json'));
    writeFileSync(join(cwd, BASE), '{');
    const refused = await hopscope(['run', 'policy.yaml', '--out', 'third'], { cwd });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(`error BASELINE_ERR_UNREADABLE: expected JSON, got the end of the file\n  at ${BASE}:1:2\n`);
    expect(refused.stderr).toMatch(PLAIN_TEXT);
    cpSync(join(cwd, 'kept.json'), join(cwd, BASE));
    expect((await recordOf('second')).code).toBe(0);
  });

  it('judges repeats together', async () => {
    cpSync(join(cwd, 'first'), join(cwd, 'good'), { recursive: true });
    const facts = join(cwd, 'good/run.json');
    writeFileSync(facts, readFileSync(facts, 'utf8').replace(/"id": "\d{8}-/, '"id": "30000101-'));
    const { code, record } = await recordOf('first', 'good');
    expect(code).toBe(1);
    expect(record.repeatedRuns).toHaveLength(2);
    expect(record.findings.find(({ auditId, path }) => auditId === 'refused-upgrade' && path === 'bare')?.repeats).toEqual({
      failed: 2,
      of: 2,
    });
    expect((await hopscope(['audit', 'first', 'first'], { cwd })).stderr).toContain('expected each run once');
  });

  it('refuses thresholds and numbers of warnings that cannot be read', async () => {
    writeFileSync(join(cwd, 'odd.yaml'), `${SPEC}policy: { thresholds: [{ expect: idle limt >= 75 s }] }\n`);
    const { code, stderr } = await hopscope(['run', 'odd.yaml'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("did you mean 'idle limit'?");
    expect(stderr).toContain('at odd.yaml:5:');
    expect((await hopscope(['audit', 'first', '--max-warnings', 'few'], { cwd })).code).toBe(2);
  });
});

describe('hopscope run --repeats', () => {
  it('judges the repeats together, and says which failures are firm', async () => {
    const { code, stdout } = await hopscope(['run', 'edge.yaml', '--repeats', '2', '--out', 'repeated', '--json'], { cwd });
    const record = JSON.parse(stdout) as RunRecord;
    expect(code).toBe(1);
    const refusals = record.findings.filter(({ auditId, outcome }) => auditId === 'refused-upgrade' && outcome === 'fail');
    expect(refusals.map(({ repeats }) => repeats)).toEqual(refusals.map(() => ({ failed: 2, of: 2 })));
    expect(refusals.length).toBeGreaterThan(0);
    for (const file of ['record.json', 'report.html', 'junit.xml', 'summary.md', 'repeat-1/run.json', 'repeat-2/run.json'])
      expect(existsSync(join(cwd, 'repeated', file)), file).toBe(true);
  });

  it('is refused with what is about one run, and with a number that is none', async () => {
    expect((await hopscope(['run', 'edge.yaml', '--repeats', '2', '--keep'], { cwd })).stderr).toContain(
      'expected --repeats without --keep',
    );
    expect((await hopscope(['run', 'edge.yaml', '--repeats', '1'], { cwd })).code).toBe(2);
  });
});
