import { describe, expect, it } from 'vitest';
import { outsideUrl } from '../../../harness/fleet/outside-url.ts';

describe('outsideUrl', () => {
  it.each([
    ['ws://edge.example/socket', { host: 'edge.example', port: 80, tls: false, target: '/socket', hostHeader: 'edge.example' }],
    ['wss://edge.example', { host: 'edge.example', port: 443, tls: true, target: '/', hostHeader: 'edge.example' }],
    ['ws://[::1]:8080/a?b=c', { host: '::1', port: 8080, tls: false, target: '/a?b=c', hostHeader: '[::1]:8080' }],
  ])('reads %s', (text, endpoint) => {
    expect(outsideUrl(text).endpoint).toMatchObject(endpoint);
  });

  it('shows the names of a query and not its values', () => {
    expect(outsideUrl('wss://edge.example/s?token=s3cr3t&room=1').shown).toBe('wss://edge.example/s?token=...&room=...');
  });

  it.each([
    'http://edge.example/',
    'edge.example',
    '',
    'ws://',
    'ws://user:s3cr3t@edge.example/',
    'ws://edge.example/#part',
    `ws://a/${'x'.repeat(5000)}`,
  ])('refuses %j without repeating what may be secret', (text) => {
    const refuse = (): unknown => outsideUrl(text);
    expect(refuse).toThrow(expect.objectContaining({ code: 'USAGE_ERR_BAD_FLAG', message: expect.not.stringContaining('s3cr3t') }));
  });
});
