import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../harness/model/record.ts';
import type { Remedy } from '../../harness/model/remedy.ts';
import { type Ended, emptyFolder, hopscope } from './hopscope-process.ts';
import { PLAIN_TEXT, startHopscope, TemporaryFolder } from './run-cli.ts';

const cwd = emptyFolder();
const text = (name: string): string => readFileSync(join(cwd, 'out', name), 'utf8');
const ID = 'failed-plain-http/nginx-hardcoded-upgrade/http-beside';
const PATCH = 'remedies/failed-plain-http-nginx-hardcoded-upgrade-http-beside.patch';

let run: Ended;
beforeAll(async () => {
  const only = ['--path', 'nginx-hardcoded-upgrade', '--scenario', 'http-beside', '--scenario', 'opening-handshake'];
  run = await hopscope(['run', '--lab', 'netns', ...only, '--remedies', '--out', 'out'], { cwd });
});

describe('hopscope run --remedies', () => {
  it('says the cure and where its patch is', () => {
    expect(run.stdout.replaceAll(/\s+/g, ' ')).toContain(`(verified; patch: ${PATCH})`);
    expect(run.stderr).toMatch(/Remedies on 1 path: begins/);
    expect(`${run.stdout}${run.stderr}`).toMatch(PLAIN_TEXT);
  });

  it('leaves the remedy in the record, in every report, and as a patch', () => {
    const record = JSON.parse(text('record.json')) as RunRecord;
    const [remedy] = record.findings.find(({ id }) => id === ID)?.remedies ?? [];
    expect(remedy).toMatchObject({ findingId: ID, host: 'nginx-hardcoded-upgrade', status: 'verified', trial: 'remedies/1' });
    expect(text(PATCH)).toBe(remedy?.patch);
    for (const name of ['report.html', 'summary.md']) expect(text(name)).toContain('Ask for an upgrade only where the client does');
  });

  it('cannot keep the lab, which is down by then', async () => {
    const { code, stderr } = await hopscope(['run', '--lab', 'netns', '--path', 'direct', '--remedies', '--keep'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error USAGE_ERR_BAD_FLAG: expected --keep or --remedies, got both/);
  });
});

describe('Ctrl-C while remedies are tried', () => {
  it('leaves nothing behind, keeps the run, and calls what was not run untried', async () => {
    const temporary = new TemporaryFolder(cwd);
    const trying = startHopscope(['remedy', 'out', '--finding', ID], { cwd, environment: temporary.environment });
    await trying.shows(/Remedies on 1 path: begins/);
    await sleep(1500);
    trying.pressCtrlC();
    const { code, stderr } = await trying.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('interrupted: taking the lab down and keeping what was found out');
    expect(temporary.left()).toEqual([]);
    const record = JSON.parse(text('record.json')) as RunRecord;
    expect(record.run.interrupted).toBe(false);
    const [remedy] = record.findings.find(({ id }) => id === ID)?.remedies ?? [];
    expect(remedy).toMatchObject({ status: 'untried', because: expect.stringMatching(/^interrupted before/) as unknown });
  });
});

describe('hopscope remedy', () => {
  it('tries the remedies of one finding again, in a folder of its own, and writes the reports again', async () => {
    const { code, stdout } = await hopscope(['remedy', 'out', '--finding', ID], { cwd });
    expect(code).toBe(0);
    expect(stdout).toBe(`verified ${ID}
         Ask for an upgrade only where the client does: a \`map\` from the Upgrade header to the Connection header.
         applied to a copy and run: failed-plain-http in http-beside is gone, and nothing new failed in opening-handshake, http-beside
         patch: out/${PATCH}
`);
    expect(existsSync(join(cwd, 'out/remedies/3/run.json'))).toBe(true);
    expect((JSON.parse(text('remedies.json')) as { readonly remedies: readonly Remedy[] }).remedies.map(({ trial }) => trial)).toContain(
      'remedies/3',
    );
  });

  it('knows the failures of the run, and no other', async () => {
    const { code, stderr } = await hopscope(['remedy', 'out', '--finding', `${ID}x`], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error USAGE_ERR_BAD_FLAG: expected --finding to be one of the failures of the run \(.*did you mean/);
  });

  it('takes a number for the limit', async () => {
    expect((await hopscope(['remedy', 'out', '--limit', 'many'], { cwd })).code).toBe(2);
  });
});
