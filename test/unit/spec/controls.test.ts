import { describe, expect, it } from 'vitest';
import { withControls } from '../../../harness/spec/controls.ts';
import type { DeclaredPath } from '../../../harness/spec/read-path.ts';

const proxy = { name: 'p', service: 'haproxy', config: '/x', configLabel: 'x', port: 8080, version: null, binary: null };
const links = ['link-1', 'link-2'].map((name) => ({ name, impairments: [] }));
const declared = (id: string, more: Partial<DeclaredPath> = {}): DeclaredPath => ({
  id,
  title: id,
  about: '',
  proxies: [{ ...proxy, name: id }],
  links,
  origin: 'echo',
  target: '/socket',
  httpBase: '',
  tls: false,
  port: 8080,
  expect: [],
  incident: null,
  ...more,
});

describe('withControls', () => {
  it('compares with the declared path that has the same links and no proxy', () => {
    const paths = withControls([declared('edge'), declared('direct', { proxies: [] })]);
    expect(paths.map(({ id, control }) => [id, control])).toEqual([
      ['edge', 'direct'],
      ['direct', 'direct'],
    ]);
  });

  it('adds one control path for all paths with the same links and origin', () => {
    const paths = withControls([declared('a'), declared('b'), declared('c', { origin: 'ws' })]);
    expect(paths.map(({ id, control }) => [id, control])).toEqual([
      ['a', 'a.control'],
      ['a.control', 'a.control'],
      ['b', 'a.control'],
      ['c', 'c.control'],
      ['c.control', 'c.control'],
    ]);
  });

  it('does not compare with links that are impaired otherwise', () => {
    const lossy = links.map((link) => ({ ...link, impairments: [{ kind: 'loss' as const, percent: 1, direction: 'both' as const }] }));
    expect(withControls([declared('direct', { proxies: [] }), declared('edge', { links: lossy })])[1]?.control).toBe('edge.control');
  });

  it('compares a device under test with the same links without it, also where there is no proxy', () => {
    const loss = { kind: 'loss', percent: 1, direction: 'both' } as const;
    const device = { kind: 'forget-flows', afterMs: 2000, direction: 'both', subject: true } as const;
    const [near, far] = links;
    if (near === undefined || far === undefined) throw new Error('no links');
    const tested = [{ ...near, impairments: [loss, device] }, far];
    const clean = [{ ...near, impairments: [loss] }, far];
    const paths = withControls([
      declared('a', { links: tested }),
      declared('b', { links: tested, proxies: [] }),
      declared('c', { links: clean }),
    ]);
    expect(paths.map(({ id, control }) => [id, control])).toEqual([
      ['a', 'a.control'],
      ['a.control', 'a.control'],
      ['b', 'a.control'],
      ['c', 'a.control'],
    ]);
    expect(paths[1]?.links).toEqual(clean);
    expect(paths[1]?.about).toContain('without the device under test');
  });

  it('takes proxies, TLS, expectations, incident and a stripped prefix out of the control path', () => {
    const expectation = { audit: 'idle-cutoff', scenario: null, host: 'edge', measures: {}, because: 'x' };
    const [, control] = withControls([
      declared('edge', { tls: true, port: 8443, target: '/app/socket', httpBase: '/app', expect: [expectation], incident: '0001' }),
    ]);
    expect(control).toMatchObject({
      id: 'edge.control',
      proxies: [],
      links,
      tls: false,
      port: 9000,
      target: '/socket',
      httpBase: '',
      expect: [],
      incident: null,
    });
  });
});
