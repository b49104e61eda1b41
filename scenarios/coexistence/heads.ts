import { type OriginConnection } from '../../harness/index.ts';

const TAGGED = /(?:GET|HEAD|POST) \S*[?&]case=([\w.-]+)\S* HTTP\/1\.[01]\r\n(?:[^\r\n]+\r\n)*\r\n/g;

/** Heads of requests (base64) that reached the origin, by the tag in their target. A connection may have carried many. */
export function headsByTag(connections: readonly OriginConnection[]): ReadonlyMap<string, string> {
  const heads = new Map<string, string>();
  for (const { received } of connections) {
    const text = received.map(({ base64 }) => Buffer.from(base64, 'base64').toString('latin1')).join('');
    for (const [head, tag = ''] of text.matchAll(TAGGED))
      if (!heads.has(tag)) heads.set(tag, Buffer.from(head, 'latin1').toString('base64'));
  }
  return heads;
}
