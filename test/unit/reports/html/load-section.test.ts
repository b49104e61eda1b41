import { describe, expect, it } from 'vitest';
import type { LoadChart } from '../../../../harness/model/record.ts';
import { htmlReport } from '../../../../reports/html/html-report.ts';
import { loadFigure } from '../../../../reports/html/load-figure.ts';
import { limitMs } from '../../../../reports/html/knee-plot.ts';
import { sampleSlot, SAMPLE_LOADS } from '../../../fixtures/record-sample-loads.ts';
import { HOSTILE, passingRecord, sampleRecord } from '../../../fixtures/record-sample.ts';

const page = htmlReport(sampleRecord());
const articles = page.match(/<article class="load-run[\s\S]*?<\/article>/g) ?? [];
const figure = (more: Partial<LoadChart> = {}): string => loadFigure({ ...sampleSlot(0, 'path'), ...more }, 'x').text;
const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

describe('the loads of a report', () => {
  it('have one figure with all lanes on one axis, a title, a description and a table of the numbers', () => {
    const [first = ''] = articles;
    expect(first).toMatch(
      /role="img" aria-labelledby="load-0-title load-0-desc">\s*<title id="load-0-title">checkout-peak on haproxy-plain, slot 0/,
    );
    const lanes = [...figure().matchAll(/class="lane"[^>]*>([^<]+)/g)].map(([, title]) => title);
    expect(lanes).toEqual([
      'Open connections',
      'Messages a second',
      'Failures',
      'Latency',
      'Segments sent again',
      'CPU',
      'Memory of the proxies',
    ]);
    expect(count(first, /<summary>The numbers of the chart/g)).toBe(4);
    expect(count(first, /<tr><th scope="row">26\.50/g)).toBe(4);
  });

  it('mark what was done through all lanes, with a label', () => {
    const drawn = figure();
    expect(count(drawn, /class="event"/g)).toBe(2);
    expect(drawn).toContain('class="during"');
    expect(drawn).toContain('>haproxy frozen for 1.5 s</text>');
    expect(figure({ events: [] })).not.toContain('class="event"');
  });

  it('tell latency as differences from the control path', () => {
    const [first = '', second = ''] = articles;
    expect(first).toMatch(/<dt>p50<\/dt><dd><b>\+0\.22 ms<\/b> <span>99 % interval \+0\.19 to \+0\.26 ms/);
    expect(first).toMatch(/<dt>p99\.9<\/dt><dd><b>no difference seen<\/b> <span>the smallest detectable was 9\.90 ms/);
    expect(second).toContain('Latency: not compared, there was no slot of a control path.');
    expect(first).toMatch(/TCP connect<\/th>.*no difference seen.*smallest detectable was 0\.99 ms/);
  });

  it('name a closed loop, a load that was cut, and a generator that was the bottleneck', () => {
    const second = articles[1] ?? '';
    expect(second).toContain('>closed loop<');
    expect(second).toContain('A closed loop sends the next message when an echo came');
    expect(second).toContain('its generator ended before the load did');
    expect(second).toContain('<b>Latency is inconclusive:</b> the load generator was the bottleneck');
    expect(second).toContain('<b>The load generator was the bottleneck</b>');
  });

  it('draw nothing where nothing was measured, and say so', () => {
    const silent = figure({
      hosts: [],
      resent: [],
      points: sampleSlot(0, 'control').points.map((it) => ({ ...it, p50Ms: null, p90Ms: null, p99Ms: null, maxMs: null })),
    });
    expect(silent).toMatch(/>Latency<tspan[^>]*>no echo came/);
    expect(silent).toMatch(/>CPU<tspan[^>]*>not measured/);
    expect(silent).toMatch(/>Segments sent again<tspan[^>]*>not measured/);
    expect(silent).toMatch(/>Failures<tspan[^>]*>none/);
    expect(figure({ points: [] })).not.toMatch(/NaN|Infinity/);
  });

  it('show the pings of idle connections in place of messages', () => {
    const idle = sampleSlot(0, 'control').points.map((it) => ({ ...it, sent: 0, echoed: 0, pongs: 3 }));
    expect(figure({ points: idle })).toContain('>Pings answered a second<');
  });

  it('escape every name', () => {
    const hostile = figure({
      profile: HOSTILE,
      path: HOSTILE,
      events: [{ atMs: 10, untilMs: null, title: HOSTILE }],
      hosts: SAMPLE_LOADS[0]!.hosts.map((it) => ({ ...it, host: `${HOSTILE}${it.host}` })),
      resent: [{ legs: [HOSTILE], host: HOSTILE, points: [{ atMs: 5, retransSegs: 9 }] }],
    });
    expect(hostile).not.toMatch(/<script|(?![\n\t])[\p{Cc}\p{Cf}]/u);
    expect(count(hostile, /<svg/g)).toBe(count(figure(), /<svg/g));
  });

  it('are not on a page without any', () => {
    expect(htmlReport(passingRecord())).not.toMatch(/id="(load|knee)"/);
  });
});

describe('the knees of a report', () => {
  const knee = articles[2] ?? '';

  it('have their steps as a table and as a chart with the limit, and what ended first', () => {
    expect(knee).toContain('sustains 13,000 messages a second');
    expect(count(knee, /class="badge (pass|fail)"/g)).toBe(8);
    expect(count(knee, /class="kept"/g)).toBe(6);
    expect(count(knee, /class="broken"/g)).toBe(2);
    expect(knee).toContain('p99 limit 50 ms');
    expect(knee).toContain('<b>What ended first:</b> CPU of a proxy (haproxy)');
    expect(knee).toContain('not compared with that of its control path');
  });

  it('show the loads at both sides of the edge', () => {
    expect(count(knee, /<figure class="load-figure"/g)).toBe(2);
  });

  it.each([
    ['p99 < 50ms and failures == 0', 50],
    ['p99 <= 1.5s', 1500],
    ['failures == 0', null],
    ['upgrade.p99 < 5ms and p99 < 250us', 0.25],
  ])('read the limit of p99 out of %s', (limit, ms) => {
    expect(limitMs(limit)).toBe(ms);
  });
});
