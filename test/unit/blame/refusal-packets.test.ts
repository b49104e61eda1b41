import { describe, expect, it } from 'vitest';
import type { ProxyPackets } from '../../../harness/blame/attempt-packets.ts';
import { blameRefusal } from '../../../harness/blame/refusal.ts';
import { provedByPackets } from '../../../harness/blame/refusal-packets.ts';
import { refusedUnseen } from '../audits/handshake-builders.ts';
import { leg, serverLeg, upgradeExchange, upgradeStream } from '../audits/leg-builders.ts';
import { configLine, DENIED, hostOf } from '../audits/path-builders.ts';
import { at, factsOf, NO_SERVER, RESET, silent, STATIC, TIMEOUT } from './refusal-cases.ts';
import type { Case } from './refusal-cases.ts';

const packets = (host: string, sentOn: ProxyPackets['sentOn'], status = 403): ProxyPackets => ({
  host,
  clientLeg: leg({ to: host }),
  request: upgradeExchange(status),
  sentOn,
  serverLeg: sentOn === 'sent' ? serverLeg({ from: host, near: upgradeStream(101) }) : null,
  tried: [],
  wasLetDown: true,
});

const judged = (given: Case, ...seen: readonly ProxyPackets[]) => {
  const facts = factsOf(given);
  return provedByPackets(blameRefusal(facts), facts, seen, []);
};

const CHAIN = ['outer', 'inner'];
const claimed = { evidence: silent(RESET), logs: { haproxy: { ...DENIED, status: null } } };
const PROOF = 'no packet of it left the proxy: the capture on its server leg has no connection in that time';

