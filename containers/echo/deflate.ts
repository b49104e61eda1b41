import { DEFLATE_PARAMETER } from '../../harness/model/origin-protocol.ts';
import { listMembers, type RequestHead } from '../../harness/wire/http-head.ts';

const PARAMETERS = ['client_no_context_takeover', 'server_no_context_takeover'] as const;
const ACCEPTED = ['permessage-deflate', ...PARAMETERS].join('; ');

/**
 * What the 101 says of extensions; null: nothing. Accepted is permessage-deflate without context takeover and without any other parameter (RFC 7692
 * section 7.1.1), for a target that asks for it.
 */
export function acceptedExtension(head: RequestHead): string | null {
  const query = head.target.split('#')[0]?.split('?')[1] ?? '';
  if (!query.split('&').includes(DEFLATE_PARAMETER)) return null;
  return listMembers(head, 'Sec-WebSocket-Extensions').some(isWithoutTakeover) ? ACCEPTED : null;
}

function isWithoutTakeover(offer: string): boolean {
  const [name, ...parameters] = offer.split(';').map((part) => part.trim().toLowerCase());
  return name === 'permessage-deflate' && parameters.toSorted().join() === PARAMETERS.join();
}
