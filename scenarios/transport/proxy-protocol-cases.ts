import { proxyHeaderV1, proxyHeaderV2 } from './proxy-header.ts';
import { OPENED, type TransportCase } from './transport-case.ts';

const COMMON = {
  cite: 'PROXY protocol section 2',
  on: 'any',
  speak: 'upgrade',
  acceptable: OPENED,
} as const;

/** Of the addresses that RFC 5737 sets aside for documentation. */
const FROM = { address: '192.0.2.7', port: 50_007 };
const TO = { address: '198.51.100.1', port: 443 };
const MUST =
  'A receiver that is set up for the PROXY protocol must have a valid header before anything else, and one that is not must not take it.';

/** What stands before the request, or before TLS. */
export const proxyProtocolCases: readonly TransportCase[] = [
  { ...COMMON, id: 'proxy-header-absent', title: 'no PROXY header', requirement: MUST, proxyHeader: 'absent' },
  {
    ...COMMON,
    id: 'proxy-header-v1',
    title: 'a PROXY header of version 1',
    requirement: MUST,
    preface: proxyHeaderV1(FROM, TO),
    proxyHeader: 'right',
  },
  {
    ...COMMON,
    id: 'proxy-header-v2',
    title: 'a PROXY header of version 2',
    requirement: MUST,
    preface: proxyHeaderV2(FROM, TO),
    proxyHeader: 'right',
  },
  {
    ...COMMON,
    id: 'proxy-header-v2-tlv',
    title: 'a PROXY header of version 2 with an authority and an unknown extension',
    requirement: 'Receivers ignore extensions (TLVs) that they do not know.',
    preface: proxyHeaderV2(FROM, TO, [
      { type: 0x02, value: Buffer.from('hopscope.test') },
      { type: 0xe0, value: Buffer.from('of our own') },
    ]),
    proxyHeader: 'right',
  },
  {
    ...COMMON,
    id: 'proxy-header-v1-mangled',
    title: 'a PROXY header of version 1 with an address that is none',
    requirement: 'A receiver must close the connection on a header that it cannot read.',
    preface: Buffer.from(`PROXY TCP4 192.0.2.700 ${TO.address} ${FROM.port} ${TO.port}\r\n`),
    proxyHeader: 'mangled',
  },
  {
    ...COMMON,
    id: 'proxy-header-v2-mangled',
    title: 'a PROXY header of version 2 with a version that is none',
    requirement: 'A receiver must close the connection on a header that it cannot read.',
    preface: mangledV2(),
    proxyHeader: 'mangled',
  },
];

function mangledV2(): Buffer {
  const header = proxyHeaderV2(FROM, TO);
  // Version 3 in the upper half of the byte behind the signature.
  header[12] = 0x31;
  return header;
}
