import { describe, expect, it } from 'vitest';
import { drawingOf } from '../../../../reports/html/drawing-model.ts';
import { sampleRecord } from '../../../fixtures/record-sample.ts';

const record = sampleRecord();
const drawn = (id: string): ReturnType<typeof drawingOf> => {
  const found = record.paths.find(({ path }) => path.id === id)!;
  return drawingOf(
    found.path,
    found,
    record.findings.filter(({ path }) => path === id),
  );
};

describe('drawingOf', () => {
  it('marks the guilty host, the leg on which it was seen, and who is cleared', () => {
    const { hosts, legs } = drawn('checkout');
    expect(hosts.map(({ name, standing }) => [name, standing])).toEqual([
      ['client', null],
      ['haproxy-checkout', 'guilty'],
      ['nginx-checkout', 'cleared'],
      ['origin', null],
    ]);
    expect(legs.map(({ seen }) => seen)).toEqual([null, { direction: 'to-origin', standing: 'guilty' }, null]);
    expect(legs[2]?.links[0]).toMatchObject({ name: 'rack', standing: 'cleared' });
  });

  it('tells a declared failure from an unexpected one, and labels impairments', () => {
    const { hosts, legs } = drawn('incident-0001-broken');
    expect(hosts[1]).toMatchObject({ name: 'edge', about: 'haproxy 2.6.12', standing: 'declared' });
    expect(legs[0]?.links[0]).toEqual({
      name: 'firewall',
      impairments: ['2 % loss, both ways', 'RST held 200 ms, to client'],
      standing: 'cleared',
    });
  });

  it('draws a control path as one leg over every link', () => {
    expect(drawn('incident-0001-control').legs.map(({ links }) => links.map(({ name }) => name))).toEqual([['firewall', 'rack']]);
  });

  it('says on each leg what was lost and sent again', () => {
    expect(drawn('incident-0001-broken').legs.map(({ loss }) => loss)).toEqual(['1,227 lost, 1,209 sent again', '']);
  });

  it('says the same in words', () => {
    expect(drawn('incident-0001-broken').description).toBe(
      'client (plain, port 8080), then link firewall (2 % loss, both ways; RST held 200 ms, to client) [cleared], then (1,227 lost, 1,209 sent again), then edge (haproxy 2.6.12) [guilty, as declared], then link rack, then origin (echo origin) [cleared]',
    );
  });

  it('shows program and config where the only proxy has the name of its path', () => {
    const { path, hosts } = record.paths.find((it) => it.path.id === 'haproxy-plain')!;
    const proxies = path.proxies.map((proxy) => ({ ...proxy, name: path.id, version: null }));
    const started = hosts.map((host) => (host.role === 'proxy' ? { ...host, host: path.id } : host));
    expect(drawingOf({ ...path, proxies }, { hosts: started, legs: [] }, []).hosts[1]).toMatchObject({
      name: 'haproxy 2.6.12',
      about: 'plain.cfg',
    });
  });

  it('shortens names that are too long to draw', () => {
    const [first] = record.paths;
    const { legs } = drawingOf({ ...first!.path, links: [{ name: 'x'.repeat(300), impairments: [] }] }, { hosts: [], legs: [] }, []);
    expect(legs[0]?.links[0]?.name).toBe(`${'x'.repeat(25)}…`);
  });
});
