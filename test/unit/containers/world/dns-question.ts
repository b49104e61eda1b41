/** A query as a resolver sends it: one question, and EDNS of this version when asked to. */
export function question(name: string, type = 1, { edns }: { readonly edns?: number } = {}): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  const header = Buffer.from('123401000001000000000000', 'hex');
  const parts = labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const opt = edns === undefined ? Buffer.alloc(0) : Buffer.from(`000029100000${edns.toString(16).padStart(2, '0')}00000000`, 'hex');
  if (edns !== undefined) header.writeUInt16BE(1, 10);
  return Buffer.concat([header, ...parts, Buffer.from([0, 0, type, 0, 1]), opt]);
}
