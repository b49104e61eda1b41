import { HOST, PLAIN, type HandshakeCase } from '../opening-handshake/handshake-case.ts';

/** Any answer will do, and the end of the connection too; silence will not. */
const BOUNDED = [
  '101',
  '400',
  '403',
  '404',
  '405',
  '413',
  '414',
  '431',
  '500',
  '502',
  '503',
  'closed',
  'reset',
  'malformed-response',
] as const;
const RULE = 'A request that is too large is answered with 400, 414 or 431, or its connection is closed: it does not hang.';

type Size = Pick<HandshakeCase, 'id' | 'title' | 'lines'> & { readonly targetSuffix?: string };
const sized = (size: Size): HandshakeCase => ({
  ...size,
  cite: 'RFC 9110 section 5.4, RFC 6585 section 5, RFC 9112 section 3',
  requirement: RULE,
  acceptable: BOUNDED,
  isEcholess: true,
  concern: 'size',
});

/** Oversized requests. */
export const sizeCases: readonly HandshakeCase[] = [
  sized({ id: 'request-line-16k', title: 'a request line of 16 KiB', targetSuffix: `?q=${'q'.repeat(16_384)}`, lines: PLAIN }),
  sized({ id: 'request-line-64k', title: 'a request line of 64 KiB', targetSuffix: `?q=${'q'.repeat(65_536)}`, lines: PLAIN }),
  sized({ id: 'cookie-64k', title: 'a cookie of 64 KiB', lines: [...PLAIN, `Cookie: session=${'c'.repeat(65_536)}`] }),
  sized({ id: 'header-name-8k', title: 'a header name of 8 KiB', lines: [...PLAIN, `X-${'n'.repeat(8192)}: 1`] }),
  sized({
    id: 'thousand-headers',
    title: 'a thousand headers',
    lines: [...PLAIN, ...Array.from({ length: 1000 }, (_, index) => `X-Field-${index}: ${index}`)],
  }),
  sized({
    id: 'headers-256k',
    title: '256 KiB of headers',
    lines: [...PLAIN, ...Array.from({ length: 256 }, (_, index) => `X-Field-${index}: ${'f'.repeat(1010)}`)],
  }),
  sized({ id: 'host-16k', title: 'a Host of 16 KiB', lines: [HOST.replace('{host}', 'h'.repeat(16_384)), ...PLAIN.slice(1)] }),
];
