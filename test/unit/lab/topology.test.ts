import { describe, expect, it } from 'vitest';
import {
  addressesOf,
  addressOf,
  hostsFile,
  linkRoutes,
  networksOf,
  planTopologies,
  routesOf,
  sidesOf,
  type Topology,
  type TopologyHost,
} from '../../../harness/lab/topology.ts';
import { only, pathOf } from './sample-topology.ts';

const simple = only([pathOf('direct', [], [], 2), pathOf('a', ['proxy-a']), pathOf('b', ['proxy-b'])]);
const chain = only([pathOf('direct', [], [], 3), pathOf('a', ['outer', 'inner'])]);

function hostOf(topology: Topology, name: string): TopologyHost {
  const host = topology.hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new Error(`no host ${name}`);
  return host;
}

describe('planTopologies', () => {
  it('gives paths with the same links and origin one client, one origin and the links', () => {
    expect(simple.hosts.map(({ name }) => name)).toEqual(['client', 'router-1', 'proxy-a', 'proxy-b', 'origin']);
    expect(simple.links.map(({ name }) => name)).toEqual(['link-1', 'link-2']);
  });

  it('gives a path with other impairments a topology of its own, with other addresses', () => {
    const topologies = planTopologies([pathOf('a', ['x']), pathOf('b', ['y'], [{ kind: 'delay', ms: 5, direction: 'both' }])]);
    expect(topologies.map(({ octet }) => octet)).toEqual([100, 101]);
  });

  it('puts a router where the control path has no proxy', () => {
    expect(chain.hosts.filter(({ role }) => role === 'router').map(({ position }) => position)).toEqual([1, 2]);
  });
});

describe('addresses and routes', () => {
  it('give every host of a network an address of its own', () => {
    for (const topology of [simple, chain]) {
      const addresses = topology.hosts.flatMap((host) => networksOf(topology, host).map((network) => addressOf(topology, host, network)));
      expect(new Set(addresses).size).toBe(addresses.length);
    }
  });

  it('send every packet between two adjacent hosts through the link between them', () => {
    for (const topology of [simple, chain]) {
      for (const { network } of topology.links) {
        const { near, far } = sidesOf(topology, network);
        for (const [from, to] of near.flatMap((a) => far.map((b) => [a, b] as const))) {
          const via = `10.100.${network}.2`;
          expect(routesOf(topology, from)).toContainEqual({ destination: `${addressOf(topology, to, network)}/32`, via });
          expect(routesOf(topology, to)).toContainEqual({ destination: `${addressOf(topology, from, network)}/32`, via });
        }
      }
    }
  });

  it('lead the control path from the client to the origin and back over every link', () => {
    const origin = addressOf(chain, hostOf(chain, 'origin'), 2);
    expect(origin).toBe('10.100.2.130');
    expect(routesOf(chain, hostOf(chain, 'client'))).toContainEqual({ destination: '10.100.2.0/24', via: '10.100.0.2' });
    expect(linkRoutes(chain, 0)).toContainEqual({ destination: '10.100.2.0/24', via: '10.100.0.130' });
    expect(linkRoutes(chain, 1)).toEqual([
      { destination: '10.100.0.0/24', via: '10.100.1.10' },
      { destination: '10.100.2.0/24', via: '10.100.1.130' },
    ]);
    expect(routesOf(chain, hostOf(chain, 'origin'))).toContainEqual({ destination: '10.100.0.0/24', via: '10.100.2.2' });
  });
});

describe('a client with several addresses', () => {
  const paths = [
    pathOf('direct', [], [], 2),
    { ...pathOf('a', ['proxy-a']), clientAddresses: 3 },
    { ...pathOf('b', ['proxy-b']), clientAddresses: 2 },
  ];
  const topology = only(paths);
  const client = hostOf(topology, 'client');

  it('has as many as the path that asks for the most, and its usual one first', () => {
    expect(addressesOf(topology, client, 0)).toEqual(['10.100.0.10', '10.100.0.11', '10.100.0.12']);
    expect(addressesOf(topology, client, 0)[0]).toBe(addressOf(topology, client, 0));
    expect(addressesOf(topology, hostOf(topology, 'proxy-a'), 0)).toEqual(['10.100.0.131']);
    expect(addressesOf(simple, hostOf(simple, 'client'), 0)).toEqual(['10.100.0.10']);
  });

  it('is reached at every one of them through the link, in IPv6 too', () => {
    for (const name of ['router-1', 'proxy-a', 'proxy-b'])
      expect(routesOf(topology, hostOf(topology, name))).toContainEqual({ destination: '10.100.0.0/25', via: '10.100.0.2' });
    const six = only(paths.map((path) => ({ ...path, ipv6: true as const })));
    expect(addressesOf(six, hostOf(six, 'client'), 0)).toEqual(['fd00:100:1::a', 'fd00:100:1::b', 'fd00:100:1::c']);
    expect(routesOf(six, hostOf(six, 'proxy-a'))).toContainEqual({ destination: 'fd00:100:1::/121', via: 'fd00:100:1::2' });
  });

  it('has at most a hundred, all in the near half of its network', () => {
    const many = only([pathOf('direct', [], [], 2), { ...pathOf('a', ['proxy-a']), clientAddresses: 1000 }]);
    const addresses = addressesOf(many, hostOf(many, 'client'), 0);
    expect([addresses.length, addresses.at(-1)]).toEqual([100, '10.100.0.109']);
  });
});

describe('hostsFile', () => {
  it('names the origin, its static site and every proxy', () => {
    const text = hostsFile(chain);
    expect(text).toContain('10.100.2.130 origin static\n');
    expect(text).toContain('10.100.1.131 inner\n');
    expect(text).toContain('127.0.0.1 localhost\n');
  });
});

describe('an IPv6 topology', () => {
  const six = { ipv6: true } as const;
  const topology = only([
    { ...pathOf('direct', [], [], 2), ...six },
    { ...pathOf('a', ['proxy-a']), ...six },
  ]);

  it('has IPv6 addresses and no others, in their shortest form', () => {
    expect(
      networksOf(topology, hostOf(topology, 'proxy-a')).map((network) => addressOf(topology, hostOf(topology, 'proxy-a'), network)),
    ).toEqual(['fd00:100:1::83', 'fd00:100:2::b']);
    expect(hostsFile(topology)).toContain('fd00:100:2::82 origin static\n');
    expect(hostsFile(topology)).not.toMatch(/^10\./m);
  });

  it('has routes of its own, host by host', () => {
    expect(routesOf(topology, hostOf(topology, 'client'))).toEqual([
      { destination: 'fd00:100:1::82/128', via: 'fd00:100:1::2' },
      { destination: 'fd00:100:1::83/128', via: 'fd00:100:1::2' },
      { destination: 'fd00:100:2::/64', via: 'fd00:100:1::2' },
    ]);
  });

  it('is another one than that of the same links over IPv4', () => {
    expect(planTopologies([pathOf('a', ['x']), { ...pathOf('b', ['y']), ...six }]).map(({ ipv6 }) => ipv6)).toEqual([false, true]);
  });
});
