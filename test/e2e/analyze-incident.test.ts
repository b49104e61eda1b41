import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CaptureAnalysis, Contrast } from '../../harness/model/capture-analysis.ts';
import type { UpgradeSeen } from '../../harness/model/content-analysis.ts';
import type { HostEvidence } from '../../harness/model/evidence.ts';
import type { InstrumentEvidence } from '../../harness/model/wire-evidence.ts';
import { emptyFolder, hopscope } from './hopscope-process.ts';

const cwd = emptyFolder();
const folded = (words: string): string => words.replaceAll(/\s+/g, ' ');

const evidence = <T>(kind: string): readonly T[] =>
  readFileSync(join(cwd, `out/evidence/${kind}.ndjson`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

/** What the engineer of the day had: one capture of each way, taken at the client. */
function captureOf(host: string, file: string): string {
  const addresses = evidence<HostEvidence>('hosts').find((one) => one.host === host)?.addresses ?? [];
  const address = host === 'origin' ? addresses.at(-1) : addresses[0];
  const whole = join(cwd, 'out/captures/steady-echo/client-net-100.eth0.pcap');
  execFileSync('tcpdump', ['-r', whole, '-w', join(cwd, file), 'host', address ?? ''], { stdio: 'pipe' });
  return file;
}

let answer = '';
let analysis: CaptureAnalysis;
beforeAll(async () => {
  const run = ['run', '--lab', 'netns', '--path', 'incident-0001-broken', '--scenario', 'steady-echo', '--capture', 'full'];
  await hopscope([...run, '--out', 'out'], { cwd });
  const files = [captureOf('origin', 'good.pcap'), captureOf('incident-0001-broken', 'bad.pcap')];
  answer = folded((await hopscope(['analyze', '--quiet', ...files], { cwd })).stdout);
  analysis = JSON.parse((await hopscope(['analyze', '--json', ...files], { cwd })).stdout) as CaptureAnalysis;
});

describe('the founding incident, from two captures alone', () => {
  it('says who refused the request and who accepted it', () => {
    // Of many accepted ones that of the contrast: the nearest in time.
    const [contrast] = analysis.contrasts;
    const upgradeOf = (side: Contrast['accepted'] | undefined): UpgradeSeen | undefined =>
      analysis.upgrades.find(({ capture, stream }) => capture === side?.capture && stream === side.stream);
    const [refused, accepted] = [upgradeOf(contrast?.refused), upgradeOf(contrast?.accepted)];
    expect([refused?.outcome, accepted?.outcome]).toEqual(['refused', 'accepted']);
    expect(answer).toContain(`GET /live/socket: ${refused?.server} answered 403 Forbidden to ${refused?.client} (bad.pcap, stream `);
    expect(answer).toContain(`${accepted?.server} answered 101 to ${accepted?.client} (good.pcap, stream `);
  });

  it('does not take the retransmissions of the path that works for the cause', () => {
    const resent = (capture: number): number =>
      analysis.streams
        .filter((stream) => stream.capture === capture)
        .reduce((sum, one) => sum + one.resent.aToB.segs + one.resent.bToA.segs, 0);
    expect(resent(0)).toBeGreaterThan(resent(1));
    expect(answer).toContain('Retransmissions are not the cause');
  });

  it('contrasts the two requests in the JSON, header by header', () => {
    expect(analysis.contrasts[0]).toMatchObject({
      accepted: { capture: 0 },
      refused: { capture: 1 },
      headerDifferences: [{ name: 'Host', accepted: 'hopscope.test:9000', refused: 'hopscope.test:8080' }],
    });
  });
});

describe('the instruments of that run', () => {
  it('agree packet by packet, and nothing left the proxy for the origin', () => {
    const checks = evidence<InstrumentEvidence>('instruments');
    expect(checks.map(({ leg }) => leg)).toEqual(['client-incident-0001-broken', 'client-origin']);
    expect(checks.filter(({ agree }) => !agree)).toEqual([]);
    expect(Math.max(...checks.map(({ injectorDropped }) => injectorDropped ?? 0))).toBeGreaterThan(10);
  });
});
