import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRunFolder } from '../../harness/run/run-folder.ts';
import { pressedCases, tunnelCases } from '../../scenarios/tunnel/scenario.ts';
import { hopscope } from '../e2e/hopscope-process.ts';

const LIMIT_MS = 120_000;

describe('the tunnel scenarios on real paths', () => {
  it(
    'carry every byte unchanged in both directions, short and long, and find only what each program is known for',
    async () => {
      const dir = mkdtempSync(join(tmpdir(), 'tunnel-test-'));
      try {
        const out = join(dir, 'run');
        const paths = ['haproxy-plain', 'haproxy-tls', 'nginx-upgrade-map', 'node-http-proxy'].flatMap((path) => ['--path', path]);
        const scenarios = ['--scenario', 'tunnel', '--scenario', 'tunnel-bulk'];
        const run = await hopscope(['run', '--lab', 'netns', ...scenarios, ...paths, '--out', out, '--quiet'], { cwd: dir });
        expect([run.code, run.stdout]).toEqual([0, expect.stringMatching(/^pass: /)]);
        const { evidence } = await readRunFolder(out);
        const short = evidence.plays.filter(({ scenario }) => scenario === 'tunnel');
        expect(short).toHaveLength(5 * tunnelCases.length);
        const bulk = evidence.plays.filter(({ scenario }) => scenario === 'tunnel-bulk');
        expect(bulk.length).toBeGreaterThan(5 * pressedCases.length);
        const changed = [...short, ...bulk].filter(
          ({ client, origin }) =>
            origin !== null && client.sent.bytes === origin.received.bytes && client.sent.sha256 !== origin.received.sha256,
        );
        expect(changed).toEqual([]);
        expect(bulk.some(({ client }) => client.sent.bytes > 10_000_000)).toBe(true);
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    },
    LIMIT_MS,
  );
});