describe('provedByPackets', () => {
  it('adds the proof to what a log says, and makes a likely one certain', () => {
    expect(judged(claimed, packets('haproxy', 'no-connection')).blame).toMatchObject({
      host: 'haproxy',
      confidence: 'certain',
      because: expect.stringMatching(new RegExp(`; the origin never saw the request; ${PROOF}$`)),
    });
    expect(judged(claimed, packets('haproxy', 'no-request')).blame.because).toContain('no such request in that time');
    expect(judged(claimed, packets('haproxy', 'unknown')).blame).toMatchObject({
      confidence: 'likely',
      because: expect.not.stringContaining('packet'),
    });
    expect(judged(claimed).blame.confidence).toBe('likely');
  });

  it('makes it certain where the config says so, and leaves it likely where neither log nor config does', () => {
    const hosts = [hostOf('haproxy', [configLine('answers-itself')])];
    const seen = packets('haproxy', 'no-connection');
    expect(judged({ evidence: refusedUnseen(403), hosts }, seen).blame).toMatchObject({ confidence: 'certain', config: { line: 31 } });
    expect(judged({ evidence: refusedUnseen(403) }, seen).blame).toMatchObject({ host: 'haproxy', confidence: 'likely' });
    const mute = { haproxy: { status: 403, serverStatus: null, reachedServer: null, server: null } };
    expect(judged({ evidence: refusedUnseen(403), logs: mute }, seen).blame.confidence).toBe('likely');
  });

  it('names nobody when a request left the proxy that says it asked nobody', () => {
    expect(judged(claimed, packets('haproxy', 'sent'))).toMatchObject({
      cause: 'undecided',
      blame: {
        host: 'unknown',
        because: expect.stringContaining('(captures/haproxy-to-origin.pcap frame 4): the evidence contradicts itself'),
      },
    });
  });

  it('says where a request went that left the proxy for another port than the origin listens on, when no log says anything', () => {
    const elsewhere = {
      ...packets('haproxy', 'sent', 404),
      serverLeg: serverLeg({ from: 'haproxy', serverPort: 8000, near: upgradeStream(404) }),
    };
    expect(judged({ evidence: refusedUnseen(404) }, elsewhere)).toMatchObject({
      cause: 'misrouted',
      blame: { host: 'haproxy', confidence: 'likely', because: expect.stringContaining('instead of the origin, which never saw it') },
    });
    const home = { ...elsewhere, serverLeg: serverLeg({ from: 'haproxy', serverPort: 9000, near: upgradeStream(404) }) };
    expect(judged({ evidence: refusedUnseen(404) }, home).blame.host).toBe('unknown');
  });

  it('names the proxy of a chain that answered by itself, where no log says anything', () => {
    const evidence = refusedUnseen(403);
    expect(judged({ proxies: CHAIN, evidence }, packets('outer', 'sent'), packets('inner', 'no-connection'))).toMatchObject({
      cause: 'answered-itself',
      blame: { host: 'inner', leg: 'outer-inner', direction: 'to-client', confidence: 'likely', because: expect.stringContaining(PROOF) },
    });
    expect(judged({ proxies: CHAIN, evidence }, packets('outer', 'no-connection')).blame.host).toBe('outer');
  });

  it.each<[what: string, given: Case, seen: readonly ProxyPackets[]]>([
    ['no proxy is known to have kept it', { evidence: refusedUnseen(403) }, [packets('outer', 'sent'), packets('inner', 'unknown')]],
    ['the client got another status than the proxy sent', { evidence: refusedUnseen(404) }, [packets('outer', 'no-connection')]],
    ['a gateway status speaks of the next host', { evidence: refusedUnseen(503) }, [packets('outer', 'no-connection', 503)]],
    ['no answer came', { evidence: silent(RESET) }, [packets('outer', 'no-connection')]],
    [
      'a log tells another story',
      { evidence: refusedUnseen(403), logs: { inner: { status: 403, serverStatus: null, reachedServer: true, endedBy: 'client' } } },
      [packets('outer', 'no-connection')],
    ],
    [
      'the origin recorded nothing',
      { evidence: refusedUnseen(403), control: { isOriginRecorded: false } },
      [packets('outer', 'no-connection')],
    ],
  ])('names nobody when %s', (_, given, seen) => {
    expect(judged({ proxies: CHAIN, ...given }, ...seen).blame.host).toBe('unknown');
  });

  it('names the proxy that knocked at a port on which the origin does not listen, without any log', () => {
    const knocking = (serverPort: number) => ({
      ...packets('haproxy', 'unknown', 503),
      tried: [serverLeg({ from: 'haproxy', serverPort })],
    });
    const given = { evidence: silent(TIMEOUT) };
    expect(judged(given, knocking(9001))).toMatchObject({
      cause: 'server-unreachable',
      blame: { host: 'haproxy', direction: 'to-origin', confidence: 'certain', because: expect.stringContaining('knocked at port 9001') },
    });
    expect(judged(given, knocking(9000)).blame.host).toBe('unknown');
    const refused = { evidence: refusedUnseen(503), logs: { haproxy: { ...NO_SERVER, endedBy: 'server' as const } } };
    expect(judged(refused, knocking(9001)).blame.confidence).toBe('certain');
    expect(judged(refused, knocking(9000)).blame.confidence).toBe('likely');
  });

  it("takes a gateway status for the proxy's own answer when no server has let it down", () => {
    const untried = { ...packets('haproxy', 'no-connection', 503), wasLetDown: false };
    expect(judged({ evidence: refusedUnseen(503) }, untried)).toMatchObject({ cause: 'answered-itself', blame: { host: 'haproxy' } });
    expect(judged({ evidence: refusedUnseen(503) }, { ...untried, wasLetDown: true }).blame.host).toBe('unknown');
  });

  it('names nobody when the client hardly waited', () => {
    const evidence = { ...silent({ kind: 'timeout', waitedMs: 250, waitingFor: 'response' }), startedAtMs: 0 };
    const request = { ...upgradeExchange(101), response: null, atMs: evidence.endedAtMs - 240 };
    expect(judged({ evidence }, { ...packets('haproxy', 'no-connection'), request }).blame.host).toBe('unknown');
  });

  it('names the proxy that got the request and did nothing with it until the client gave up', () => {
    const evidence = silent(TIMEOUT);
    const request = { ...upgradeExchange(101), response: null };
    const held = (agoMs: number) => ({ ...packets('haproxy', 'no-connection'), request: { ...request, atMs: evidence.endedAtMs - agoMs } });
    expect(judged({ evidence }, held(1900))).toMatchObject({
      cause: 'kept-request',
      blame: { host: 'haproxy', confidence: 'likely', because: expect.stringContaining('neither answered it nor passed it on') },
    });
    expect(judged({ evidence }, held(200)).blame.host).toBe('unknown');
    expect(judged({ evidence }, { ...held(1900), sentOn: 'unknown' }).blame.host).toBe('unknown');
  });

  it('leaves other causes as they are', () => {
    expect(judged({ evidence: refusedUnseen(404), logs: { haproxy: STATIC } }, packets('haproxy', 'sent'))).toMatchObject({
      cause: 'misrouted',
      blame: { host: 'haproxy' },
    });
    expect(judged({ evidence: at(400) }, packets('haproxy', 'no-connection'))).toMatchObject({ cause: 'origin-refused' });
  });
});
