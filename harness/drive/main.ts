import { LineSplitter } from '../wire/line-splitter.ts';
import type { DriveByKind, DriveKind, DriverReply, DriverRequest } from './protocol.ts';
import { readRequest } from './read-request.ts';

/** The driver: reads requests on stdin, answers each once on stdout, and ends when stdin ends. */

const MAX_LINE_BYTES = 16 * 1024 * 1024;

const reply = (value: DriverReply): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

/** Each kind is loaded when first asked for, so that the driver is ready at once. */
async function drive(request: DriverRequest): Promise<DriveByKind[DriveKind]['reply']> {
  switch (request.kind) {
    case 'handshake':
      return (await import('./handshake.ts')).driveHandshake(request);
    case 'idle':
      return (await import('./idle.ts')).driveIdle(request);
    case 'load':
      return (await import('./load/drive-load.ts')).driveLoad(request, (progress) => reply({ id: request.id, progress }));
    case 'stop':
      return (await import('./load/drive-load.ts')).stopLoads();
    case 'usage':
      return (await import('../measure/own-usage.ts')).ownUsage();
    case 'survive':
      return (await import('./survive.ts')).driveSurvive(request);
    case 'survived':
      return (await import('./survive.ts')).driveSurvived(request);
    case 'http':
      return (await import('./http.ts')).driveHttp(request);
    case 'coexist':
      return (await import('./coexist.ts')).driveCoexist(request);
    case 'browser':
      return (await import('./browser.ts')).driveBrowser(request);
    case 'play':
      return (await import('./play.ts')).drivePlays(request);
    case 'transport':
      return (await import('./transport.ts')).driveTransport(request);
    case 'ladder':
      return (await import('./ladder.ts')).driveLadder(request);
    case 'capacity':
      return (await import('./capacity.ts')).driveCapacity(request);
  }
}

async function answer(line: string): Promise<void> {
  const read = readRequest(line);
  if (read.kind === 'bad') {
    reply({ id: read.id, ok: false, code: 'DRIVE_ERR_PROTOCOL', message: read.message });
    return;
  }
  const { request } = read;
  try {
    reply({ id: request.id, ok: true, reply: await drive(request) });
  } catch (error) {
    process.stderr.write(`${request.kind} ${request.id}: ${error instanceof Error ? error.stack : String(error)}\n`);
    reply({ id: request.id, ok: false, code: 'DRIVE_ERR_PROTOCOL', message: error instanceof Error ? error.message : String(error) });
  }
}

const splitter = new LineSplitter(MAX_LINE_BYTES);
process.stdin.on('data', (chunk: Buffer) => {
  for (const line of splitter.push(chunk)) {
    if (line.kind === 'line' && line.text.trim() !== '') void answer(line.text);
    if (line.kind === 'too-long')
      reply({ id: 0, ok: false, code: 'DRIVE_ERR_PROTOCOL', message: `a line of at most ${line.limit} bytes expected` });
  }
});
process.stdin.once('end', () => process.exit(0)).once('error', () => process.exit(0));
process.stdout.once('error', () => process.exit(0));
reply({ ready: true, node: process.version });
