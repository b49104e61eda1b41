import { describe, expect, it } from 'vitest';
import { acceptedBy } from '../../../../containers/haproxy/accepted-by.ts';

const ranges = (message: string): unknown => {
  const range = acceptedBy({ line: 1, column: null, message });
  return range === null ? null : [range.from, range.before];
};

describe('acceptedBy', () => {
  it.each([
    ['nbproc is not supported any more since HAProxy 2.5. Threads will automatically be used', '2.5'],
    ["The 'reqadd' directive is not supported anymore since HAProxy 2.1. Use 'http-request add-header' instead.", '2.1'],
    ["the 'clitimeout' directive is not supported anymore since HAProxy 2.1. Use 'timeout client'.", '2.1'],
    ["the 'grace' keyword is not supported any more since HAProxy version 2.5.", '2.5'],
    ["option 'forceclose' is not supported any more since HAProxy 2.0, please just remove it", '2.5'],
    ["option 'http-tunnel' is not supported any more since HAProxy 2.1, please just remove it", '2.5'],
    ["unknown option 'http-use-htx'; did you mean 'httpclose' maybe ?", '2.5'],
    ["'monitor-net' doesn't exist anymore. Please use 'http-request return status 200 if { src 127.0.0.0/8 }' instead.", '2.3'],
    ["'bind-process' is not supported anymore.", '2.7'],
    ["'bind :1' in section 'frontend' : 'process 1/all' on 'bind' lines is not supported anymore, please use 'thread' instead.", '2.7'],
    ['Missing LF on last line, file might have been truncated at position 23.', '2.3'],
    ['[haproxy.main()] Cannot raise FD limit to 400017, limit is 20000.', '2.3'],
  ])('knows the last versions that take what is refused with: %s', (message, before) => {
    expect(ranges(message)).toEqual([null, before]);
  });

  it.each([
    ["unknown keyword 'h2-workaround-bogus-websocket-clients' in 'global' section", '2.5'],
    ["unknown keyword 'crt-store' in 'backend' section", '3.0'],
    ["unknown option 'httpslog'.", '2.5'],
    ["'server s' unknown keyword 'ws'. Registered keywords :", '2.5'],
    ["'bind 127.0.0.1:1' unknown keyword 'thread'. Registered keywords :", '2.5'],
    ["'http-request' expects , 'wait-for-handshake', 'set-var(*)', but got 'set-timeout'.", '2.4'],
    ["'defaults' cannot handle unexpected argument 'from'.", '2.4'],
    ["'http-request silent-drop' expects either 'if' or 'unless' followed by a condition but found 'rst-ttl'.", '2.7'],
  ])('knows the first version that takes what is refused with: %s', (message, from) => {
    expect(ranges(message)).toEqual([from, null]);
  });

  it('says why, with the source', () => {
    expect(acceptedBy({ line: 6, column: null, message: 'nbproc is not supported any more since HAProxy 2.5. Threads' })?.because).toBe(
      '`nbproc` is refused since HAProxy 2.5 (its own words)',
    );
    expect(acceptedBy({ line: 6, column: null, message: "unknown option 'forwarded'." })?.because).toBe(
      '`forwarded` is there since HAProxy 2.8 (https://docs.haproxy.org/2.8/configuration.html)',
    );
  });

  it('knows nothing of a word that no version has', () => {
    expect(ranges("unknown keyword 'bogus' in 'frontend' section")).toBeNull();
    expect(ranges("unable to find required default_backend: 'nope'.")).toBeNull();
  });
});
