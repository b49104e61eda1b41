import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { varnish } from '../../containers/varnish/service.ts';
import type { HandshakeEvidence } from '../../harness/model/evidence.ts';
import { emptyFolder, hopscope } from './hopscope-process.ts';

const cwd = emptyFolder();

it('has a line of the log for every request that Varnish got in a run, the first ones too', async () => {
  const only = ['--lab', 'netns', '--path', 'varnish-pipe', '--scenario', 'opening-handshake', '--capture', 'off'];
  await hopscope(['run', 'builtin:subjects', ...only, '--out', 'out'], { cwd });
  const linesOf = (file: string): readonly string[] =>
    readFileSync(join(cwd, 'out', file), 'utf8')
      .trimEnd()
      .split('\n');
  const handshakes = linesOf('evidence/handshakes.ndjson').map((line) => JSON.parse(line) as HandshakeEvidence);
  const upgraded = handshakes.filter(({ path, outcome }) => path === 'varnish-pipe' && outcome.kind === 'upgraded');
  const logged = new Set(linesOf('hosts/varnish-pipe.log').map((line) => varnish.parseLog(line)?.clientPort));
  expect(upgraded.length).toBeGreaterThan(10);
  expect(upgraded.filter(({ client }) => !logged.has(client.localPort)).map(({ caseId }) => caseId)).toEqual([]);
});
