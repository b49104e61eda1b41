import { describe, expect, it } from 'vitest';
import { refusedUpgrade } from '../../../harness/audits/refused-upgrade.ts';
import { auditRun } from '../../../harness/audits/run-audits.ts';
import type { HandshakeEvidence, ProxyLogEvidence } from '../../../harness/model/evidence.ts';
import { counters, findingsOf, idle, load, lossyLink, onControl, evidenceSet } from './evidence-builders.ts';
import { answer, client, handshake, head, originSaw, refusedUnseen, rejected, REQUEST } from './handshake-builders.ts';
import { capture, capturesOf, leg, upgradeStream } from './leg-builders.ts';
import { configLine, DENIED, hostOf, pathWith, proxyLog, control, T0 } from './path-builders.ts';

const path = pathWith(['haproxy']);
const deny = configLine('answers-itself', { scope: { logName: 'fe_main', status: 403 } });
const works = onControl(handshake());

describe('refused-upgrade', () => {
  it('passes when every case ends as it may', () => {
    const findings = findingsOf(refusedUpgrade, path, { handshakes: [works, handshake()], hosts: [hostOf('haproxy')] });
    expect(findings).toEqual([expect.objectContaining({ outcome: 'pass', measures: { failedCases: 0, totalCases: 1 } })]);
  });

  it('names the proxy, its log and its config line in one sentence', () => {
    const [finding] = findingsOf(refusedUpgrade, path, {
      handshakes: [works, refusedUnseen(403)],
      hosts: [hostOf('haproxy', [deny])],
      proxyLogs: [proxyLog('haproxy', DENIED)],
    });
    expect(finding?.outcome).toBe('fail');
    expect(finding?.summary).toBe(
      'HAProxy 2.6.12 (host haproxy) answered 403 to GET /socket by itself; the origin never saw the request (HAProxy log: PR--, the proxy itself refused the request; ' +
        'haproxy.cfg:31 `http-request deny if { hdr(upgrade) -m found }`)',
    );
    expect(finding?.blame).toMatchObject({
      host: 'haproxy',
      leg: 'client-haproxy',
      direction: 'to-client',
      confidence: 'certain',
      config: deny,
    });
  });

  it('makes one finding of many cases with the same host and cause', () => {
    const cases = ['plain', 'lower-case', 'query'];
    const findings = findingsOf(refusedUpgrade, path, {
      handshakes: cases.flatMap((caseId) => [onControl(handshake({ caseId })), refusedUnseen(403, { caseId })]),
      hosts: [hostOf('haproxy', [deny])],
      proxyLogs: [proxyLog('haproxy', DENIED)],
    });
    expect(findings).toHaveLength(1);
    expect(findings[0]?.measures).toEqual({ failedCases: 3, totalCases: 3 });
    expect(findings[0]?.details[0]).toMatchObject({
      kind: 'table',
      rows: cases.map((caseId) => expect.arrayContaining([caseId, '101', '403'])),
    });
  });

  it('cites every handshake and log line it speaks of', () => {
    const [finding] = findingsOf(refusedUpgrade, path, {
      handshakes: [works, refusedUnseen(403)],
      hosts: [hostOf('haproxy')],
      proxyLogs: [proxyLog('haproxy', DENIED)],
    });
    expect(finding?.evidence).toEqual([
      { file: 'evidence/handshakes.ndjson', line: 2 },
      { file: 'evidence/proxyLogs.ndjson', line: 1 },
    ]);
  });

  it('accepts a refusal that the control path gets too', () => {
    const same = refusedUnseen(403, { acceptable: ['101', '400'] });
    expect(findingsOf(refusedUpgrade, path, { handshakes: [onControl(same), same] })[0]?.outcome).toBe('pass');
  });

  it.each([
    ['400 where only 426 is right', ['426'], rejected(400)],
    ['101 where only 400 is right', ['400'], { kind: 'upgraded', elapsedMs: 1 } as const],
  ])('leaves %s to other audits', (_, acceptable, outcome) => {
    const [finding] = findingsOf(refusedUpgrade, path, {
      handshakes: [onControl(handshake({ acceptable, outcome: rejected(Number(acceptable[0])) })), handshake({ acceptable, outcome })],
    });
    expect(finding?.outcome).toBe('pass');
  });

  it('fails a wrong handshake that is answered 502 instead of 4xx', () => {
    const [finding] = findingsOf(refusedUpgrade, path, {
      handshakes: [onControl(handshake({ acceptable: ['400'], outcome: rejected(400) })), refusedUnseen(502, { acceptable: ['400'] })],
    });
    expect(finding?.outcome).toBe('fail');
  });

  it('is inconclusive when the control path fails too', () => {
    const [finding] = findingsOf(refusedUpgrade, path, {
      handshakes: [onControl(refusedUnseen(500)), refusedUnseen(403)],
      hosts: [hostOf('haproxy')],
    });
    expect(finding).toMatchObject({ outcome: 'inconclusive', blame: null });
    expect(finding?.summary).toContain('the control path direct failed this too');
  });

  it('clears an impaired link that costs the control path as much', () => {
    const impaired = pathWith(['haproxy'], {
      links: [
        { name: 'firewall', impairments: [] },
        { name: 'rack', impairments: [] },
      ],
    });
    const at = { scenario: 'opening-handshake' };
    const [finding] = findingsOf(refusedUpgrade, impaired, {
      handshakes: [works, refusedUnseen(403)],
      hosts: [hostOf('haproxy')],
      proxyLogs: [proxyLog('haproxy', DENIED)],
      links: [lossyLink('firewall')],
      tcpCounters: [counters('client', 31, 969, at), onControl(counters('client', 30, 970, at))],
    });
    expect(finding?.blame?.innocent).toEqual([
      'firewall: innocent, 3.1 % of segments were retransmitted here and 3.0 % on the control path through the same link',
    ]);
  });

  it('clears no link on the control path, which has nothing to be compared with', () => {
    const refused = handshake({
      outcome: rejected(400),
      client: client(head(REQUEST), head(answer(400))),
      origin: [originSaw(head(REQUEST), head(answer(400)))],
    });
    const { findings } = auditRun(
      [control(path), path],
      evidenceSet({
        handshakes: [onControl(refused)],
        links: [lossyLink('firewall')],
        tcpCounters: [onControl(counters('client', 30, 970))],
      }),
    );
    expect(findings.find(({ outcome }) => outcome === 'fail')?.blame).toMatchObject({ host: 'origin', innocent: [] });
  });

  it('says nothing of a client that left when the answer was on its way, on a path that upgrades others', () => {
    const leftAfter = (ms: number) =>
      handshake({
        caseId: 'slow',
        outcome: { kind: 'timeout', waitedMs: 2000, waitingFor: 'response' },
        client: client(head(REQUEST), ''),
        // The origin answers one millisecond after the beginning.
        startedAtMs: T0,
        endedAtMs: T0 + ms,
      });
    const judged = (...handshakes: readonly HandshakeEvidence[]) =>
      findingsOf(refusedUpgrade, path, {
        handshakes: [works, onControl(handshake({ caseId: 'slow' })), ...handshakes],
        hosts: [hostOf('haproxy')],
      });
    expect(judged(handshake(), leftAfter(400)).map(({ outcome }) => outcome)).toEqual(['pass']);
    expect(judged(handshake(), leftAfter(1900)).map(({ outcome }) => outcome)).toContain('fail');
    expect(judged(leftAfter(400)).map(({ outcome }) => outcome)).toContain('fail');
  });

  it('clears no link when it can name nobody', () => {
    const [finding] = findingsOf(refusedUpgrade, path, {
      handshakes: [
        works,
        handshake({ outcome: { kind: 'timeout', waitedMs: 2000, waitingFor: 'response' }, client: client(head(REQUEST), ''), origin: [] }),
      ],
      hosts: [hostOf('haproxy')],
      links: [lossyLink('firewall')],
      tcpCounters: [counters('client', 31, 969), onControl(counters('client', 30, 970))],
    });
    expect(finding?.blame).toMatchObject({ host: 'unknown', innocent: [] });
  });

  it('shows what became of the headers when the origin refused what a proxy made of them', () => {
    const bare = ['GET /socket HTTP/1.0', 'Host: origin', 'Connection: close', ...REQUEST.slice(4)];
    const nginx = pathWith(['nginx']);
    const [finding] = findingsOf(refusedUpgrade, nginx, {
      handshakes: [
        works,
        handshake({
          outcome: rejected(426),
          client: client(head(REQUEST), head(answer(426))),
          origin: [originSaw(head(bare), head(answer(426)))],
        }),
      ],
      hosts: [hostOf('nginx', [configLine('drops-upgrade', { file: 'nginx.conf', line: 12, text: 'proxy_pass http://origin:9000;' })])],
    });
    expect(finding?.summary).toBe(
      'nginx 1.22.1 (host nginx) passed the request on without Upgrade and Connection: upgrade, as HTTP/1.0 instead of HTTP/1.1; the origin answered it 426 ' +
        '(nginx.conf:12 `proxy_pass http://origin:9000;`)',
    );
    expect(finding?.details.at(-1)).toMatchObject({ kind: 'headers', hops: [{ message: 'request' }, { message: 'response' }] });
  });
});

