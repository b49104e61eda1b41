import { describe, expect, it } from 'vitest';
import { hostTitle, programTitle } from '../../../harness/blame/host-title.ts';
import { hostOf } from '../audits/path-builders.ts';

const client = hostOf('client', [], { role: 'client', service: null, version: null });

describe('hostTitle', () => {
  it('says program, version and host', () => {
    expect(hostTitle('haproxy', [client, hostOf('haproxy')])).toBe('HAProxy 2.6.12 (host haproxy)');
    expect(hostTitle('haproxy', [hostOf('haproxy', [], { version: null })])).toBe('HAProxy (host haproxy)');
  });

  it('leaves out the host of the only proxy that has the name of its path', () => {
    expect(hostTitle('subject', [client, hostOf('subject')])).toBe('HAProxy 2.6.12');
  });

  it('keeps it where another proxy stands on the path', () => {
    expect(hostTitle('subject', [hostOf('subject'), hostOf('nginx-outer')])).toBe('HAProxy 2.6.12 (host subject)');
  });

  it('gives a host of which nothing is known its own name', () => {
    expect([hostTitle('firewall', []), hostTitle('client', [client]), programTitle('client', [client])]).toEqual([
      'firewall',
      'client',
      'client',
    ]);
  });
});
