import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { htmlReport } from '../../reports/html/html-report.ts';
import { checkedRecord } from '../fixtures/record-sample-subjects.ts';
import { HOSTILE, sampleRecord, withHostileText } from '../fixtures/record-sample.ts';

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/* Expressions for the page are strings, so that the types of the DOM stay out of the project. */
const GROUND = 'getComputedStyle(document.body).backgroundColor';
const FOCUSED = `(() => {
  const { activeElement: element } = document;
  if (element === null || element === document.body) return null;
  const all = [...document.querySelectorAll('a[href], button, input, summary')];
  return { index: all.indexOf(element), outline: getComputedStyle(element).outlineStyle };
})()`;

let browser: Browser;
let folder: string;
let reportUrl: string;
let hostileUrl: string;
let checkUrl: string;
let hostileCheckUrl: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hopscope-report-'));
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return pathToFileURL(join(folder, name)).href;
  };
  reportUrl = await write('report.html', htmlReport(sampleRecord()));
  hostileUrl = await write('hostile.html', htmlReport(withHostileText(sampleRecord())));
  checkUrl = await write('check.html', htmlReport(checkedRecord()));
  hostileCheckUrl = await write('hostile-check.html', htmlReport(withHostileText(checkedRecord())));
  browser = await chromium.launch({ executablePath: process.env['HOPSCOPE_CHROMIUM'] ?? '/usr/bin/chromium', args: ARGS });
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Opened extends AsyncDisposable {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
}

async function open(url: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return { page, requests, complaints, [Symbol.asyncDispose]: () => context.close() };
}

