import type { HostEvidence, HttpExchange } from '../model/evidence.ts';
import type { Blame, Confidence } from '../model/finding.ts';
import type { Path } from '../model/path.ts';
import type { AttemptLog } from './attempt-log.ts';
import { chooseConfigLine, linesOf } from './config-line.ts';
import { hostTitle } from './host-title.ts';
import { shownTarget } from '../wire/redact.ts';
import { isGatewayStatus, readServerStory } from './server-story.ts';
import { unknownBlame } from './unknown-blame.ts';

/** An ordinary request that was not answered as the origin answers it. */
interface FailedExchange {
  readonly path: Path;
  readonly hosts: readonly HostEvidence[];
  readonly exchange: HttpExchange;
  readonly log: AttemptLog;
}

/** Who spoilt an ordinary exchange. The origin's head is looked up by target, so where a proxy rewrites targets its absence proves nothing. */
export function blamePlainHttp(failed: FailedExchange): Blame {
  const { path, hosts, exchange, log } = failed;
  const answerers = path.proxies.filter(({ name }) => {
    const entry = log.get(name)?.entry;
    if (entry === undefined) return false;
    const story = readServerStory({ host: name, entry, path, hosts, originSawNothing: false });
    const hasReplaced = entry.serverStatus === exchange.expectedStatus && entry.status !== exchange.expectedStatus;
    return story === 'own-answer' || story === 'other-server' || hasReplaced;
  });
  const [answerer, rival] = answerers;
  if (answerer !== undefined && rival === undefined) return blamed(failed, answerer.name, exchange.status === null ? 'likely' : 'certain');
  const [only, other] = path.proxies;
  if (only === undefined || other !== undefined || answerer !== undefined) return undecided(failed);
  const isOwnAnswer =
    exchange.status !== null &&
    exchange.status !== exchange.expectedStatus &&
    !isGatewayStatus(exchange.status) &&
    !isSeenByOrigin(failed) &&
    log.size === 0;
  // The links carry the control path's bodies whole, and no link can edit a stream.
  const hasLostBody = exchange.status === exchange.expectedStatus && exchange.error === null && !exchange.bodyIntact;
  return isOwnAnswer || hasLostBody ? blamed(failed, only.name, 'likely') : undecided(failed);
}

/** What went wrong, in words. */
export function exchangeWords({ method, target, status, error, expectedStatus, bodyIntact }: HttpExchange): string {
  const request = `${method} ${shownTarget(target)}`;
  if (error !== null) return `${request} failed (${error.slice(0, 120)})`;
  if (status !== expectedStatus) return `${request} was answered ${status ?? 'nothing'} instead of ${expectedStatus}`;
  return bodyIntact ? `${request} was answered ${status}` : `${request} lost or changed its body`;
}

function isSeenByOrigin({ path, hosts, exchange }: FailedExchange): boolean {
  const mayRewrite =
    path.httpBase !== '' || path.proxies.some(({ name }) => linesOf(name, hosts).some((line) => line.symptom === 'rewrites-target'));
  return mayRewrite || exchange.originHeadBase64 !== null;
}

function blamed({ hosts, exchange, log }: FailedExchange, host: string, confidence: Confidence): Blame {
  const seen = { target: exchange.target, server: log.get(host)?.entry.server ?? null, status: exchange.status };
  const config = chooseConfigLine(linesOf(host, hosts), ['answers-itself', 'spoils-plain-http'], seen);
  const because = `${exchangeWords(exchange)} through ${hostTitle(host, hosts)}, and as expected on the control path`;
  return { host, leg: null, direction: 'to-client', confidence, because, config, innocent: [] };
}

const undecided = ({ exchange }: FailedExchange): Blame =>
  unknownBlame(`${exchangeWords(exchange)}, and as expected on the control path; the evidence does not decide who did it`);
