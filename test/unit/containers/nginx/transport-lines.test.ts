import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../containers/nginx/config-lines.ts';

const found = (text: string) =>
  readConfig(text, 'nginx.conf').flatMap(({ symptom, line }) => (/h2|proxy-header/.test(symptom) ? [[symptom, line]] : []));

describe('the transport lines of nginx', () => {
  it('are the directives that agree on HTTP/2', () => {
    expect(
      found('http {\n server {\n listen 8443 ssl http2;\n }\n server {\n listen 1;\n http2 on;\n }\n server { http2 off; }\n}'),
    ).toEqual([
      ['offers-h2', 3],
      ['offers-h2', 7],
    ]);
  });

  it('are those that put a PROXY header before what is relayed', () => {
    expect(found('stream {\n server {\n proxy_protocol on;\n proxy_pass a:1;\n }\n server { proxy_protocol off; }\n}')).toEqual([
      ['sends-proxy-header', 3],
    ]);
  });
});
