import { type Browser, chromium, type Page } from 'playwright-core';
import { nowMs } from '../measure/clock.ts';
import type { HandshakeOutcome } from '../model/outcome.ts';
import type { BrowserReply, BrowserRequest, Endpoint } from './protocol.ts';

type Socket = BrowserRequest['sockets'][number];
type Opened = BrowserReply['sockets'][number];

/** Nothing but the sockets goes out: no updates, no look-ups, no measurements; and no sandbox, because the driver may be root. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--ignore-certificate-errors',
];

/**
 * Opens sockets with a real Chromium, one after the other on one blank page, sends a text over each and closes it with 1000. Rejects
 * when the browser does not start.
 */
export async function driveBrowser({ program, sockets, deadlineMs }: BrowserRequest): Promise<BrowserReply> {
  const deadlineAtMs = nowMs() + deadlineMs;
  // A page cannot set Host: a name of its own for each endpoint leads to its address.
  const rules = sockets.map(({ endpoint }, index) => `MAP ${nameOf(index)} ${endpoint.host}`).join(',');
  const browser: Browser = await chromium.launch({ executablePath: program, args: [...ARGS, `--host-resolver-rules=${rules}`] });
  try {
    const page = await browser.newPage({ ignoreHTTPSErrors: true });
    const opened: Opened[] = [];
    for (const [index, socket] of sockets.entries()) opened.push(await openOne(page, socket, nameOf(index), deadlineAtMs));
    return { version: browser.version(), sockets: opened };
  } finally {
    await browser.close();
  }
}

const nameOf = (index: number): string => `path-${index}.hopscope.test`;

/** What the page tells of one socket. */
interface Told {
  readonly opened: boolean;
  readonly echoed: boolean;
  readonly closeCode: number | null;
  readonly protocol: string;
  readonly openedAfterMs: number;
}

async function openOne(page: Page, { endpoint, subprotocols, text, limitMs }: Socket, name: string, deadlineAtMs: number): Promise<Opened> {
  const startedAtMs = nowMs();
  const words: string[] = [];
  page.once('websocket', (socket) => {
    socket.on('socketerror', (error) => words.push(error));
  });
  const leftMs = Math.max(1, Math.min(limitMs, deadlineAtMs - startedAtMs));
  const told: Told = await page.evaluate(inPage, { url: urlOf(endpoint, name), subprotocols: [...subprotocols], text, leftMs });
  // The reason comes over another channel than what the page sees.
  if (!told.opened && words.length === 0) await page.waitForTimeout(50);
  const said = words.join('; ').slice(0, 500);
  return {
    startedAtMs,
    endedAtMs: nowMs(),
    outcome: outcomeOf(told, said, nowMs() - startedAtMs),
    echoed: told.opened ? told.echoed : null,
    closeCode: told.closeCode,
    subprotocol: told.protocol,
    words: said,
  };
}

const urlOf = ({ tls, port, target }: Endpoint, name: string): string => `${tls ? 'wss' : 'ws'}://${name}:${port}${target}`;

/** Runs in the page: needs all that it uses as arguments. */
function inPage({ url, subprotocols, text, leftMs }: { url: string; subprotocols: string[]; text: string; leftMs: number }): Promise<Told> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const told = { opened: false, echoed: false, closeCode: null as number | null, protocol: '', openedAfterMs: 0 };
    const socket = new WebSocket(url, subprotocols);
    const timer = setTimeout(() => resolve(told), leftMs);
    socket.addEventListener('open', () => {
      Object.assign(told, { opened: true, protocol: socket.protocol, openedAfterMs: performance.now() - startedAt });
      socket.send(text);
    });
    socket.addEventListener('message', ({ data }) => {
      told.echoed = data === text;
      socket.close(1000, 'done');
    });
    socket.addEventListener('close', ({ code }) => {
      clearTimeout(timer);
      told.closeCode = code;
      resolve(told);
    });
  });
}

/** A page learns only 1006 (RFC 6455 section 7.1.5); the browser's own words have the status. */
function outcomeOf({ opened, closeCode, openedAfterMs }: Told, words: string, elapsedMs: number): HandshakeOutcome {
  if (opened) return { kind: 'upgraded', elapsedMs: openedAfterMs };
  const [, status] = /Unexpected response code: (\d{3})/.exec(words) ?? [];
  if (status !== undefined) return { kind: 'rejected', status: Number(status), reason: '', elapsedMs };
  if (closeCode === null) return { kind: 'timeout', waitedMs: elapsedMs, waitingFor: 'response' };
  if (/ERR_CONNECTION_RESET/.test(words)) return { kind: 'reset', afterMs: elapsedMs };
  if (/ERR_CONNECTION_REFUSED/.test(words)) return { kind: 'connect-failed', code: 'ECONNREFUSED', afterMs: elapsedMs };
  if (/Connection closed before|ERR_EMPTY_RESPONSE|ERR_CONNECTION_CLOSED/.test(words)) return { kind: 'closed', afterMs: elapsedMs };
  return { kind: 'malformed-response', detail: words, elapsedMs };
}
