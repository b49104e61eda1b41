import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askEngine, engineAnswers, socketPathOf } from '../../../../harness/lab/docker/engine-socket.ts';

async function withSocket(answer: RequestListener, use: (socketPath: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'engine-socket-'));
  const server = createServer(answer).listen(join(dir, 's'));
  await once(server, 'listening');
  try {
    await use(join(dir, 's'));
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(dir, { recursive: true });
  }
}

describe('engineAnswers', () => {
  it('believes whoever answers the ping', async () => {
    const ping: RequestListener = (request, response) => void response.writeHead(request.url === '/_ping' ? 200 : 404).end('OK');
    await withSocket(ping, async (path) => {
      expect((await engineAnswers(`unix://${path}`)).answers).toBe(true);
    });
  });

  it('says with which status somebody else answers', async () => {
    const refuse: RequestListener = (_request, response) => void response.writeHead(503).end();
    await withSocket(refuse, async (path) => {
      expect(await engineAnswers(`unix://${path}`)).toEqual({ answers: false, because: expect.stringContaining('status 503') });
    });
  });

  it('says that nobody is there', async () => {
    expect(await engineAnswers('unix:///nonexistent/docker.sock')).toEqual({ answers: false, because: expect.stringContaining('ENOENT') });
  });

  it('does not ask an engine on another machine', async () => {
    expect((await engineAnswers('tcp://192.0.2.1:2375')).answers).toBe(false);
  });
});

describe('askEngine', () => {
  it('gives up on an engine that does not answer', async () => {
    await withSocket(
      () => undefined,
      async (path) => {
        await expect(askEngine(path, 'GET', '/_ping', 50)).rejects.toThrow('no answer');
      },
    );
  });
});

describe('socketPathOf', () => {
  it('is the path of a unix address', () => {
    expect(socketPathOf('unix:///run/x.sock')).toBe('/run/x.sock');
    expect(socketPathOf('tcp://localhost:1')).toBeNull();
  });
});
