/** First bytes, in hexadecimal, of what is given instead of a capture. */
const KNOWN: readonly (readonly [string, string])[] = [
  ['0a0d0d0a', 'a pcapng header that is cut or damaged'],
  ['1f8b', 'gzip data inside of it'],
  ['28b52ffd', 'zstd data inside of it'],
  ['fd377a585a00', 'an xz archive'],
  ['425a68', 'a bzip2 archive'],
  ['04224d18', 'an lz4 archive'],
  ['504b0304', 'a zip archive'],
  ['736e6f6f7000', 'a snoop capture (editcap -F pcapng converts it)'],
  ['6274736e6f6f7000', 'a Bluetooth capture'],
  ['474d4255', 'a Microsoft Network Monitor capture (editcap -F pcapng converts it)'],
  ['7f454c46', 'a program'],
];
const SHOWN = 24;

/** Whether it reads as UTF-8; the last character may be cut. */
const isText = (bytes: Buffer): boolean =>
  bytes.every((byte) => byte >= 0x20 || (byte >= 9 && byte <= 13)) && !bytes.toString('utf8').slice(0, -1).includes('\uFFFD');

/** The first characters, on one line and without control characters. */
function quote(bytes: Buffer): string {
  const text = bytes.toString('utf8').replaceAll(/\s+/gu, ' ').replaceAll(/\p{C}/gu, '').trim();
  const characters = [...text];
  return `"${characters.slice(0, SHOWN).join('')}${characters.length > SHOWN ? '…' : ''}"`;
}

/** Says what a file is that is no capture, by its first bytes (64 are plenty). */
export function describeForeign(bytes: Buffer): string {
  if (bytes.length === 0) return 'no bytes';
  const hex = bytes.toString('hex');
  const known = KNOWN.find(([start]) => hex.startsWith(start));
  if (known !== undefined) return known[1];
  if (!isText(bytes)) return `the first bytes ${hex.slice(0, 16).replaceAll(/..(?=.)/g, '$& ')}`;
  const isHar = /^\s*\{\s*"log"/.test(bytes.toString('latin1'));
  return `${quote(bytes)}${isHar ? ', a HAR file, which holds requests and not packets' : ''}`;
}
