import { describe, expect, it } from 'vitest';
import { haproxy } from '../../../../containers/haproxy/service.ts';

const AT = {
  configPath: '/etc/hopscope/haproxy.cfg',
  tlsBundlePath: '/etc/hopscope/tls/bundle.pem',
  tlsCertPath: '/etc/hopscope/tls/cert.pem',
  tlsKeyPath: '/etc/hopscope/tls/key.pem',
  program: '/usr/sbin/haproxy',
  singleUser: false,
  versionOutput: '',
};

describe('the haproxy service', () => {
  it.each([
    ['HAProxy version 2.6.12-1+deb12u4 2026/10/17 - https://haproxy.org/\nStatus: long-term', '2.6.12'],
    ['HAProxy version 3.0.11-1+deb13u1 2025/10/03 - https://haproxy.org/', '3.0.11'],
    ['HAProxy version 3.3-dev5-ab12cd 2025/07/03 - https://haproxy.org/', '3.3-dev5'],
    ['HA-Proxy version 1.8.30 2021/04/12', '1.8.30'],
    ['nginx version: nginx/1.22.1', null],
  ])('reads the version out of %j', (output, version) => {
    expect(haproxy.parseVersion(output)).toBe(version);
  });

  it('checks a config without starting, and starts in the foreground with it', () => {
    expect(haproxy.checkArgv(AT)).toEqual(['/usr/sbin/haproxy', '-c', '-f', '/etc/hopscope/haproxy.cfg']);
    expect(haproxy.startArgv(AT)).toEqual(['env', 'TZ=UTC', '/usr/sbin/haproxy', '-W', '-db', '-f', '/etc/hopscope/haproxy.cfg']);
  });

  it('has a Debian suite for the version that its image defaults to', () => {
    expect(haproxy.image.debianSuites).toHaveProperty([haproxy.image.defaultVersion]);
  });
});

describe("the haproxy service, of a user's own config", () => {
  const foreign = { ...AT, configPath: '/etc/haproxy/haproxy.cfg', isForeign: true as const };

  it('starts in the foreground with a second file that only takes strict limits back', () => {
    const [shell, , script, , ...argv] = haproxy.startArgv(foreign);
    expect(shell).toBe('sh');
    expect(script).toContain('no strict-limits');
    expect(argv).toEqual(['env', 'TZ=UTC', '/usr/sbin/haproxy', '-W', '-db', '-f', '/etc/haproxy/haproxy.cfg']);
  });

  it('is given a whole folder where the config stands in one', () => {
    expect(haproxy.checkArgv({ ...foreign, configPath: '/etc/haproxy/conf.d/10-main.cfg' })?.slice(-2)).toEqual([
      '-f',
      '/etc/haproxy/conf.d',
    ]);
  });
});
