import { expect, describe, it } from 'vitest';
import type { CapabilityId, Machine, Sighting } from '../../../harness/setup/capability.ts';
import { pathWithSbin } from '../../../harness/setup/path-with-sbin.ts';
import { PROBES } from '../../../harness/setup/probes.ts';

/** A machine on which programs print what the table says; a program that is not in it is not there. */
function machine(outputs: Readonly<Record<string, string>>, more: Partial<Machine> = {}): Machine {
  return {
    isRoot: true,
    nodeVersion: '24.1.0',
    run: async (argv) => {
      const output = Object.entries(outputs).find(([start]) => argv.join(' ').startsWith(start))?.[1];
      return output === undefined ? null : { code: output.startsWith('Error') ? 2 : 0, output };
    },
    whyNotOpen: async () => null,
    exists: () => false,
    engine: async () => ({ because: '/var/run/docker.sock: ENOENT' }),
    ...more,
  };
}

const look = (id: CapabilityId, on: Machine): Promise<Sighting> => (PROBES.find((probe) => probe.id === id) ?? PROBES[0])!.look(on);

describe('probes', () => {
  it.each([
    ['haproxy', 'haproxy -v', 'HAProxy version 2.6.12-1+deb12u1 2023/12/16 - https://haproxy.org/\n', '2.6.12'],
    ['haproxy', 'haproxy -v', 'HA-Proxy version 2.2.9-2+deb11u6 2023/12/16\n', '2.2.9'],
    ['nginx', 'nginx -v', 'nginx version: nginx/1.22.1\n', '1.22.1'],
    ['iproute2', 'ip -V', 'ip utility, iproute2-6.1.0, libbpf 1.1.0\n', '6.1.0'],
    ['ethtool', 'ethtool --version', 'ethtool version 6.1\n', '6.1'],
    ['openssl', 'openssl version', 'OpenSSL 3.0.15 3 Sep 2024\n', '3.0.15'],
    ['dockerd', 'dockerd --version', 'Docker version 20.10.24+dfsg1, build 297e128\n', '20.10.24+dfsg1'],
  ] as const)('read the version of %s out of what %s prints', async (id, command, output, version) => {
    expect(await look(id, machine({ [command]: output }))).toEqual({ present: true, version });
  });

  it('name the program that is not there', async () => {
    expect(await look('tcpdump', machine({}))).toEqual({ present: false, because: "no program 'tcpdump' on PATH", byPackage: true });
  });

  it('count iptables as absent when its statistic match does not work', async () => {
    const seen = await look(
      'iptables',
      machine({ 'iptables --version': 'iptables v1.8.9 (nf_tables)', 'unshare --net --mount iptables': 'Error: no match' }),
    );
    expect(seen).toEqual({ present: false, because: 'the statistic match does not work: Error: no match', byPackage: false });
  });

  it('try tcpdump where it may lack the right to give up root', async () => {
    const version = { 'tcpdump --version': 'tcpdump version 4.99.3\n' };
    const refused = {
      ...version,
      'unshare --user --map-root-user': "tcpdump: Couldn't change to 'root' uid=0 gid=0: Operation not permitted",
    };
    expect(await look('tcpdump', machine(refused))).toEqual({ present: true, version: '4.99.3' });
    expect(await look('tcpdump', machine(version, { isRoot: false }))).toEqual({ present: true, version: '4.99.3' });
    expect(await look('tcpdump', machine(refused, { isRoot: false }))).toMatchObject({ present: false, byPackage: false });
  });

  it('try what needs privilege in namespaces of its own, a user namespace when not root', async () => {
    const commands: string[] = [];
    const run: Machine['run'] = async (argv) => {
      commands.push(argv.join(' '));
      return { code: 0, output: '' };
    };
    await look('netem', machine({}, { run, isRoot: false }));
    await look('htb', machine({}, { run, isRoot: true }));
    expect(commands[0]).toMatch(/^unshare --user --map-root-user --net --mount tc qdisc add dev lo /);
    expect(commands[1]).toMatch(/^unshare --net --mount tc qdisc add dev lo /);
  });

  it.each([
    ['configure arguments: --with-stream --with-http_ssl_module', false, { present: true, version: 'built in' }],
    ['configure arguments: --modules-path=/m --with-stream=dynamic', true, { present: true, version: 'module' }],
    [
      'configure arguments: --modules-path=/m --with-stream=dynamic',
      false,
      { present: false, because: 'nginx has no stream module', byPackage: true },
    ],
  ])('find the stream module of nginx: %s', async (output, onDisk, sighting) => {
    expect(
      await look('nginx-stream', machine({ 'nginx -V': output }, { exists: (path) => onDisk && path === '/m/ngx_stream_module.so' })),
    ).toEqual(sighting);
  });

  it('need both the device and socat for the relay', async () => {
    expect(await look('tun-relay', machine({ 'socat -V': 'socat version 1.7.4.4 on' }))).toEqual({ present: true, version: '1.7.4.4' });
    expect(await look('tun-relay', machine({ 'socat -V': '' }, { whyNotOpen: async () => 'EACCES' }))).toMatchObject({ present: false });
  });

  it('pass on why no engine answers', async () => {
    expect(await look('docker-engine', machine({}))).toEqual({ present: false, because: '/var/run/docker.sock: ENOENT', byPackage: false });
    expect(await look('docker-engine', machine({}, { engine: async () => ({ engine: '27.1' }) }))).toEqual({
      present: true,
      version: '27.1',
    });
  });
});

it('looks for programs in the sbin folders too, after those of the user', () => {
  expect(pathWithSbin('/opt/bin:/usr/sbin')).toBe('/opt/bin:/usr/sbin:/usr/local/sbin:/sbin');
});
