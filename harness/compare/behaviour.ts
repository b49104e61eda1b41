import { viewHandshake } from '../blame/handshake-view.ts';
import type { HandshakeEvidence, HttpEvidence, IdleEvidence } from '../model/evidence.ts';
import type { SurvivalEvidence } from '../model/action-evidence.ts';
import type { CapacityEvidence } from '../model/limit-evidence.ts';
import type { ForeignClientEvidence, StreamedHttpEvidence } from '../model/client-evidence.ts';
import { outcomeLabel } from '../model/outcome.ts';
import type { PlayEvidence } from '../model/play-evidence.ts';
import type { PlayedBytes } from '../model/play.ts';

/** What a path did with one case, in words that are the same each time it does the same: no times, no ports, no addresses. */
export interface Behaviour {
  readonly path: string;
  readonly scenario: string;
  readonly caseId: string;
  readonly title: string;
  readonly label: string;
}

/** The evidence that behaviour is read from. */
export interface BehaviourEvidence {
  readonly handshakes: readonly HandshakeEvidence[];
  readonly plays: readonly PlayEvidence[];
  readonly idles: readonly IdleEvidence[];
  readonly http: readonly HttpEvidence[];
  readonly survivals: readonly SurvivalEvidence[];
  readonly capacities: readonly CapacityEvidence[];
  readonly foreignClients: readonly ForeignClientEvidence[];
  readonly streamedHttp: readonly StreamedHttpEvidence[];
}

/** Every case of every path, in the order in which it was recorded. Pure. */
export function behavioursOf(evidence: BehaviourEvidence): readonly Behaviour[] {
  const of = <T extends Omit<Behaviour, 'label'>>(record: T, label: string): Behaviour => {
    const { path, scenario, caseId, title } = record;
    return { path, scenario, caseId, title, label };
  };
  return [
    ...evidence.handshakes.map((one) => of(one, handshakeLabel(one))),
    ...evidence.plays.map((one) => of(one, playLabel(one))),
    ...evidence.idles.map((one) => of({ ...one, caseId: one.mode, title: `held ${one.mode}` }, idleLabel(one))),
    ...evidence.http.flatMap((one) =>
      one.requests.map((request) =>
        of(
          { ...one, caseId: request.caseId, title: `${request.method} beside the sockets` },
          `${request.status ?? 'no answer'}${request.bodyIntact ? '' : ', body changed'}`,
        ),
      ),
    ),
    ...evidence.survivals.map((one) => of(one, survivalLabel(one))),
    ...evidence.capacities.map((one) => of(one, capacityLabel(one))),
    ...evidence.foreignClients.map((one) => of(one, `${outcomeLabel(one.outcome)}${one.echoed === false ? ', no echo' : ''}`)),
    ...evidence.streamedHttp.map((one) => of(one, streamedLabel(one))),
  ];
}

/** `101`, `400`, and `400 by the path` where the request never reached the origin. */
function handshakeLabel(evidence: HandshakeEvidence): string {
  const view = viewHandshake(evidence);
  const echo = evidence.echo === null || evidence.echo.echoed || evidence.outcome.kind !== 'upgraded' ? '' : ', no echo';
  return `${outcomeLabel(evidence.outcome)}${view.originSaw === 'nothing' ? ' by the path' : ''}${echo}`;
}

function playLabel({ outcome, client, origin, expectation }: PlayEvidence): string {
  if (expectation.unsteady === true) return outcomeLabel(outcome);
  if (origin === null) return `${outcomeLabel(outcome)} by the path`;
  // How a connection that was no tunnel is ended is a matter of timing: a proxy may keep it, or reset what is left of it.
  if (outcome.kind !== 'upgraded') return outcomeLabel(outcome);
  const words = [
    outcomeLabel(outcome),
    ...carried('to-origin', client.sent, origin.received),
    ...carried('to-client', origin.sent, client.received),
    `origin sees ${endWord(origin.end)}, client sees ${endWord(client.end)}`,
  ];
  return words.join(', ');
}

/** Says only what is not as it was sent; how much of a cut stream came differs from run to run. */
function carried(direction: string, sent: PlayedBytes, received: PlayedBytes): readonly string[] {
  if (sent.sha256 === received.sha256 && sent.bytes === received.bytes) return [];
  if (received.bytes === 0) return [`${direction} nothing`];
  return [received.bytes < sent.bytes ? `${direction} cut` : `${direction} changed`];
}

const endWord = (end: PlayEvidence['client']['end']): string =>
  end.kind === 'close-frame' ? `close ${end.code ?? 'without code'}` : end.kind;

function idleLabel({ outcome, client, afterHold }: IdleEvidence): string {
  if (outcome.kind !== 'upgraded') return outcomeLabel(outcome);
  if (client.kind !== 'survived') return `cut by ${endWord(client)}`;
  return afterHold?.answeredAtMs === null ? 'held, but silent afterwards' : 'held';
}

function survivalLabel({ sockets, newHandshakes }: SurvivalEvidence): string {
  const alive = sockets.filter(({ end }) => end === 'survived').length;
  const kept = alive === sockets.length ? 'all sockets live' : alive === 0 ? 'no socket lives' : 'some sockets live';
  const ends = [
    ...new Set(
      sockets.filter(({ end }) => end !== 'survived').map(({ end, closeCode }) => `${end}${closeCode === null ? '' : ` ${closeCode}`}`),
    ),
  ];
  const refused = newHandshakes.some(({ outcome }) => outcome !== '101') ? ', some new handshakes fail' : '';
  return `${kept}${ends.length === 0 ? '' : ` (${ends.toSorted().join(', ')})`}${refused}`;
}

function capacityLabel({ above, opened, recoveredAfterMs }: CapacityEvidence): string {
  const labels = Object.keys(above).toSorted();
  if (labels.length === 0) return 'no limit reached';
  return `${opened} open, above it ${labels.join(' and ')}${recoveredAfterMs === null ? ', no recovery' : ''}`;
}

function streamedLabel({ status, error, events, expectedEvents }: StreamedHttpEvidence): string {
  const came = events.filter(({ cameAtMs }) => cameAtMs !== null).length;
  return `${status ?? error ?? 'no answer'}${came === expectedEvents ? '' : ', events missing'}`;
}
