import type { Endpoint } from './protocol.ts';

/** Scheme, host and port of an endpoint as HTTP clients want them (RFC 6454 section 4): `https://10.100.0.131:8443`. */
export const originOf = ({ tls, host, port }: Endpoint): string =>
  `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
