import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../../containers/echo/main.ts');

/** The real echo origin on a port of loopback; its standard input keeps it alive. */
export async function echoOrigin(): Promise<AsyncDisposable & { readonly port: number }> {
  const child: ChildProcess = spawn(process.execPath, [MAIN, '--port', '0', '--static-port', '0'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  while (!said.includes('\n') && child.stdout !== null) await once(child.stdout, 'data');
  const { port } = JSON.parse(said.split('\n')[0] ?? '') as { readonly port: number };
  return {
    port,
    async [Symbol.asyncDispose]() {
      const exited = child.exitCode === null ? once(child, 'exit') : null;
      child.stdin?.end();
      await exited;
    },
  };
}
