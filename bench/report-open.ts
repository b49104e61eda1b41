/*
 * How long report.html takes to open in Chromium with a load of a minute in it, and how large it and the record are.
 *
 *   node bench/report-open.ts [--rounds 5]
 *
 * The load is that of the sample record: 10,000 messages a second for 60 s on a path and on its control, four slots, with 60 points each and with the
 * 600 that a record holds at the most. Opening ends when two frames were painted after the page had loaded. Exit code 1 above 1.5 s. Needs Chromium,
 * /usr/bin/chromium unless HOPSCOPE_CHROMIUM names another. Run it on a machine that does nothing else.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import type { RunRecord } from '../harness/model/record.ts';
import { htmlReport } from '../reports/html/html-report.ts';
import { jsonReport } from '../reports/json/json-report.ts';
import { sampleSlot } from '../test/fixtures/record-sample-loads.ts';
import { sampleRecord } from '../test/fixtures/record-sample.ts';
import { median } from './median.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const MOST_MS = 1500;
const PAINTED = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function recordWith(buckets: number): RunRecord {
  const sides = ['path', 'control', 'control', 'path'] as const;
  return sampleRecord({ loads: sides.map((side, slot) => sampleSlot(slot, side, { buckets })), knees: [] });
}

async function openedMs(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const startedAt = performance.now();
  await page.goto(url);
  await page.evaluate(PAINTED);
  const elapsed = performance.now() - startedAt;
  await context.close();
  return elapsed;
}

const folder = mkdtempSync(join(tmpdir(), 'hopscope-report-open-'));
const executablePath = process.env['HOPSCOPE_CHROMIUM'] ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
try {
  for (const buckets of [60, 600]) {
    const record = recordWith(buckets);
    const text = htmlReport(record);
    const file = join(folder, `${String(buckets)}.html`);
    writeFileSync(file, text);
    const rounds: number[] = [];
    for (let round = 0; round < Number(values.rounds); round += 1) rounds.push(await openedMs(browser, pathToFileURL(file).href));
    const kB = (size: number): string => `${(size / 1000).toFixed(0)} kB`;
    const middle = median(rounds);
    print(
      `${String(buckets).padStart(3)} points a slot: opened in ${middle.toFixed(0)} ms (${Math.min(...rounds).toFixed(0)} to ${Math.max(...rounds).toFixed(0)}), report.html ${kB(text.length)}, record.json ${kB(jsonReport(record).length)}`,
    );
    if (middle > MOST_MS) process.exitCode = 1;
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
