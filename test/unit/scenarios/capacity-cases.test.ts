import { describe, expect, it } from 'vitest';
import type { LivePath } from '../../../harness/run/scenario.ts';
import type { ConfigLine } from '../../../harness/model/service.ts';
import { casesOf, declaredLimits } from '../../../scenarios/capacity/limits.ts';
import { configLine, pathWith } from '../audits/path-builders.ts';

const BOUNDS = { mostSockets: 64, probeSockets: 8 };
const count = (resource: NonNullable<ConfigLine['resource']>, limit: number, more: Partial<ConfigLine> = {}) => ({
  host: 'haproxy',
  line: configLine('limits-count', { resource, limit, ...more }),
});
const live = (configured: readonly ReturnType<typeof count>[], path = pathWith(['haproxy'])): LivePath =>
  ({ path, configured }) as unknown as LivePath;

describe('the cases of the capacity scenario', () => {
  it('go just above the narrowest limit', () => {
    expect(casesOf(live([count('connections', 2000), count('queue', 8)]), BOUNDS)).toMatchObject([
      { id: 'at-limit-queue', most: 16, above: 3, configured: { host: 'haproxy', limit: 8 } },
    ]);
  });

  it('drive a path without a limit in reach only up to a small number', () => {
    const small = [{ id: 'no-limit-in-reach', most: 8, configured: null }];
    expect(casesOf(live([]), BOUNDS)).toMatchObject(small);
    expect(casesOf(live([count('connections', 60)]), BOUNDS)).toMatchObject(small);
  });

  it('look at a backlog behind the limit of connections', () => {
    expect(casesOf(live([count('connections', 8), count('backlog', 4)]), BOUNDS)).toMatchObject([
      { id: 'at-limit-connections' },
      { id: 'at-limit-backlog', above: 7 },
    ]);
    expect(casesOf(live([count('queue', 8), count('backlog', 4)]), BOUNDS)).toHaveLength(1);
  });

  it('know open files and local ports from the path', () => {
    const path = pathWith(['haproxy'], { sysctls: { haproxy: { 'net.ipv4.ip_local_port_range': '40000 40011' } } });
    const files = { ...path, proxies: path.proxies.map((proxy) => ({ ...proxy, openFiles: 32 })) };
    expect(declaredLimits(live([], files)).map(({ resource, configured: { limit, line } }) => [resource, limit, line])).toEqual([
      ['open-files', 11, null],
      ['ports', 12, null],
    ]);
  });

  it('leave out limits of other locations', () => {
    expect(declaredLimits(live([count('connections-per-address', 2, { scope: { pathPrefix: '/other' } })]))).toEqual([]);
  });
});
