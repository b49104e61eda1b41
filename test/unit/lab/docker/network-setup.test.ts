import { describe, expect, it } from 'vitest';
import { hostCommands, linkCommands } from '../../../../harness/lab/docker/network-setup.ts';
import { planTopologies, type Topology } from '../../../../harness/lab/topology.ts';
import type { Path } from '../../../../harness/model/path.ts';

function sample(): Topology {
  const links = ['a', 'b'].map((name) => ({ name, impairments: [] }));
  const about = {
    title: '',
    about: '',
    target: '/',
    httpBase: '',
    tls: false,
    port: 8080,
    expect: [],
    incident: null,
    origin: 'echo',
  } as const;
  const control: Path = { ...about, id: 'control', proxies: [], links, control: 'control' };
  const [topology] = planTopologies([control], 120);
  if (topology === undefined) throw new Error('no topology');
  return topology;
}

const textOf = (commands: readonly (readonly string[])[]): string => commands.map((command) => command.join(' ')).join('\n');

function hostText(name: string): string {
  const topology = sample();
  const host = topology.hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new Error(`no host ${name}`);
  return textOf(hostCommands(topology, host, 'reno'));
}

describe('hostCommands', () => {
  it('checks that each device has the address of its network', () => {
    expect(hostText('router-1')).toMatch(/eth0 10\.120\.0\.130$/m);
    expect(hostText('router-1')).toMatch(/eth1 10\.120\.1\.10$/m);
  });

  it('reaches the peer of a network through the link', () => {
    expect(hostText('client')).toContain('ip route replace 10.120.0.130/32 via 10.120.0.2');
  });

  it('lets routers alone forward', () => {
    expect(hostText('router-1')).toMatch(/ip_forward 1$/m);
    expect(hostText('client')).toMatch(/ip_forward 0$/m);
  });

  it('leaves no default route and switches the offloads off', () => {
    expect(hostText('client')).toContain('ip route del default');
    expect(hostText('origin')).toContain('ethtool -K eth0 tso off gso off gro off tx off');
  });

  it('sets the congestion control', () => {
    expect(hostText('client')).toMatch(/tcp_congestion_control reno$/m);
  });
});

describe('linkCommands', () => {
  it('forwards, and knows the network beyond the router', () => {
    const topology = sample();
    const [link] = topology.links;
    const text = link === undefined ? '' : textOf(linkCommands(topology, link));
    expect(text).toMatch(/ip_forward 1$/m);
    expect(text).toContain('ip route replace 10.120.1.0/24 via 10.120.0.130');
  });
});
