import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRunFolder } from '../../harness/run/run-folder.ts';
import { hopscope } from '../e2e/hopscope-process.ts';

const LIMIT_MS = 90_000;

describe('the closing scenario on real paths', () => {
  it(
    'carries every end as it is said, names what a host that is gone leaves behind, and accuses nobody',
    async () => {
      const dir = mkdtempSync(join(tmpdir(), 'closing-test-'));
      try {
        const out = join(dir, 'run');
        const paths = ['haproxy-plain', 'nginx-upgrade-map', 'node-http-proxy'].flatMap((path) => ['--path', path]);
        const run = await hopscope(['run', '--lab', 'netns', '--scenario', 'closing', ...paths, '--out', out, '--quiet'], { cwd: dir });
        expect([run.code, run.stdout]).toEqual([0, expect.stringMatching(/^pass: /)]);
        const { evidence } = await readRunFolder(out);
        const labels = (caseId: string): readonly string[] =>
          evidence.plays.filter((play) => play.caseId === caseId).map(({ origin, client }) => `${client.end.kind} ${origin?.end.kind}`);
        expect(evidence.plays).toHaveLength(4 * 36);
        expect(new Set(labels('client-fin-idle'))).toEqual(new Set(['local fin']));
        expect(new Set(labels('origin-killed-idle'))).toEqual(new Set(['fin local']));
        const gone = evidence.plays.filter(({ caseId }) => caseId === 'client-vanished-idle');
        expect(gone.flatMap(({ client }) => client.events.map(({ kind }) => kind))).toContain('vanished');
        // Nothing tells the origin while it watches.
        expect(gone.every(({ origin }) => origin?.events.every(({ kind }) => kind !== 'reset-came') ?? false)).toBe(true);
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    },
    LIMIT_MS,
  );
});
