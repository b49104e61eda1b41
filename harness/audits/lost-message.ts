import { blameLinkOf } from '../blame/blame-link.ts';
import { deafLegOf } from '../blame/deaf-leg.ts';
import { hostTitle } from '../blame/host-title.ts';
import { keeperOf, type Keeper } from '../blame/kept-messages.ts';
import { blameUnread } from '../blame/unread-queue.ts';
import { disagreementAbout } from '../blame/packet-ground.ts';
import { originDoubt } from '../measure/headroom.ts';
import { compareProportions, percent, share } from '../measure/proportion.ts';
import type { Proportion } from '../measure/proportion.ts';
import { unknownBlame } from '../blame/unknown-blame.ts';
import type { HostEvidence, LoadEvidence, Recorded } from '../model/evidence.ts';
import type { Blame, Finding } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { missedWords } from './missed-messages.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'loads' | 'hosts' | 'legs' | 'captures' | 'instruments' | 'sockets' | 'usages'>;
type Slot = Recorded<LoadEvidence>;

/** A smaller share may be echoes that were still on their way when the slot's drain ended. */
const MIN_SHARE = 0.01;
/** A generator that sends late leaves a few echoes unanswered at the end of its slot, not this many. */
const MAX_LATE_SHARE = 0.2;

/**
 * Messages under load that were never echoed, or came back changed. TCP loses nothing and the origin echoes everything, so a proxy that
 * passes frames on owes each of them.
 */
export const lostMessage = defineAudit({
  id: 'lost-message',
  title: 'Every message was echoed as it was sent',
  failureTitle: 'Messages were lost or changed',
  cite: 'RFC 6455 section 1.2, section 5',
  requires: ['loads', 'hosts', 'legs', 'captures', 'instruments', 'sockets', 'usages'],
  judges: ['loads'],
  evaluate(input) {
    // Without a single upgrade there are no messages; refused-upgrade reports that.
    const loads = input.subject.loads.filter(({ upgraded }) => upgraded > 0);
    return [...byScenario(loads)].map(([scenario, slots]) => judge(input, scenario, slots));
  },
});

function judge(input: Input, scenario: string, slots: readonly Slot[]): Finding {
  const findings = scenarioFindings('lost-message', input.path, scenario);
  const controlSlots = isControl(input.path) ? [] : input.controlEvidence.loads.filter((load) => load.scenario === scenario);
  const [sent, corrupted] = [sumOf(slots, 'sent'), sumOf(slots, 'corrupted')];
  const unanswered = unansweredOf(slots);
  const missed = slots.reduce((sum, slot) => sum + slot.missed, 0);
  const rest = {
    evidence: refsOf([...slots, ...controlSlots]),
    measures: {
      sentMessages: sent,
      unansweredMessages: unanswered.hits,
      corruptedEchoes: corrupted,
      ...(missed === 0 ? {} : { missedMessages: missed }),
    },
  };
  if (corrupted > 0) {
    const there = sumOf(controlSlots, 'corrupted');
    if (there > 0)
      return findings.inconclusive(`${changed(corrupted, sent)}, and so were ${there} on the control path: nobody can be accused`, rest);
    const blame = blameChangedEchoes(input, changed(corrupted, sent));
    return findings.fail(blame.because, { ...rest, blame });
  }
  const words = `${unanswered.hits} of ${counted(unanswered.total, 'message')} stayed unanswered (${percent(share(unanswered))})`;
  if (isControl(input.path) || share(unanswered) <= MIN_SHARE) return findings.pass(passWords(slots, unanswered), rest);
  const slow = [...slots, ...controlSlots].find(({ generator }) => generator.wasBottleneck);
  if (slow !== undefined && share(unanswered) < MAX_LATE_SHARE)
    return findings.inconclusive(`${words}, but the load generator was the bottleneck (${slow.generator.because})`, rest);
  const control = unansweredOf(controlSlots);
  const comparison = `${words}; on the control path ${percent(share(control))}`;
  if (compareProportions(unanswered, control).low <= 0)
    return findings.inconclusive(`${comparison}, which is not clearly less: nobody can be accused`, rest);
  const busy = originDoubt(slots, input.subject.usages);
  if (busy !== null) return findings.inconclusive(`${comparison}, but the origin was the bottleneck (${busy})`, rest);
  const blame = blameLost(input, scenario, comparison, unanswered.hits);
  return findings.fail(blame.because, { ...rest, blame });
}

