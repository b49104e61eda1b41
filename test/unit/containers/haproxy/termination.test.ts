import { describe, expect, it } from 'vitest';
import { decodeTermination, NO_SERVER_AVAILABLE } from '../../../../containers/haproxy/termination.ts';

const EVENTS = 'CSPLRIDUKcs-';
const PHASES = 'RQCHDLT-';

describe('decodeTermination', () => {
  it('has words for every pair of letters of the manual', () => {
    for (const event of EVENTS) {
      for (const phase of PHASES) {
        expect(decodeTermination(`${event}${phase}--`).meaning, event + phase).toMatch(/^[a-z`].{20,}/);
        expect(decodeTermination(event + phase).meaning, event + phase).not.toContain('not in the manual');
      }
    }
  });

  it.each([
    ['PR--', 'proxy'],
    ['LR--', 'proxy'],
    ['PH--', 'proxy'],
    ['RC--', 'proxy'],
    ['ID--', 'proxy'],
    ['DD--', 'proxy'],
    ['UD--', 'proxy'],
    ['K---', 'proxy'],
    ['SC--', 'server'],
    ['SH--', 'server'],
    ['SD', 'server'],
    ['CD--', 'client'],
    ['CR--', 'client'],
    ['sH--', 'timeout'],
    ['sD', 'timeout'],
    ['cD--', 'timeout'],
    ['cR--', 'timeout'],
    ['----', null],
    ['--', null],
  ])('says for %s that it was ended by %s', (state, endedBy) => {
    expect(decodeTermination(state).endedBy).toBe(endedBy);
  });

  it('tells a refusal by the proxy from a refusal by the server', () => {
    expect(decodeTermination('PR--').meaning).toContain('the proxy itself refused the request');
    expect(decodeTermination('PH--').meaning).toContain("the proxy itself refused the server's response");
    expect(decodeTermination('SC--').meaning).toContain('refused, or the server could not be reached');
  });

  it('does not blame the client for an idle limit, although the letter is a small c', () => {
    expect(decodeTermination('cD--').meaning).toContain('an idle limit of the proxy expired');
  });

  it('is unmoved by the letters about cookies', () => {
    expect(decodeTermination('SDVN')).toEqual(decodeTermination('SD--'));
  });

  it.each(['', 'x', 'Zz--', '\u{1f4a5}'])('says that it does not know %j', (state) => {
    expect(decodeTermination(state)).toMatchObject({ endedBy: null, meaning: expect.stringContaining('not in the manual') });
  });

  it('knows that a backend without a server is not a server that refused', () => {
    expect(NO_SERVER_AVAILABLE.endedBy).toBe('proxy');
  });
});