describe('report.html in a browser', () => {
  it.each(['report', 'hostile'])('fetches nothing but itself and complains of nothing (%s)', async (which) => {
    const url = which === 'report' ? reportUrl : hostileUrl;
    await using opened = await open(url);
    expect(opened.requests.filter((request) => !request.startsWith('data:'))).toEqual([url]);
    expect(opened.complaints).toEqual([]);
  });

  it('shows hostile text as text', async () => {
    await using opened = await open(hostileUrl);
    expect(await opened.page.locator('script').count()).toBe(1);
    expect(await opened.page.locator('h1').textContent()).toContain(HOSTILE.slice(0, 30));
  });

  it('says everything without scripts, and shows no control that would need one', async () => {
    await using opened = await open(reportUrl, { javaScriptEnabled: false });
    const { page } = opened;
    expect(await page.locator('h1').innerText()).toMatch(/^haproxy-checkout cut an idle socket after 2,003 ms/);
    for (const text of [
      'cut an idle socket after 2,003 ms',
      'timeout tunnel 2s',
      'edge answered 403 to GET /socket',
      'PR-- 1/1/0/0/0',
      'npx hopscope run --path checkout',
    ]) {
      expect(await page.getByText(text).first().isVisible()).toBe(true);
    }
    expect(await page.locator('button, input').count()).toBe(0);
  });

  it.each(['light', 'dark'] as const)('has a contrast of 4.5 or more for every text in the %s scheme', async (colorScheme) => {
    for (const url of [reportUrl, checkUrl]) {
      await using opened = await open(url, { colorScheme });
      await opened.page.getByRole('button', { name: 'Unfold all' }).click();
      expect(await opened.page.evaluate(await readFile(new URL('contrast.js', import.meta.url), 'utf8'))).toEqual([]);
    }
  });

  it.each([390, 768, 1280])('does not scroll sideways at %i px, not even with hostile text', async (width) => {
    for (const url of [reportUrl, hostileUrl, checkUrl, hostileCheckUrl]) {
      await using opened = await open(url, { viewport: { width, height: 800 } });
      await opened.page.locator('.config details').evaluateAll((folds) => folds.forEach((it) => it.setAttribute('open', '')));
      expect(await opened.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
  });

  it('shows the six scenarios of the demonstration side by side at 1280 px', async () => {
    const record = sampleRecord();
    const [cell] = record.cells;
    const scenarios = ['opening-handshake', 'closing', 'tunnel', 'steady-echo', 'idle-hold', 'http-beside'].map((id) => ({
      id,
      title: id,
    }));
    const paths = record.paths.map((path, index) =>
      index === 0 ? { ...path, path: { ...path.path, id: 'node-http-proxy-no-upgrade' } } : path,
    );
    const cells = paths.flatMap(({ path: { id } }) =>
      scenarios.map((scenario) => ({ ...cell!, path: id, scenario: scenario.id, observed: 'fail' as const, verdict: 'pass' as const })),
    );
    const wide = join(folder, 'wide.html');
    await writeFile(wide, htmlReport({ ...record, paths, scenarios, cells }));
    await using opened = await open(pathToFileURL(wide).href);
    expect(await opened.page.locator('.matrix').getByText('as declared').count()).toBeGreaterThanOrEqual(6);
    const beyond = `(() => { const it = document.querySelector('.matrix').parentElement; return it.scrollWidth - it.clientWidth; })()`;
    expect(await opened.page.evaluate(beyond)).toBe(0);
  });

  it.each([390, 1280])('draws loads without scripts, with every word of the drawing on the page, at %i px', async (width) => {
    await using opened = await open(reportUrl, { viewport: { width, height: 800 }, javaScriptEnabled: false });
    const drawn = opened.page.locator('.load-figure:visible').first();
    for (const text of ['Open connections', 'haproxy frozen for 1.5 s', 'p99', '60 s'])
      expect(await drawn.locator('text:visible', { hasText: text }).count()).toBeGreaterThan(0);
    const boxes = await Promise.all((await drawn.locator('text:visible').all()).map((text) => text.boundingBox()));
    expect(boxes.filter((box) => box !== null && (box.x < 0 || box.x + box.width > width))).toEqual([]);
  });

  it('leads a keyboard to every link and control, and shows where it is', async () => {
    await using opened = await open(reportUrl);
    const { page } = opened;
    const wanted = await page.locator('a[href]:visible, button:visible, input:visible, summary:visible').count();
    const seen = new Set<string>();
    for (let n = 0; n < wanted + 80; n += 1) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate<{ index: number; outline: string } | null>(FOCUSED);
      if (at === null) break;
      expect(at.outline).not.toBe('none');
      if (at.index >= 0) seen.add(String(at.index));
    }
    expect(seen.size).toBe(wanted);
  });

  it('goes from a cell of the table to the section of its path', async () => {
    await using opened = await open(reportUrl);
    await opened.page.locator('.matrix tr[data-path="path-checkout"] a.cell.fail').first().click();
    expect(new URL(opened.page.url()).hash).toBe('#path-checkout');
    const top = await opened.page.locator('#path-checkout').evaluate((element) => element.getBoundingClientRect().top);
    expect(Math.abs(top)).toBeLessThan(900);
  });
});

describe('conveniences of report.html', () => {
  it('shows only the paths that are asked for', async () => {
    await using opened = await open(reportUrl);
    const { page } = opened;
    const shown = (): Promise<string[]> =>
      page.locator('section.path:visible').evaluateAll((sections) => sections.map((section) => section.id));
    await page.getByRole('button', { name: 'Needs attention' }).click();
    expect(await shown()).toEqual(['path-haproxy-plain', 'path-checkout', 'path-node-proxy']);
    await page.getByRole('button', { name: 'All paths' }).click();
    await page.getByRole('searchbox').fill('http-request deny');
    expect(await shown()).toEqual(['path-incident-0001-broken']);
    expect(await page.getByRole('status').innerText()).toBe('1 of 7 paths');
  });

  it('changes the scheme at a button, and says which comes next', async () => {
    await using opened = await open(reportUrl, { colorScheme: 'light' });
    const { page } = opened;
    const ground = (): Promise<unknown> => page.evaluate(GROUND);
    const before = await ground();
    await page.getByRole('button', { name: 'Dark colours' }).click();
    expect(await ground()).not.toBe(before);
    await page.getByRole('button', { name: 'Light colours' }).click();
    expect(await ground()).toBe(before);
  });

  it('prints every folded part, in dark too, on white and without controls', async () => {
    await using opened = await open(reportUrl, { colorScheme: 'dark' });
    await opened.page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await opened.page.evaluate(GROUND)).toBe('rgb(255, 255, 255)');
    expect(await opened.page.locator('button:visible').count()).toBe(0);
    expect(await opened.page.getByText('Every upgrade was accepted').first().isVisible()).toBe(true);
  });
});
