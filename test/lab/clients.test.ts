import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRunFolder } from '../../harness/run/run-folder.ts';
import { clientProfiles } from '../../scenarios/clients/profiles.ts';
import { hopscope } from '../e2e/hopscope-process.ts';

const LIMIT_MS = 90_000;

describe('the clients scenario on real paths', () => {
  it(
    'opens a socket as every client does, and with a real Chromium, through TLS as well',
    async () => {
      const dir = mkdtempSync(join(tmpdir(), 'clients-test-'));
      try {
        const out = join(dir, 'run');
        const paths = ['haproxy-tls', 'nginx-upgrade-map', 'nginx-bare'].flatMap((path) => ['--path', path]);
        await hopscope(['run', '--lab', 'netns', '--scenario', 'clients', ...paths, '--out', out, '--quiet'], { cwd: dir });
        const { evidence } = await readRunFolder(out);
        const of = (path: string): readonly string[] =>
          evidence.foreignClients
            .filter((one) => one.path === path)
            .map(({ client, outcome, echoed }) => `${client} ${outcome.kind} ${echoed}`);
        for (const path of ['direct', 'haproxy-tls', 'nginx-upgrade-map']) {
          expect(of(path)).toEqual(['chromium upgraded true']);
          const opened = evidence.handshakes.filter((one) => one.path === path && one.outcome.kind === 'upgraded');
          expect(opened.map(({ caseId }) => caseId)).toEqual(clientProfiles.map(({ id }) => id));
        }
        expect(evidence.foreignClients.find(({ path }) => path === 'nginx-bare')).toMatchObject({
          outcome: { kind: 'rejected', status: 400 },
        });
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    },
    LIMIT_MS,
  );
});
