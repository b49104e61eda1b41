import { LEAST_WAIT_MS, type Refusal, type RefusalFacts } from './refusal-facts.ts';
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
  if (facts.outcome.kind === 'timeout' && facts.outcome.waitedMs < LEAST_WAIT_MS && facts.view.originSaw === 'nothing') {
    // On a busy machine an answer that was given at once comes after the client left; cases that may end in several ways are not waited for long.
    const because = `the client left after ${Math.round(facts.outcome.waitedMs)} ms without an answer, and the origin never saw the request: too short a wait to tell who withheld it`;
    return { cause: 'undecided', blame: unknownBlame(because) };
  }
  return facts.view.originSaw === 'nothing' ? refusalBeforeOrigin(facts) : refusalAfterOrigin(facts);
}
