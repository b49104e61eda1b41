import { describe, expect, it } from 'vitest';
import { outsideOptions, refuseConfigFlags, refuseOutsideFlags } from '../../../harness/cli/check-url-options.ts';
import { MOST_CONNECTIONS } from '../../../harness/cli/outside-cases.ts';

const plain = {
  as: null,
  version: null,
  at: null,
  root: null,
  provide: [],
  env: [],
  urls: ['ws://localhost/'],
  render: null,
  scenarios: [],
  skipLimits: false,
};

describe('flags of a check outside the lab', () => {
  it.each([
    ['--origin-echo', { originEcho: true }],
    ['--hold', { hold: '3' }],
    ['--insecure', { insecure: true }],
  ] as const)('refuse %s with a config', (flag, given) => {
    expect(() => refuseOutsideFlags(given)).toThrow(`expected ${flag} with --url and without a config`);
    expect(() => refuseOutsideFlags({})).not.toThrow();
  });

  it.each([
    ['--as', { as: 'nginx' }],
    ['--provide', { provide: ['x'] }],
    ['--scenario', { scenarios: ['tunnel'] }],
    ['--no-limits', { skipLimits: true }],
  ])('refuse %s without one', (flag, given) => {
    expect(() => refuseConfigFlags({ ...plain, ...given })).toThrow(`expected ${flag} with a config`);
    expect(() => refuseConfigFlags(plain)).not.toThrow();
  });

  it('ask for a config or a URL', () => {
    expect(() => refuseConfigFlags({ ...plain, urls: [] })).toThrow('got neither');
  });

  it('bound the hold, the URLs and with them the connections', () => {
    const urls = Array.from({ length: 8 }, () => 'ws://localhost/');
    expect(outsideOptions(urls, { hold: '900' })).toMatchObject({ holdMs: 900_000, echoes: false, insecure: false });
    expect(outsideOptions(urls, { hold: '0' }).holdMs).toBe(0);
    expect(() => outsideOptions(urls, { hold: '901' })).toThrow('at most 900 seconds');
    expect(() => outsideOptions(urls, { hold: '-1' })).toThrow('--hold');
    expect(() => outsideOptions([...urls, 'ws://localhost/'], {})).toThrow('at most 8 --url');
    expect(urls.length * MOST_CONNECTIONS).toBeLessThanOrEqual(200);
  });

  it('never repeat a password', () => {
    expect(() => outsideOptions(['ws://me:pass9@localhost/'], {})).toThrow(/^(?!.*pass9)/);
  });
});
