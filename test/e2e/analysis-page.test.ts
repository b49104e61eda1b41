import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analysisHtml } from '../../reports/analysis/html-analysis.ts';
import { badAnalysis, contrastAnalysis, emptyAnalysis, hostileAnalysis } from '../fixtures/analysis-sample.ts';

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

const PAGES = { contrast: contrastAnalysis, bad: badAnalysis, empty: emptyAnalysis, hostile: hostileAnalysis } as const;
type Which = keyof typeof PAGES;
const ALL = Object.keys(PAGES) as Which[];

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hopscope-analysis-'));
  for (const which of ALL) await writeFile(join(folder, `${which}.html`), analysisHtml(PAGES[which]()));
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
  readonly url: string;
}

async function open(which: Which, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => complaints.push(message.text()));
  const url = pathToFileURL(join(folder, `${which}.html`)).href;
  await page.goto(url);
  return { page, requests, complaints, url, [Symbol.asyncDispose]: () => context.close() };
}

describe('the analysis page in a browser', () => {
  it.each(ALL)('fetches nothing but itself and complains of nothing (%s)', async (which) => {
    await using opened = await open(which);
    expect(opened.requests.filter((request) => !request.startsWith('data:'))).toEqual([opened.url]);
    expect(opened.complaints).toEqual([]);
  });

  it('says everything without scripts, and shows no control that would need one', async () => {
    await using opened = await open('contrast', { javaScriptEnabled: false });
    for (const text of ['403 Forbidden', 'Origin: https://app.example', 'Retransmissions are not the cause', 'Two families of numbers']) {
      expect(await opened.page.getByText(text).first().isVisible()).toBe(true);
    }
    expect(await opened.page.locator('button, input').count()).toBe(0);
  });

  it.each(['light', 'dark'] as const)('has a contrast of 4.5 or more for every text in the %s scheme', async (colorScheme) => {
    const contrast = await readFile(new URL('contrast.js', import.meta.url), 'utf8');
    for (const which of ['contrast', 'bad'] as const) {
      await using opened = await open(which, { colorScheme });
      await opened.page.getByRole('button', { name: 'Unfold all' }).click();
      expect(await opened.page.evaluate(contrast)).toEqual([]);
    }
  });

  it.each([390, 768, 1280])('does not scroll sideways at %i px, not even with hostile text', async (width) => {
    for (const which of ALL) {
      await using opened = await open(which, { viewport: { width, height: 800 } });
      expect(await opened.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
  });

  it('finds streams by any of their text', async () => {
    await using opened = await open('contrast');
    await opened.page.getByRole('button', { name: 'Unfold all' }).click();
    await opened.page.getByRole('searchbox').fill('403 refused');
    expect(await opened.page.locator('tr[data-stream]:visible').count()).toBe(1);
    expect(await opened.page.getByRole('status').innerText()).toBe('1 of 20 streams');
  });
});