/** TCP loses nothing unless it is cut off: where a leg went deaf, what was sent over it is what was lost. */
function blameLost({ path, subject }: Input, scenario: string, comparison: string, missing: number): Blame {
  const ground = { path, ...subject };
  const deaf = subject.legs
    .filter((leg) => leg.scenario === scenario && disagreementAbout(leg, subject.instruments) === null)
    .flatMap((leg) => deafLegOf(leg, ground) ?? [])
    .filter(({ doubt }) => doubt === null);
  const [first] = deaf;
  if (first === undefined) {
    const unread = blameUnread({
      path,
      sockets: subject.sockets.filter((socket) => socket.scenario === scenario),
      hosts: subject.hosts,
      because: comparison,
    });
    if (unread !== null) return unread;
    const keeper = keeperOf(missing, { ...ground, legs: subject.legs.filter((leg) => leg.scenario === scenario) });
    return keeper === null
      ? unknownBlame(`${comparison}; which host kept them was not recorded`)
      : blameKeeper(keeper, subject.hosts, comparison);
  }
  const connections = new Set(deaf.map(({ leg }) => leg)).size;
  const where = deaf.every(({ leg }) => leg.leg === first.leg.leg) ? `of the leg ${first.leg.leg}` : 'of several legs';
  const because = `${comparison}; ${counted(connections, 'connection')} ${where} went deaf: what ${first.sender} sent did not reach ${first.receiver} any more`;
  return deaf.every(({ leg }) => leg.leg === first.leg.leg)
    ? blameLinkOf(first.leg, first.direction, because, 'likely')
    : unknownBlame(because);
}

function blameKeeper({ host, leg, direction, got, passedOn }: Keeper, hosts: readonly HostEvidence[], comparison: string): Blame {
  const did = host === 'origin' ? 'answered' : 'passed on';
  const because = `${comparison}; by the captures on both sides of it ${hostTitle(host, hosts)} got ${counted(got, 'message')} and ${did} ${passedOn} on the leg ${leg}`;
  return { host, leg, direction, confidence: 'likely', because, config: null, innocent: [] };
}

const sumOf = (slots: readonly Slot[], name: 'sent' | 'echoed' | 'corrupted'): number => slots.reduce((sum, slot) => sum + slot[name], 0);

/** What a lost session never answered is unclean-close's to report, and what was on its way when a load was stopped or its driver ended is nobody's loss. */
const isLeftOut = ({ lostSessions, ended }: Slot): boolean =>
  ended === 'stopped' || ended === 'cut' || Object.values(lostSessions).some((count) => count > 0);

/** Only of slots whose sessions all lasted to the end. */
function unansweredOf(slots: readonly Slot[]): Proportion {
  const whole = slots.filter((slot) => !isLeftOut(slot));
  return { hits: whole.reduce((sum, slot) => sum + slot.unanswered, 0), total: sumOf(whole, 'sent') };
}

const changed = (corrupted: number, sent: number): string =>
  `${counted(corrupted, 'echo', 'echoes')} of ${counted(sent, 'message')} came back changed or twice`;

/** Links forward packets whose checksums hold, so the only proxy of a path whose links lose nothing is the likely one; which way is unknown. */
function blameChangedEchoes({ path, subject }: Input, words: string): Blame {
  const [only, other] = path.proxies;
  const isLossy = path.links.some(({ impairments }) => impairments.some(({ kind }) => kind === 'loss' || kind === 'loss-nth'));
  if (only === undefined || other !== undefined || isLossy) return unknownBlame(`${words}; which host changed them was not recorded`);
  const because = `${hostTitle(only.name, subject.hosts)} is all that stands between the two ends, and ${words}; none did on the control path`;
  return { host: only.name, leg: null, direction: null, confidence: 'likely', because, config: null, innocent: [] };
}

function passWords(slots: readonly Slot[], unanswered: Proportion): string {
  const few = unanswered.hits === 0 ? '' : `, ${unanswered.hits} unanswered at the end (${percent(share(unanswered))})`;
  const left = slots.filter(isLeftOut).length;
  const note = left === 0 ? '' : `; ${counted(left, 'slot')} left out, for sessions were lost in them or they ended early`;
  return `${sumOf(slots, 'echoed')} of ${counted(sumOf(slots, 'sent'), 'message')} echoed, none changed${few}${note}${missedWords(slots)}`;
}
