import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EvidenceSet } from '../../../harness/audits/audit.ts';
import { auditRun } from '../../../harness/audits/run-audits.ts';
import { EVIDENCE_KINDS, type HandshakeEvidence, type IdleEvidence } from '../../../harness/model/evidence.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import type { HandshakeOutcome } from '../../../harness/model/outcome.ts';
import type { Path } from '../../../harness/model/path.ts';
import type { PlayEvidence } from '../../../harness/model/play-evidence.ts';
import { encodeFrame, OPCODE } from '../../../harness/wire/frame.ts';
import { KNOWN_ECHOES, knownPayload } from '../../../harness/wire/known-messages.ts';

const SCENARIO = 'outside';
const url = 'wss://chat.example.com/socket';
const lab: Path = {
  ...{ id: 'outside', title: url, about: '', proxies: [], links: [], origin: 'echo', target: '/socket', httpBase: '', tls: true },
  ...{ port: 443, expect: [], control: 'outside', incident: null },
};
const path: Path = { ...lab, outside: { url, check: { echoes: true, holdMs: 0, lookup: null } } };

function handshake(caseId: string, outcome: HandshakeOutcome, head = ''): HandshakeEvidence {
  const received = head === '' ? [] : [{ atMs: 3, base64: Buffer.from(`${head}\r\n\r\n`).toString('base64') }];
  const times = { startedAtMs: 1, connectedAtMs: 2, tlsAtMs: 3, localPort: 1 };
  return {
    ...{ path: 'outside', scenario: SCENARIO, caseId, title: caseId, cite: '', requirement: '', echo: null, origin: [] },
    ...{ startedAtMs: 1, endedAtMs: 4, outcome, acceptable: caseId.startsWith('entry-') ? ['101'] : ['400'] },
    client: { ...times, sent: [], received, sentBytes: 0, receivedBytes: 0, end: { kind: 'local', atMs: 4 } },
  };
}

const opened = (caseId: string): HandshakeEvidence => handshake(caseId, { kind: 'upgraded', elapsedMs: 1 });
const status = (caseId: string, code: number, head = ''): HandshakeEvidence =>
  handshake(caseId, { kind: 'rejected', status: code, reason: 'No', elapsedMs: 1 }, head);
const failed = (code: string): HandshakeEvidence => handshake('entry-browser', { kind: 'connect-failed', code, afterMs: 1 });

/** A play that was given up at 5000 with these bytes, the last of them at `lastAtMs`. */
function play(caseId: string, bytes: Buffer, lastAtMs: number, steps: PlayEvidence['client']['steps'] = []): PlayEvidence {
  const none = { bytes: 0, sha256: '', first: [], firstAtMs: null, lastAtMs: null };
  return {
    ...{ path: 'outside', scenario: SCENARIO, caseId, title: caseId, cite: '', requirement: '', expectation: {}, startedAtMs: 0 },
    ...{ endedAtMs: 5000, requestHeadBase64: '', outcome: { kind: 'upgraded', elapsedMs: 1 }, origin: null, originConnections: 0 },
    client: {
      ...{ startedAtMs: 0, connectedAtMs: 1, port: 1, remoteAddress: null, receivedHeadBase64: null, receivedBeforeHead: [], sent: none },
      received: {
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        first: [{ atMs: lastAtMs, base64: bytes.subarray(0, 65_536).toString('base64') }],
        firstAtMs: lastAtMs,
        lastAtMs,
      },
      steps,
      end: { kind: 'local', atMs: 5000 },
      events: [{ kind: 'deadline', atMs: 5000 }],
    },
  };
}

function judged(evidence: Partial<Record<'handshakes' | 'plays' | 'idles', readonly object[]>>, of: Path = path): readonly Finding[] {
  const set = Object.fromEntries(
    EVIDENCE_KINDS.map((kind) => [
      kind,
      ((evidence as Record<string, readonly object[] | undefined>)[kind] ?? []).map((one, index) => ({
        ...one,
        ref: { file: `evidence/${kind}.ndjson`, line: index + 1 },
      })),
    ]),
  );
  return auditRun([of], set as unknown as EvidenceSet).findings;
}

const told = (findings: readonly Finding[]): readonly string[] => findings.map(({ outcome, summary }) => `${outcome}: ${summary}`);

