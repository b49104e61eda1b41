import { describe, expect, it } from 'vitest';
import { isNamedAsPath, legBeside, programOf } from '../../../reports/host-words.ts';
import { sampleRecord } from '../../fixtures/record-sample.ts';

const { path, hosts } = sampleRecord().paths.find((it) => it.path.id === 'checkout')!;

describe('hosts in words', () => {
  it('say what ran there in the version that was started, else in the one that was asked for', () => {
    expect(programOf(path, 'nginx-checkout', hosts)).toBe('nginx 1.22.1');
    const started = hosts.map((host) => (host.host === 'nginx-checkout' ? { ...host, version: '1.22.2' } : host));
    expect(programOf(path, 'nginx-checkout', started)).toBe('nginx 1.22.2');
    expect(programOf(path, 'origin', hosts)).toBeNull();
  });

  it('tell the client leg of a proxy from its server leg', () => {
    const leg = 'haproxy-checkout-nginx-checkout';
    expect([legBeside(path, 'haproxy-checkout', leg), legBeside(path, 'nginx-checkout', leg)]).toEqual(['server leg', 'client leg']);
    expect([legBeside(path, 'origin', leg), legBeside(path, 'haproxy-checkout', 'no such leg')]).toEqual([null, null]);
  });

  it('know a proxy that has the name of its path', () => {
    const [first] = path.proxies;
    const alone = { ...path, proxies: [{ ...first!, name: 'checkout' }] };
    expect([isNamedAsPath(alone, 'checkout'), isNamedAsPath(path, 'haproxy-checkout')]).toEqual([true, false]);
  });
});
