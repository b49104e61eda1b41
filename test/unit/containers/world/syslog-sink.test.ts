import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SyslogSink } from '../../../../containers/world/syslog-sink.ts';

it('SyslogSink stops writing when there is too much', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sink-'));
  const file = join(folder, 'log');
  const sink = new SyslogSink(file, 25);
  const port = await sink.listen(0);
  const socket = createSocket('udp4');
  for (const line of ['<1>0123456789', '<1>abcdefghij', '<1>no room left', '<1>k']) {
    await new Promise<void>((done) => socket.send(line, port, '127.0.0.1', () => done()));
  }
  await expect.poll(() => readFileSync(file, 'utf8')).toBe('0123456789\nabcdefghij\nk\n');
  socket.close();
  rmSync(folder, { recursive: true });
});
