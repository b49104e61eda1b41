import type { Refusal, RefusalFacts } from './refusal-facts.ts';
import { refusalAfterOrigin } from './refusal-seen.ts';
import { refusalBeforeOrigin } from './refusal-unseen.ts';
import { unknownBlame } from './unknown-blame.ts';

/**
 * Who refused an opening handshake. Joins what both ends recorded with the proxies' own logs and configs; nobody is named on the
 * word of one instrument alone, and a contradiction names nobody.
 */
export function blameRefusal(facts: RefusalFacts): Refusal {
  if (facts.outcome.kind === 'connect-failed') {
    const because = `the client could not connect (${facts.outcome.code}), so no request was sent`;
    return { cause: 'undecided', blame: unknownBlame(because) };
  }
  if (facts.outcome.kind === 'timeout' && facts.outcome.waitingFor === 'tls') {
    // What a proxy logs of it then is that the client left.
    const because = `the client gave up its TLS handshake after ${Math.round(facts.outcome.waitedMs)} ms, so no request was sent`;
    return { cause: 'undecided', blame: unknownBlame(because) };
  }
  return facts.view.originSaw === 'nothing' ? refusalBeforeOrigin(facts) : refusalAfterOrigin(facts);
}
