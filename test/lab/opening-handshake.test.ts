import { beforeAll, describe, expect, it } from 'vitest';
import { outcomeLabel } from '../../harness/model/outcome.ts';
import { handshakeCases } from '../../scenarios/opening-handshake/cases.ts';
import { responseCases } from '../../scenarios/opening-handshake/responses.ts';
import { openingHandshake } from '../../scenarios/opening-handshake/scenario.ts';
import { runInNetns, through } from './run-in-netns.ts';

const PATHS = [
  through('haproxy', 'haproxy', 'plain.cfg'),
  through('relay', 'haproxy', 'mode-tcp.cfg'),
  through('denying', 'haproxy', 'deny-upgrade.cfg'),
  through('nginx', 'nginx', 'upgrade-map.conf'),
  through('bare', 'nginx', 'bare.conf'),
];
const ALL = ['direct', ...PATHS.map(({ id }) => id)];

describe('opening handshakes through real proxies', () => {
  let ran: Awaited<ReturnType<typeof runInNetns>>;
  beforeAll(async () => {
    ran = await runInNetns(openingHandshake, {}, PATHS);
  }, 60_000);

  const failed = (path: string): readonly (readonly [string, string | undefined])[] =>
    ran.findings.filter((one) => one.path === path && one.outcome === 'fail').map(({ auditId, blame }) => [auditId, blame?.host] as const);

  it.each(ALL)('records every case of %s once, at both ends', (path) => {
    const handshakes = ran.evidence.handshakes.filter((one) => one.path === path);
    const plays = ran.evidence.plays.filter((one) => one.path === path);
    expect(handshakes.map(({ caseId }) => caseId).toSorted()).toEqual(handshakeCases.map(({ id }) => id).toSorted());
    expect(plays.map(({ caseId }) => caseId).toSorted()).toEqual(responseCases.map(({ id }) => id).toSorted());
    expect(handshakes.every(({ origin }) => origin.length <= 1)).toBe(true);
  });

  it.each(['direct', 'relay'])('sees every request answered as it may be without a proxy that reads HTTP: %s', (path) => {
    const odd = ran.evidence.handshakes.filter((one) => one.path === path && !one.acceptable.includes(outcomeLabel(one.outcome)));
    expect(odd.map(({ caseId, outcome }) => [caseId, outcomeLabel(outcome)])).toEqual([]);
    const oddAnswers = ran.evidence.plays.filter(
      (one) => one.path === path && one.expectation.outcomes?.includes(outcomeLabel(one.outcome)) !== true,
    );
    expect(oddAnswers.map(({ caseId, outcome }) => [caseId, outcomeLabel(outcome)])).toEqual([]);
    expect(failed(path)).toEqual([]);
  });

  it('shows the origin the same bytes through a relay', () => {
    const received = (path: string): readonly (readonly [string, number])[] =>
      ran.evidence.handshakes
        .filter((one) => one.path === path && one.origin.length === 1)
        .map(({ caseId, origin }) => [caseId, origin[0]?.received.length ?? 0]);
    expect(received('relay').map(([caseId]) => caseId)).toEqual(received('direct').map(([caseId]) => caseId));
  });

  it('accuses HAProxy of what it is known for and of no refused upgrade', () => {
    const audits = new Set(failed('haproxy').map(([audit]) => audit));
    expect(audits).not.toContain('refused-upgrade');
    expect(audits).toContain('accepted-bad-handshake');
    expect(new Set(failed('haproxy').map(([, host]) => host))).toEqual(new Set(['haproxy']));
  });

  it('finds that the recipe of nginx makes a Connection header out of Upgrade', () => {
    const accepted = ran.findings.find(({ path, auditId }) => path === 'nginx' && auditId === 'accepted-bad-handshake');
    expect(accepted).toMatchObject({ outcome: 'fail', blame: { host: 'nginx' } });
    expect(accepted?.cases).toContain('missing-connection');
  });

  it('names the line that denies every upgrade, with its cases', () => {
    const refused = ran.findings.filter(
      ({ path, auditId, outcome }) => path === 'denying' && auditId === 'refused-upgrade' && outcome === 'fail',
    );
    expect(refused.map(({ blame }) => [blame?.host, blame?.confidence])).toEqual([['denying', 'certain']]);
    expect(refused[0]?.blame?.config?.text).toContain('deny');
    expect(refused[0]?.cases).toContain('plain');
  });

  it('blames a proxy that drops the upgrade for the refusals', () => {
    expect(failed('bare')).toContainEqual(['refused-upgrade', 'bare']);
    expect(failed('bare').every(([, host]) => host === 'bare')).toBe(true);
  });
});
