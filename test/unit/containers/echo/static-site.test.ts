import { afterAll, beforeAll, expect, it } from 'vitest';
import { listen } from '../../../../containers/echo/run-origin.ts';
import { createStaticSite } from '../../../../containers/echo/static-site.ts';
import { exchange } from './exchange.ts';

const site = createStaticSite();
let port: number;
beforeAll(async () => {
  port = await listen(site, 0);
});
afterAll(() => site.close());

it('has one page and never upgrades', async () => {
  expect(await exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(
    /^HTTP\/1\.1 200 OK[\s\S]*<h1>Static site<\/h1>/,
  );
  const upgrade =
    'GET /socket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';
  expect(await exchange(port, upgrade)).toMatch(/^HTTP\/1\.1 404 Not Found[\s\S]*<h1>404 Not Found<\/h1>/);
});
