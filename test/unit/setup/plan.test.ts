import { describe, expect, it } from 'vitest';
import type { Capability } from '../../../harness/setup/capability.ts';
import { canRunSomething, conclude } from '../../../harness/setup/diagnose.ts';
import { installCommand, planSetup, unitsOf } from '../../../harness/setup/plan.ts';
import { PROBES } from '../../../harness/setup/probes.ts';

const machineWithout = (...missing: readonly string[]): readonly Capability[] =>
  PROBES.map(({ id, title, enables, need, packages }) => {
    const present = !missing.includes(id);
    return { id, title, enables, need, packages, present, version: null, because: present ? null : 'it is not there' };
  });
const namesOf = (missing: readonly string[], docker = false): readonly string[] =>
  planSetup(machineWithout(...missing), { docker }).packages.map(({ name }) => name);

describe('planSetup', () => {
  it('plans nothing where nothing is missing', () => {
    expect(planSetup(machineWithout(), { docker: true })).toEqual({ packages: [], beyond: [] });
  });

  it('names the package of each missing capability once, with every reason', () => {
    const { packages } = planSetup(machineWithout('iproute2', 'htb', 'haproxy'), { docker: false });
    expect(packages.map(({ name, reasons }) => [name, reasons.length])).toEqual([
      ['iproute2', 2],
      ['haproxy', 1],
    ]);
    expect(packages[1]?.reasons[0]).toContain('HAProxy paths');
  });

  it('takes packages of the docker lab only when asked, and the browser of our tests never', () => {
    expect(namesOf(['dockerd', 'mmdebstrap', 'docker-engine', 'chromium'])).toEqual([]);
    expect(namesOf(['dockerd', 'mmdebstrap', 'chromium'], true)).toEqual(['docker.io', 'mmdebstrap']);
  });

  it('says what no package brings, and is silent about netem where the relay stands in', () => {
    expect(planSetup(machineWithout('netem'), { docker: false }).beyond).toEqual([]);
    expect(planSetup(machineWithout('netem', 'tun-relay'), { docker: false }).beyond[0]).toContain('netem');
  });

  it('covers every tool of the netns lab by a Debian package', () => {
    expect(namesOf(PROBES.map(({ id }) => id))).toEqual(
      expect.arrayContaining([
        'haproxy',
        'nginx',
        'libnginx-mod-stream',
        'tcpdump',
        'iptables',
        'iproute2',
        'ethtool',
        'socat',
        'openssl',
        'procps',
      ]),
    );
  });
});

it('knows the services that come with packages and must not run', () => {
  expect(unitsOf(['tcpdump', 'nginx', 'haproxy'])).toEqual(['nginx.service', 'haproxy.service']);
});

it('gives the command that a user can run by hand', () => {
  expect(installCommand(['haproxy', 'nginx'])).toBe('apt-get install --no-install-recommends haproxy nginx');
});

describe('conclude', () => {
  it('says which labs can run and why one cannot', () => {
    const diagnosis = conclude(machineWithout('iptables', 'docker-engine'));
    expect(diagnosis.labs.netns).toEqual({ canRun: false, because: 'missing: iptables with statistic (it is not there)' });
    expect(diagnosis.labs.docker.canRun).toBe(false);
    expect(canRunSomething(diagnosis)).toBe(false);
  });

  it('does without proxies, captures and netem', () => {
    expect(canRunSomething(conclude(machineWithout('haproxy', 'nginx', 'tcpdump', 'netem', 'docker-engine')))).toBe(true);
  });
});
