import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { transportLines } from '../../../../containers/haproxy/config-transport.ts';

const CONFIGS = join(import.meta.dirname, '../../../../containers/haproxy/configs');
const linesOf = (name: string) =>
  transportLines(readFileSync(join(CONFIGS, name), 'utf8'), name).map(({ symptom, text }) => [symptom, text]);

describe('transportLines', () => {
  it('finds extended CONNECT taken back where h2 is offered, and not where it is not', () => {
    expect(linesOf('h2-without-websocket.cfg')).toEqual([['offers-h2', 'h2-workaround-bogus-websocket-clients']]);
    expect(linesOf('tls-h2.cfg')).toEqual([]);
    expect(transportLines('global\n h2-workaround-bogus-websocket-clients\nfrontend f\n bind :1 ssl crt x alpn http/1.1\n', 'f')).toEqual(
      [],
    );
  });

  it('finds every server that gets a PROXY header', () => {
    expect(linesOf('send-proxy.cfg')).toEqual([['sends-proxy-header', 'server inner1 proxy-v1-inner:8080 send-proxy']]);
    expect(linesOf('send-proxy-v2.cfg')).toHaveLength(1);
    expect(linesOf('proxy-required.cfg')).toEqual([]);
  });
});
