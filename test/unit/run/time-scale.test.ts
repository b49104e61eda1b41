import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { haproxy } from '../../../containers/haproxy/service.ts';
import { nodeProxy } from '../../../containers/node-proxy/service.ts';
import type { World } from '../../../harness/model/world.ts';
import { linesAsRun, scalePaths } from '../../../harness/run/time-scale.ts';
import { configLine } from '../audits/path-builders.ts';
import { pathOf, proxyNamed } from '../lab/sample-topology.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hopscope-scale-'));
  writeFileSync(join(dir, 'a.cfg'), 'defaults\n  timeout client 30s\n  timeout server "${T}"\n');
  writeFileSync(join(dir, 'b.map'), 'beside\n');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const SERVICES = new Map([haproxy, nodeProxy].map((service) => [service.name, service]));
const scale = (factor: number, service = 'haproxy') => {
  const proxy = { ...proxyNamed('edge'), service, config: join(dir, 'a.cfg'), configLabel: 'a.cfg' };
  return scalePaths([{ ...pathOf('edge', ['edge']), proxies: [proxy] }], SERVICES, { factor, isRealTime: false }, join(dir, 'scaled'));
};

describe('scalePaths', () => {
  it('runs a copy, keeps the original known, and says what it did and could not do', () => {
    const { paths, timeScale, note } = scale(10);
    const copy = paths[0]?.proxies[0];
    expect(copy).toMatchObject({ config: join(dir, 'scaled/edge/a.cfg'), configLabel: 'a.cfg' });
    expect(readFileSync(copy?.config ?? '', 'utf8')).toBe('defaults\n  timeout client 3000ms\n  timeout server "${T}"\n');
    expect(readFileSync(join(dir, 'scaled/edge/b.map'), 'utf8')).toBe('beside\n');
    expect(readFileSync(join(dir, 'a.cfg'), 'utf8')).toContain('timeout client 30s');
    expect(timeScale.originals.get('edge')).toBe(join(dir, 'a.cfg'));
    expect(note).toBe(
      'Every duration that ends connections was divided by 10 in a copy of each config; limits are given as measured and multiplied back. Not scaled: a.cfg line 3: `${T}` is no plain time and stays as it is.',
    );
  });

  it('leaves everything as it is in real time', () => {
    const { paths, timeScale, note } = scale(1);
    expect([paths[0]?.proxies[0]?.config, timeScale.originals.size, note]).toEqual([join(dir, 'a.cfg'), 0, null]);
  });

  it('leaves proxies with worlds to those who make these, and says what they say', () => {
    const world: World = {
      ...{ main: '/etc/haproxy/haproxy.cfg', workingFolder: '/', env: {}, files: [], users: [], addresses: [], ownPorts: [], names: {} },
      ...{ unixOrigins: [], authTargets: [] },
    };
    const proxy = { ...proxyNamed('edge'), config: '/there/is/no/such.cfg', world };
    const paths = [{ ...pathOf('edge', ['edge']), proxies: [proxy] }];
    const worlds = { originals: new Map([['edge', 'own.cfg']]), notes: ['own.cfg: said'] };
    const scaled = scalePaths(paths, SERVICES, { factor: 2, isRealTime: false }, join(dir, 'worlds'), worlds);
    expect(scaled.paths).toEqual(paths);
    expect(scaled.timeScale.originals).toEqual(worlds.originals);
    expect(scaled.note).toContain('Not scaled: own.cfg: said.');
  });

  it('runs a program as it is, and says so', () => {
    const { paths, note } = scale(10, 'node-proxy');
    expect(paths[0]?.proxies[0]?.config).toBe(join(dir, 'a.cfg'));
    expect(note).toContain('Not scaled: a.cfg (its language is not rewritten).');
  });
});

it('gives limits of time as they are run, and no others', () => {
  const lines = [
    configLine('cuts-idle', { limitMs: 60_000 }),
    configLine('cuts-on-reload', { limitMs: 60_000 }),
    configLine('limits-time', { limitMs: 3 }),
  ];
  expect(linesAsRun(lines, 30).map(({ limitMs }) => limitMs)).toEqual([2000, 60_000, 1]);
  expect(linesAsRun(lines, 30)[0]?.explanation).toBe('because (divided by 30 for this run: 2000 ms)');
});
