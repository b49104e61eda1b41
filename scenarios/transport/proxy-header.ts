/*
 * Headers of the PROXY protocol (https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt): version 1 is a line of text (section 2.1),
 * version 2 is binary and may carry extensions (section 2.2).
 */

export interface ProxyAddress {
  /** IPv4, with dots. */
  readonly address: string;
  readonly port: number;
}

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const VERSION_2_PROXY = 0x21;
const TCP_OVER_IPV4 = 0x11;

export const proxyHeaderV1 = (from: ProxyAddress, to: ProxyAddress): Buffer =>
  Buffer.from(`PROXY TCP4 ${from.address} ${to.address} ${from.port} ${to.port}\r\n`);

/** `extensions` (TLVs): a type of one byte, a length of two, the value. */
export function proxyHeaderV2(
  from: ProxyAddress,
  to: ProxyAddress,
  extensions: readonly { readonly type: number; readonly value: Buffer }[] = [],
): Buffer {
  const body = Buffer.concat([
    octets(from.address),
    octets(to.address),
    twoBytes(from.port),
    twoBytes(to.port),
    ...extensions.map(extension),
  ]);
  return Buffer.concat([SIGNATURE, Buffer.from([VERSION_2_PROXY, TCP_OVER_IPV4]), twoBytes(body.length), body]);
}

const extension = ({ type, value }: { readonly type: number; readonly value: Buffer }): Buffer =>
  Buffer.concat([Buffer.from([type]), twoBytes(value.length), value]);

const octets = (address: string): Buffer => Buffer.from(address.split('.').map(Number));

function twoBytes(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