describe('refused-upgrade of counted upgrades', () => {
  const refusedLoad = load({ upgraded: 0, attempts: 3, upgradeFailures: { 403: 3 } });
  const controlLoad = onControl(load());

  it('blames refusals under load on the host that single handshakes were traced to', () => {
    const findings = findingsOf(refusedUpgrade, path, {
      handshakes: [works, refusedUnseen(403)],
      loads: [refusedLoad, controlLoad],
      hosts: [hostOf('haproxy')],
      proxyLogs: [proxyLog('haproxy', DENIED)],
    });
    expect(findings.find(({ scenario }) => scenario === 'steady-echo')).toMatchObject({
      outcome: 'fail',
      measures: { failedCases: 3, totalCases: 3 },
      blame: { host: 'haproxy', confidence: 'likely' },
    });
  });

  it('blames them by the log when no handshake was traced', () => {
    const [finding] = findingsOf(refusedUpgrade, path, {
      loads: [refusedLoad, controlLoad],
      hosts: [hostOf('haproxy', [deny])],
      proxyLogs: [proxyLog('haproxy', DENIED, 'steady-echo')],
    });
    expect(finding?.blame).toMatchObject({ host: 'haproxy', confidence: 'likely', config: deny });
  });

  it('names nobody when the log says that a server answered 403', () => {
    const passedOn = { ...DENIED, serverStatus: 403, reachedServer: true, server: 'be_origin/origin1', endedBy: null };
    const [finding] = findingsOf(refusedUpgrade, path, {
      loads: [refusedLoad, controlLoad],
      hosts: [hostOf('haproxy')],
      proxyLogs: [proxyLog('haproxy', passedOn, 'steady-echo')],
    });
    expect(finding?.blame?.host).toBe('unknown');
  });

  it('asks the log when single handshakes were traced to nobody or to several', () => {
    const two = pathWith(['nginx', 'haproxy']);
    const denied = { ...DENIED, serverStatus: null };
    const given = (proxyLogs: readonly ProxyLogEvidence[]) =>
      findingsOf(refusedUpgrade, two, {
        handshakes: ['plain', 'query'].flatMap((caseId, index) => [
          onControl(handshake({ caseId })),
          refusedUnseen(403, { caseId, startedAtMs: T0 + index * 10_000, endedAtMs: T0 + index * 10_000 + 5 }),
        ]),
        loads: [refusedLoad, controlLoad],
        hosts: [hostOf('nginx'), hostOf('haproxy')],
        proxyLogs,
      }).find(({ scenario }) => scenario === 'steady-echo')?.blame?.host;
    const underLoad = proxyLog('nginx', { ...denied, atMs: T0 + 60_000 }, 'steady-echo');
    expect(given([underLoad])).toBe('nginx');
    const byEach = [proxyLog('nginx', denied), proxyLog('haproxy', { ...denied, atMs: T0 + 10_003 })];
    expect(given(byEach)).toBe('unknown');
    expect(given([...byEach, underLoad])).toBe('nginx');
  });

  it('counts idle sockets that were not upgraded', () => {
    const [finding] = findingsOf(refusedUpgrade, path, {
      idles: [idle({ outcome: rejected(403), openedAtMs: null }), onControl(idle())],
      hosts: [hostOf('haproxy')],
    });
    expect(finding).toMatchObject({ outcome: 'fail', scenario: 'idle-hold', measures: { failedCases: 1, totalCases: 1 } });
  });

  it('is inconclusive when no upgrade was attempted', () => {
    expect(findingsOf(refusedUpgrade, path, { loads: [load({ attempts: 0, upgraded: 0 }), controlLoad] })[0]?.outcome).toBe('inconclusive');
  });

  it('adds the packets: that none left the proxy, where to see that, and how to look again', () => {
    const inward = leg({ scenario: 'opening-handshake', endedAtMs: T0 + 5, near: upgradeStream(403), far: upgradeStream(403) });
    const [finding] = findingsOf(refusedUpgrade, path, {
      handshakes: [works, refusedUnseen(403)],
      hosts: [hostOf('haproxy', [deny])],
      proxyLogs: [proxyLog('haproxy', DENIED)],
      legs: [inward],
      captures: [
        ...capturesOf(inward),
        capture({ scenario: 'opening-handshake', host: 'haproxy', link: 'rack1', files: ['captures/haproxy.pcap'] }),
      ],
    });
    expect(finding?.summary).toContain(
      'the origin never saw the request; no packet of it left the proxy: the capture on its server leg has no connection in that time (HAProxy log: PR--',
    );
    expect(finding?.blame).toMatchObject({ host: 'haproxy', confidence: 'certain' });
    expect(finding?.details).toContainEqual({
      kind: 'table',
      title: 'Packets of the clearest case',
      columns: ['proxy', 'the request came in', 'its answer left in', 'on the server leg'],
      rows: [
        [
          'haproxy',
          'captures/haproxy-from-client.pcap frame 4',
          '403, captures/haproxy-from-client.pcap frame 5',
          'no connection in that time',
        ],
      ],
    });
    expect(finding?.details).toContainEqual({
      kind: 'text',
      title: 'To look at the packets',
      text: 'in the folder of this run: hopscope analyze captures/client-to-haproxy.pcap captures/haproxy-from-client.pcap',
    });
  });
});
