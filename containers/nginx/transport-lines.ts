import type { Claim } from './claim.ts';
import type { Blocks } from './scope.ts';

/** `listen ... http2` and `http2 on` (https://nginx.org/en/docs/http/ngx_http_v2_module.html): nginx has no extended CONNECT beside it. */
export function httpTransportLines(blocks: Blocks): readonly Claim[] {
  const block = blocks.at(-1);
  if (block?.name !== 'server') return [];
  return (block.block ?? []).flatMap((at): readonly Claim[] => {
    const isHttp2 = (at.name === 'listen' && at.args.includes('http2')) || (at.name === 'http2' && at.args[0] === 'on');
    if (!isHttp2) return [];
    const explanation = `\`${at.name} ${at.args.join(' ')}\` agrees on h2, in which nginx opens no WebSocket (no extended CONNECT)`;
    return [{ symptom: 'offers-h2', at, explanation }];
  });
}

/** https://nginx.org/en/docs/stream/ngx_stream_proxy_module.html#proxy_protocol */
export function streamTransportLines(blocks: Blocks): readonly Claim[] {
  const block = blocks.at(-1);
  return (block?.block ?? []).flatMap((at): readonly Claim[] =>
    at.name === 'proxy_protocol' && at.args[0] === 'on'
      ? [
          {
            symptom: 'sends-proxy-header',
            at,
            explanation: '`proxy_protocol on` begins every connection to the next host with a PROXY header, which it must expect',
          },
        ]
      : [],
  );
}
