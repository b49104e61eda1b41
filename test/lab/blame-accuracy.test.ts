import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBench, type BenchResult } from '../../bench/blame/run-bench.ts';

const ROOT = join(import.meta.dirname, '../..');

/** One or two of each family of bench/blame/faults, in two scenarios at most. */
const SOME = [
  ...['haproxy-deny-path', 'haproxy-tunnel-limit', 'nginx-no-upgrade', 'nginx-return-403', 'http-proxy-3-403'],
  ...['chain-nginx-haproxy-idle', 'tls-nginx-403'],
  ...['forget-client-leg', 'reset-server-leg', 'origin-drop-fin', 'kill-haproxy', 'kill-origin-nginx'],
  ...['healthy-haproxy-loss-1', 'healthy-nginx-delay-2', 'healthy-http-proxy-hold', 'healthy-haproxy-tcp-hold'],
];

// Below the package: a Node proxy finds its packages from where its config stands.
mkdirSync(join(ROOT, 'runs'), { recursive: true });
const out = mkdtempSync(join(ROOT, 'runs', 'blame-accuracy-'));
let result: BenchResult;

beforeAll(async () => {
  const signal = new AbortController().signal;
  result = await runBench({ folders: [join(ROOT, 'bench/blame/faults')], only: SOME, out, signal, onProgress: () => undefined });
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe('blame, on faults that were injected for real', () => {
  it('never names a wrong host', () => {
    expect(result.faults).toHaveLength(12);
    expect(result.faults.filter(({ host }) => host === 'wrong')).toEqual([]);
  });

  it('accuses nobody where nothing is wrong, whatever the line does', () => {
    expect(result.healthy).toHaveLength(4);
    expect(result.healthy.filter(({ accused }) => accused.length > 0)).toEqual([]);
  });

  it('names the host and the cause of nearly all', () => {
    const right = result.faults.filter(({ host, cause }) => host === 'right' && cause);
    expect(right.length, JSON.stringify(result.faults.filter((one) => !right.includes(one))).slice(0, 4000)).toBeGreaterThanOrEqual(10);
  });
});