describe('unopened-entry', () => {
  it('is the only audit of an entry outside the lab, and says nothing of a path of a lab', () => {
    const handshakes = [opened('entry-browser'), status('entry-plain', 502)];
    expect(judged({ handshakes }).map(({ auditId }) => auditId)).toEqual(['unopened-entry']);
    expect(judged({ handshakes }, lab).map(({ auditId }) => auditId)).not.toContain('unopened-entry');
  });

  it('takes a refusal of whoever does not say who asks for a policy, where a browser is let in', () => {
    expect(told(judged({ handshakes: [opened('entry-browser'), status('entry-plain', 403)] }))[0]).toMatch(/^pass: .* 1 of 2 handshakes/);
    expect(told(judged({ handshakes: [opened('entry-browser'), status('entry-plain', 502)] }))[0]).toContain(
      'does not open for 1 of 2 handshakes of real clients: entry-plain: answered 502 No',
    );
    expect(told(judged({ handshakes: [status('entry-browser', 403), status('entry-plain', 403)] }))[0]).toContain(
      'fail: wss://chat.example.com/socket does not open: entry-browser, entry-plain: answered 403 No',
    );
  });

  it('gives what an answer says of itself as a hint, and what the client proves as a proof', () => {
    const [named] = judged({ handshakes: [status('entry-browser', 403, 'HTTP/1.1 403 No\r\nServer: nginx\r\nVia: 1.1 cache')] });
    expect(named?.blame?.because).toMatch(/says of itself Server: nginx, Via: 1\.1 cache, which is a hint and no proof$/);
    const [alerted] = judged({ handshakes: [failed('ERR_SSL_TLSV1_UNRECOGNIZED_NAME')] });
    expect(alerted?.summary).toContain('it has no certificate for this name');
    expect(alerted?.blame).toMatchObject({ host: 'unknown', because: expect.stringContaining('TLS alert is proof') });
    const [expired] = judged({ handshakes: [failed('CERT_HAS_EXPIRED')] });
    expect(expired?.summary).toContain('its certificate has expired');
    expect(expired?.blame?.because).toContain('the certificate itself is the proof');
  });

  it('says which wrong handshakes were accepted', () => {
    const accepted = handshake('wrong-version', { kind: 'upgraded', elapsedMs: 1 }, 'HTTP/1.1 101 Switching Protocols');
    expect(told(judged({ handshakes: [opened('entry-browser'), accepted] }))).toEqual([
      expect.stringContaining('accepts what is no opening handshake: wrong-version'),
    ]);
  });

  it('takes slow for slow: what was still coming in is inconclusive, what had stopped is lost', () => {
    const message = { bytes: 1_048_576, isText: true };
    const half = encodeFrame({ opcode: OPCODE.text, payload: knownPayload(message) }).subarray(0, 500_000);
    const handshakes = [opened('entry-browser')];
    expect(told(judged({ handshakes, plays: [play('echo-1048576-text', half, 4900)] }))[0]).toMatch(/^inconclusive: .*still coming in/);
    expect(told(judged({ handshakes, plays: [play('echo-1048576-text', half, 900)] }))[0]).toMatch(/^fail: .*500000 bytes came back/);
  });

  it('reads round trips from as many as came in time', () => {
    const [sample] = KNOWN_ECHOES.find(({ isTimed }) => isTimed === true)?.messages ?? [];
    if (sample === undefined) throw new Error('there is a timed case');
    const frame = encodeFrame({ opcode: OPCODE.text, payload: knownPayload(sample) });
    const steps = [0, 1, 2, 3, 4, 5, 6].map((step) => ({
      step,
      startedAtMs: step * 400,
      endedAtMs: step * 400 + (step % 2 === 0 ? 50 * step : 0),
    }));
    const slow = play('echo-round-trips', Buffer.concat([frame, frame, frame]), 4900, steps);
    const [finding] = judged({ handshakes: [opened('entry-browser')], plays: [slow] });
    expect(finding).toMatchObject({ outcome: 'pass', measures: { roundTripP50Ms: 600, roundTripMaxMs: 700 } });
  });

  it('tells a cut socket with its time, and a heartbeat of the other side', () => {
    const idle = (end: IdleEvidence['client'], lastTrafficAtMs: number): IdleEvidence => ({
      ...{ path: 'outside', scenario: SCENARIO, mode: 'idle', holdMs: 90_000, intervalMs: 20_000, openedAtMs: 1000, lastTrafficAtMs },
      ...{
        outcome: { kind: 'upgraded', elapsedMs: 1 },
        client: end,
        clientPort: 1,
        origin: null,
        originConnectionId: null,
        afterHold: null,
      },
    });
    const handshakes = [opened('entry-browser')];
    const [cut] = judged({ handshakes, idles: [idle({ kind: 'reset', atMs: 61_000 }, 1000)] });
    expect(cut).toMatchObject({
      summary: expect.stringMatching(/without a word: cut after 60\.0 s \(RST\)$/),
      measures: { limitMs: 60_000 },
    });
    const [beating] = judged({ handshakes, idles: [idle({ kind: 'survived' }, 31_000)] });
    expect(beating?.details[0]).toMatchObject({
      rows: expect.arrayContaining([['idle', expect.stringContaining('the other side spoke (last after 30.0 s)')]]),
    });
  });
});
